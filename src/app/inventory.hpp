#pragma once
// What we know of EC2: addresses (in the ledger), the network interfaces that they are or could be on, pools,
// the account. One for the process. (Those of ENI objects are in eni_inventory.hpp.)
//
// Reads are made when a decision asks for a fresh look, and for everything at once at each resync; the EC2
// client gathers those of many keys into one call. Nothing here decides.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/awaited.hpp"
#include "aws/ec2.hpp"
#include "base/log.hpp"
#include "domain/world.hpp"

namespace app {

class Inventory {
 public:
  struct Interfaces {
    std::vector<domain::InterfaceView> enis;
    // When the read was sent that shows them, and that what is on their addresses was read after; zero: none.
    domain::Time asked{};
    domain::Time read{};          // ... that shows them
    domain::Time sought_since{};  // of a private address: the first of the reads in a row that asked for it
  };

  Inventory(aws::Ec2& ec2, base::Clock& clock, const domain::Settings& settings, std::string vpc_id);

  domain::Ledger& ledger() { return ledger_; }
  const domain::Ledger& ledger() const { return ledger_; }
  const std::string& vpc_id() const { return vpc_id_; }
  const std::string& account_id() const { return account_id_; }
  // All of ours has been read once: what is not known does not exist.
  bool listed() const { return listed_; }
  // What kept the last resync from reading; nothing when all is well.
  const std::optional<base::Fault>& unread() const { return unread_; }
  void set_unread(std::optional<base::Fault> fault) { unread_ = std::move(fault); }
  domain::Time time_of(base::SteadyTime at) const;
  // Wall time that does not jump when the clock is set: the time of the start, and what has passed since.
  domain::Time now() const;

  // What was last seen; null: never asked.
  const Interfaces* of_instance(const std::string& instance_id) const;
  const Interfaces* by_private_ip(const std::string& private_ip) const;
  // The instance with an interface whose delegated prefix holds the address; empty: none is known.
  std::string instance_holding(const std::string& private_ip) const;
  const Interfaces* by_id(const std::string& network_interface_id) const;
  // Pools of the account and how many addresses are free in each; nothing: never asked.
  const std::map<std::string, long>& pools() const { return pools_; }
  std::optional<domain::Time> pools_asked() const { return pools_asked_; }

  // Reads. A fault leaves what was known as it was.
  base::Task<base::Result<>> look_at_uid(std::string uid);
  base::Task<base::Result<>> look_at_addresses(std::vector<std::string> allocation_ids);
  // Together with the instances that others wait for and whose view is about to be too old.
  base::Task<base::Result<>> look_at_instance(std::string instance_id);
  // All in one read, to find out which of them holds an address; `look_at_instance` that one before it is
  // used.
  base::Task<base::Result<>> look_at_instances(std::vector<std::string> instance_ids);
  base::Task<base::Result<>> look_at_interface(std::string network_interface_id);
  base::Task<base::Result<>> look_at_private_ip(std::string private_ip);
  base::Task<base::Result<>> look_at_pools();
  base::Task<base::Result<>> look_at_account();
  // Everything of ours: addresses by cluster tag and the further ids, interfaces of these instances (of very
  // many, in turn).
  base::Task<base::Result<>> refresh(std::vector<std::string> further_ids,
                                     std::vector<std::string> instances);

  // Someone is about to need a fresh view of the instance: the next look at any instance reads it too.
  void await_instance(const std::string& instance_id) { awaited_.add(instance_id); }
  void done_awaiting(const std::string& instance_id) { awaited_.done(instance_id); }

 private:
  std::vector<std::string> due_for_refresh(std::vector<std::string> instances) const;
  void learn_surroundings(const aws::Seen<aws::NetworkInterface>& seen);
  void take_interfaces(const std::vector<std::string>& instances, std::vector<domain::InterfaceView> views,
                       domain::Time asked, bool holders_checked);
  // An interface may show an Elastic IP that is not on it any more, and does not show what is on an address
  // inside a prefix: the addresses themselves are asked, unless the ledger agrees.
  base::Task<base::Result<>> check_holders(std::vector<domain::InterfaceView> enis);

  aws::Ec2& ec2_;
  base::Clock& clock_;
  const domain::Settings& settings_;
  domain::Ledger ledger_;
  base::SteadyTime started_;
  domain::Time started_wall_;
  bool listed_ = false;
  std::optional<base::Fault> unread_;
  std::string vpc_id_;
  std::string account_id_;
  std::map<std::string, Interfaces> by_instance_;
  std::map<std::string, Interfaces> by_private_ip_;
  std::map<std::string, Interfaces> by_id_;
  Awaited awaited_;
  std::map<std::string, long> pools_;
  std::optional<domain::Time> pools_asked_;
};

}  // namespace app
