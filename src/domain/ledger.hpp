#pragma once
// What EC2 shows of addresses, corrected by what we did.

#include <string>
#include <vector>

#include "domain/basic_ledger.hpp"

namespace domain {

struct AddressView {
  std::string allocation_id;
  std::string public_ip;
  std::string association_id;  // empty: on nothing
  std::string network_interface_id;
  std::string private_ip_address;
  std::string instance_id;  // that the interface is attached to, as far as the address tells
  std::string public_ipv4_pool;
  std::string network_border_group;
  std::string service_managed;
  Tags tags;

  bool off_limits() const { return !service_managed.empty(); }
  bool associated() const { return !association_id.empty(); }
  // Alike in what our writes change. (The answer to an allocation tells less of the rest than a read does.)
  bool same_state(const AddressView& other) const {
    return association_id == other.association_id && tags == other.tags;
  }
  bool operator==(const AddressView&) const = default;
};

inline const std::string& id_of(const AddressView& view) {
  return view.allocation_id;
}
inline const std::string& text_of(const AddressView& view) {  // what a person calls it
  return view.public_ip;
}

class Ledger : public BasicLedger<AddressView> {
 public:
  using BasicLedger::BasicLedger;

  void associated(const std::string& allocation_id, const std::string& association_id,
                  const std::string& network_interface_id, const std::string& private_ip_address, Time at);
  void disassociated(const std::string& allocation_id, Time at);
  // A call that puts it there is on its way: until its outcome is known the address may be there.
  void associating(const std::string& allocation_id, const std::string& network_interface_id,
                   const std::string& private_ip_address);
  // That call failed; it may have had its effect all the same, and reads tell only after a while.
  void association_failed(const std::string& allocation_id, bool effect_possible, Time at);
  // EC2 knows no such association, any more or yet: a read that shows it from now on is news.
  void association_unknown(const std::string& allocation_id, Time at);

  std::vector<const Record*> by_interface(const std::string& network_interface_id) const;
  // The address of another object than `uid` that may be on this private address though its view does not say
  // so: a call may be putting it there, or EC2 said too early that it knows no such association. Empty: none.
  std::string doubted_on(const std::string& network_interface_id, const std::string& private_ip_address,
                         const std::string& uid, Time now) const;

 private:
  void placed(const std::string& allocation_id, const std::string& association_id,
              const std::string& network_interface_id, const std::string& private_ip_address, Time at);

  struct Doubt {
    std::string network_interface_id;
    std::string private_ip_address;
    Time until{};
  };
  std::multimap<std::string, Doubt> doubts_;  // by allocation id
};

}  // namespace domain
