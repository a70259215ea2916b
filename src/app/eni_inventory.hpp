#pragma once
// What we know of EC2 for ENI objects: their network interfaces (in the ledger), the instances that they are
// to be attached to, subnets and security groups. One for the process.
//
// As in inventory.hpp, reads are made when a decision asks for a fresh look, and for all interfaces of the
// cluster at each resync. Nothing here decides.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/awaited.hpp"
#include "app/inventory.hpp"
#include "domain/eni_world.hpp"

namespace app {

class EniInventory {
 public:
  // The account, the clock and what kept the last resync from reading are those of `shared`.
  EniInventory(aws::Ec2& ec2, Inventory& shared, const domain::Settings& settings)
      : ec2_(ec2), shared_(shared), settings_(settings), ledger_(settings.settle) {}

  domain::InterfaceLedger& ledger() { return ledger_; }
  const domain::InterfaceLedger& ledger() const { return ledger_; }
  domain::Time now() const { return shared_.now(); }
  const std::string& account_id() const { return shared_.account_id(); }
  // All of ours has been read once: what is not known does not exist.
  bool listed() const { return listed_; }
  const std::optional<base::Fault>& unread() const { return shared_.unread(); }

  // What was last seen, and what this process attached since.
  domain::InstanceFacts instance(const std::string& instance_id) const;
  domain::SecurityGroupFacts groups(const domain::EniSpec& spec) const;

  // Reads. A fault leaves what was known as it was.
  base::Task<base::Result<>> look_at_uid(std::string uid);
  base::Task<base::Result<>> look_at_interfaces(std::vector<std::string> network_interface_ids);
  // And its type, together with the instances that others wait for and whose view is about to be too old.
  base::Task<base::Result<>> look_at_instance(std::string instance_id);
  // The subnet, and the groups of these names in its VPC.
  base::Task<base::Result<>> look_at_groups(std::string subnet_id, std::vector<std::string> names);
  // All interfaces with our cluster tag, and those of the further ids.
  base::Task<base::Result<>> refresh(std::vector<std::string> further_ids);

  // EC2 does not know a group any more: its name may be that of another one now.
  void forget_groups(const std::string& subnet_id);
  // The device index is taken as long as the result lives.
  std::shared_ptr<const void> hold_index(const std::string& instance_id, int device_index);

  // Someone is about to need a fresh view of the instance: the next look at any instance reads it too.
  void await_instance(const std::string& instance_id) { awaited_.add(instance_id); }
  void done_awaiting(const std::string& instance_id) { awaited_.done(instance_id); }

 private:
  struct Subnet {
    domain::Time asked{};
    std::string vpc_id;  // empty: EC2 knows no such subnet
    // Of the security groups that were asked for; the id is empty if there is none of that name.
    struct Group {
      domain::Time asked{};
      std::string id;
    };
    std::map<std::string, Group> groups;  // by name
  };

  aws::Ec2& ec2_;
  Inventory& shared_;
  const domain::Settings& settings_;
  domain::InterfaceLedger ledger_;
  bool listed_ = false;
  std::map<std::string, domain::InstanceFacts> instances_;
  std::map<std::string, Subnet> subnets_;  // that ENIs have named; few, and small
  std::multiset<std::pair<std::string, int>> held_indexes_;
  Awaited awaited_;
};

}  // namespace app
