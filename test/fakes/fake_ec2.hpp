#pragma once
// EC2 in memory, behind its port: what a test puts there and what the calls for EIPs make of it. A read takes
// as long as the test says and shows what was there when it was sent.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/batch_core.hpp"
#include "fakes/no_ec2.hpp"

namespace fakes {

class FakeEc2 final : public NoEc2 {
 public:
  explicit FakeEc2(base::Clock& clock) : clock_(clock) {}

  std::map<std::string, aws::Address> held;  // addresses by allocation id
  std::vector<aws::NetworkInterface> interfaces;
  bool finds_by_prefix = true;  // an interface is found by an address inside of its prefixes too
  std::vector<aws::PublicIpv4Pool> pools;
  std::string account = "111122223333";

  base::Duration latency{};          // of a read
  base::Duration turn_in{};          // when a call may be sent, as rate limits have it
  std::optional<base::Fault> fault;  // of every call, while it stands here
  std::vector<std::string> calls;    // in the order they were sent: "DescribeAddresses tag:k=v,w"
  int withdrawn = 0;                 // reads that nobody waited for to the end

  long count(const std::string& action) const {
    return std::count_if(calls.begin(), calls.end(),
                         [&](const std::string& call) { return call.starts_with(action + " "); });
  }

  aws::PermitPtr acquire(aws::Action action) override { return std::make_unique<Turn>(action, turn_in); }

  base::Task<base::Result<aws::Seen<aws::Address>>> addresses(std::string filter,
                                                              std::vector<std::string> values) override {
    std::vector<aws::Address> all;
    for (const auto& [id, address] : held) all.push_back(address);
    return matching("DescribeAddresses", std::move(all), filter, values);
  }
  base::Task<base::Result<aws::Seen<aws::NetworkInterface>>> network_interfaces(
      std::string filter, std::vector<std::string> values) override {
    auto all = interfaces;
    if (filter == "addresses.private-ip-address" && !finds_by_prefix)
      for (auto& eni : all) eni.ipv4_prefixes.clear();
    return matching("DescribeNetworkInterfaces", std::move(all), filter, values);
  }
  base::Task<base::Result<std::vector<aws::PublicIpv4Pool>>> public_ipv4_pools() override {
    note("DescribePublicIpv4Pools", {});
    return answer(pools);
  }
  base::Task<base::Result<std::string>> account_id() override {
    note("GetCallerIdentity", {});
    return answer(account);
  }

  base::Task<base::Result<aws::Address>> allocate(aws::PermitPtr, aws::AllocateRequest request) override {
    note("AllocateAddress", {request.address, request.public_ipv4_pool});
    if (fault) co_return *fault;
    for (const auto& [id, other] : held)
      if (!request.address.empty() && other.public_ip == request.address) co_return in_use();
    const std::string number = std::to_string(++made_);
    aws::Address address;
    address.allocation_id = "eipalloc-" + number;
    address.public_ip = request.address.empty() ? "198.51.100." + number : request.address;
    address.public_ipv4_pool = request.public_ipv4_pool;
    address.tags = request.tags;
    held[address.allocation_id] = address;
    // EC2 does not tell the address when it is of a pool that the user owns.
    if (!request.public_ipv4_pool.empty()) address.public_ip.clear();
    co_return address;
  }
  base::Task<base::Result<std::string>> associate(aws::PermitPtr, aws::AssociateRequest request) override {
    note("AssociateAddress", {request.allocation_id, request.network_interface_id, request.private_ip_address,
                              request.allow_reassociation ? "moving" : "new"});
    if (fault) co_return *fault;
    const auto found = held.find(request.allocation_id);
    if (found == held.end()) co_return not_found();
    found->second.association_id = "eipassoc-" + std::to_string(++made_);
    found->second.network_interface_id = request.network_interface_id;
    found->second.private_ip_address = request.private_ip_address;
    co_return found->second.association_id;
  }
  base::Task<base::Result<>> disassociate(aws::PermitPtr, std::string association_id) override {
    note("DisassociateAddress", {association_id});
    if (fault) co_return *fault;
    for (auto& [id, address] : held) {
      if (address.association_id != association_id) continue;
      address.association_id = address.network_interface_id = address.private_ip_address = "";
      co_return base::Result<>();
    }
    co_return not_found();
  }
  base::Task<base::Result<>> release(aws::PermitPtr, std::string allocation_id,
                                     std::string network_border_group) override {
    note("ReleaseAddress", {allocation_id, network_border_group});
    if (fault) co_return *fault;
    if (held.erase(allocation_id) == 0) co_return not_found();
    co_return base::Result<>();
  }
  base::Task<base::Result<>> create_tags(aws::PermitPtr, std::string resource_id, aws::Tags tags) override {
    note("CreateTags", {resource_id});
    if (fault) co_return *fault;
    for (const auto& [key, value] : tags) held[resource_id].tags[key] = value;
    co_return base::Result<>();
  }
  base::Task<base::Result<>> delete_tags(aws::PermitPtr, std::string resource_id,
                                         std::vector<std::string> keys) override {
    note("DeleteTags", {resource_id});
    if (fault) co_return *fault;
    for (const auto& key : keys) held[resource_id].tags.erase(key);
    co_return base::Result<>();
  }

 private:
  class Turn final : public aws::Permit {
   public:
    Turn(aws::Action action, const base::Duration& in) : action_(action), in_(in) {}
    aws::Action action() const override { return action_; }
    base::Duration wait() const override { return in_; }

   private:
    aws::Action action_;
    const base::Duration& in_;
  };

  static base::Fault refusal(base::FaultKind kind, std::string code, std::string message) {
    base::Fault fault;
    fault.kind = kind;
    fault.code = std::move(code);
    fault.message = std::move(message);
    return fault;
  }
  static base::Fault not_found() {
    return refusal(base::FaultKind::not_found, "InvalidAllocationID.NotFound", "EC2 knows no such thing");
  }
  static base::Fault in_use() {
    return refusal(base::FaultKind::conflict, "InvalidIPAddress.InUse", "somebody has that address");
  }

  void note(const std::string& action, const std::vector<std::string>& arguments) {
    std::string text = action + " ";
    for (const auto& argument : arguments) text += (text.ends_with(' ') ? "" : ",") + argument;
    calls.push_back(std::move(text));
  }

  template <class Item>
  base::Task<base::Result<aws::Seen<Item>>> matching(const std::string& action, std::vector<Item> items,
                                                     const std::string& filter,
                                                     const std::vector<std::string>& values) {
    std::string list;
    for (const auto& value : values) list += (list.empty() ? "" : ",") + value;
    note(action, {filter + "=" + list});
    std::erase_if(items, [&](const Item& item) {
      return std::none_of(values.begin(), values.end(),
                          [&](const std::string& value) { return aws::matches(item, filter, value); });
    });
    return answer(aws::Seen<Item>{std::move(items), clock_.now()});
  }

  template <class T>
  base::Task<base::Result<T>> answer(T value) {
    struct Wait {
      int& withdrawn;
      bool over = false;
      ~Wait() { withdrawn += over ? 0 : 1; }
    } wait{withdrawn};
    co_await clock_.sleep_for(latency);
    wait.over = true;
    if (fault) co_return *fault;
    co_return value;
  }

  base::Clock& clock_;
  int made_ = 0;
};

}  // namespace fakes
