#pragma once
// What happened before a moment, and who did it, as far as the laws excuse something by it.

#include "simulation/laws.hpp"

namespace simulation {

class Chronicle {
 public:
  void began(const std::string& process, ec2_double::Time now) { begun_[process] = now; }
  // Version 1.4.1, which may have been stopped a moment ago, has put that address where it is.
  void left_by_1_4_1(const std::string& address, ec2_double::Time now) { placed_[address] = {"", now}; }
  void wrote_status(const std::string& eip, const std::string& process) { writer_of_[eip] = process; }
  // EC2 answered that it knows no such association.
  void denied(const std::string& association, const Holdings& holdings, ec2_double::Time now);
  void changed(const std::string& process, const Holdings& before, const Holdings& after,
               ec2_double::Time now);

  // Tells it to what `process` does now; reads are at most `visibility` late.
  void tell(Past& past, const std::string& process, ec2_double::Span visibility) const;

 private:
  struct Placed {
    std::string by;  // empty: version 1.4.1
    ec2_double::Time at{};
  };

  std::map<std::string, std::string> writer_of_;    // the status of an EIP: the process that wrote it last
  std::map<std::string, ec2_double::Time> denied_;  // when EC2 last knew no association of this address
  std::map<std::string, Placed> placed_;            // addresses: the process that last associated each
  std::map<std::string, ec2_double::Time> begun_;   // when each process began
};

}  // namespace simulation
