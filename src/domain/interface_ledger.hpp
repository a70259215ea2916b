#pragma once
// What EC2 shows of our network interfaces, corrected by what we did.

#include <set>
#include <string>
#include <vector>

#include "domain/basic_ledger.hpp"
#include "domain/network_interface.hpp"

namespace domain {

class InterfaceLedger : public BasicLedger<InterfaceView> {
 public:
  using BasicLedger::BasicLedger;

  // EC2 goes on from these two by itself, to attached and to attached to nothing.
  void attaching(const std::string& id, const std::string& attachment_id, const std::string& instance_id,
                 int device_index, Time at);
  void detaching(const std::string& id, Time at);
  void detached(const std::string& id, Time at);
  // EC2 knows no such attachment, any more or yet: a read from now on that shows the interface on nothing is
  // believed, as long as none has shown the attachment after all.
  void attachment_unknown(const std::string& id, Time at);
  void described(const std::string& id, const std::string& description, Time at);
  void grouped(const std::string& id, const std::set<std::string>& security_group_ids, Time at);
  void assigned(const std::string& id, const std::vector<std::string>& private_ips, Time at);
  void unassigned(const std::string& id, const std::vector<std::string>& private_ips, Time at);

  // Those that are attached to it, as far as they are ours.
  std::vector<const Record*> by_instance(const std::string& instance_id) const;
};

}  // namespace domain
