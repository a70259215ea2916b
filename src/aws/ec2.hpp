#pragma once
// The port to EC2: only the calls that we use, typed.
//
// Reads name what they want by filter, never by id: one missing id would fail the whole call. Every read
// tells when it was sent, since what it shows is at least as new as that, give or take EC2's eventual
// consistency. Mutating calls take a Permit (see acquire), so that the caller can wait for its turn first,
// look at the world once more, and only then act. They are sent once: the caller decides whether to send
// again.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/ec2_types.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace aws {

enum class Action {
  allocate_address,
  associate_address,
  create_tags,
  delete_tags,
  describe_addresses,
  describe_network_interfaces,
  describe_public_ipv4_pools,
  disassociate_address,
  release_address,
  get_caller_identity,
};
inline constexpr int kActions = static_cast<int>(Action::get_caller_identity) + 1;

std::string_view name_of(Action action);     // as AWS writes it: "AllocateAddress"
std::string_view service_of(Action action);  // "ec2" or "sts", as in an IAM permission and a signature
bool has_effect(Action action);              // false for reads

template <class T>
struct Seen {
  std::vector<T> items;
  base::SteadyTime asked{};  // when the (oldest) request behind it was sent
};

struct AllocateRequest {
  std::string address;           // one exact address, or empty
  std::string public_ipv4_pool;  // or a pool, or empty for Amazon's
  Tags tags;
};

struct AssociateRequest {
  std::string allocation_id;
  std::string network_interface_id;
  std::string private_ip_address;
  bool allow_reassociation = false;
};

// A token of EC2's bucket for one action. Unused, it goes back to the bucket on destruction.
class Permit {
 public:
  virtual ~Permit() = default;
  virtual Action action() const = 0;
  // How long the caller has yet to wait until it may send.
  virtual base::Duration wait() const = 0;
};
using PermitPtr = std::unique_ptr<Permit>;

class Ec2 {
 public:
  virtual ~Ec2() = default;

  // Takes a token at once, on credit if need be: sleep for permit->wait() before the call.
  virtual PermitPtr acquire(Action action) = 0;

  // Reads. `values` may be of any number: they are gathered with those of other callers while a call is in
  // flight, split into calls of at most 200 filter values, paged, and handed back to whom they belong.
  virtual base::Task<base::Result<Seen<Address>>> addresses(std::string filter,
                                                            std::vector<std::string> values) = 0;
  virtual base::Task<base::Result<Seen<NetworkInterface>>> network_interfaces(
      std::string filter, std::vector<std::string> values) = 0;
  virtual base::Task<base::Result<std::vector<PublicIpv4Pool>>> public_ipv4_pools(
      std::vector<std::string> pool_ids) = 0;
  virtual base::Task<base::Result<std::string>> account_id() = 0;  // STS GetCallerIdentity

  // Effects.
  virtual base::Task<base::Result<Address>> allocate(PermitPtr permit, AllocateRequest request) = 0;
  virtual base::Task<base::Result<std::string>> associate(PermitPtr permit, AssociateRequest request) = 0;
  virtual base::Task<base::Result<>> disassociate(PermitPtr permit, std::string association_id) = 0;
  virtual base::Task<base::Result<>> release(PermitPtr permit, std::string allocation_id,
                                             std::string network_border_group) = 0;
  virtual base::Task<base::Result<>> create_tags(PermitPtr permit, std::string resource_id, Tags tags) = 0;
  virtual base::Task<base::Result<>> delete_tags(PermitPtr permit, std::string resource_id,
                                                 std::vector<std::string> keys) = 0;
};

}  // namespace aws
