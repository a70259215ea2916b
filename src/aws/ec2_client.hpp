#pragma once
// EC2 behind its port: serialises, sends through the channel, parses; reads of many callers are gathered into
// few calls.
//
// Promises, beyond those of ec2.hpp: per action and filter name one call is in flight (and its pages); a read
// that is answered was sent after its caller asked; a fault of a call goes to all who had a value in it; a
// caller that is stopped disturbs neither the others nor the call. An interface listing whose page token went
// stale starts again once. Effects sleep for what is left of their permit's wait. Faults: those of the
// channel; invalid for a filter that batch_core does not know, for an empty value of one that is no tag, and
// for a request that lacks an id; unavailable after stop().
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "aws/channel.hpp"
#include "aws/ec2.hpp"
#include "aws/query.hpp"
#include "aws/throttle.hpp"
#include "base/metrics.hpp"

namespace aws {

class Ec2Client final : public Ec2 {
 public:
  Ec2Client(boost::asio::any_io_executor executor, base::Clock& clock, Channel& channel, Throttle& throttle,
            base::Metrics& metrics);
  ~Ec2Client() override;

  // Ends the reads under way; whoever waits for one gets a fault. Before destruction; callers have returned
  // by then too.
  base::Task<> stop();

  PermitPtr acquire(Action action) override;

  base::Task<base::Result<Seen<Address>>> addresses(std::string filter,
                                                    std::vector<std::string> values) override;
  base::Task<base::Result<Seen<NetworkInterface>>> network_interfaces(
      std::string filter, std::vector<std::string> values) override;
  base::Task<base::Result<std::vector<PublicIpv4Pool>>> public_ipv4_pools(
      std::vector<std::string> pool_ids) override;
  base::Task<base::Result<std::string>> account_id() override;

  base::Task<base::Result<Address>> allocate(PermitPtr permit, AllocateRequest request) override;
  base::Task<base::Result<std::string>> associate(PermitPtr permit, AssociateRequest request) override;
  base::Task<base::Result<>> disassociate(PermitPtr permit, std::string association_id) override;
  base::Task<base::Result<>> release(PermitPtr permit, std::string allocation_id,
                                     std::string network_border_group) override;
  base::Task<base::Result<>> create_tags(PermitPtr permit, std::string resource_id, Tags tags) override;
  base::Task<base::Result<>> delete_tags(PermitPtr permit, std::string resource_id,
                                         std::vector<std::string> keys) override;

 private:
  template <class Item>
  struct Gather;  // the callers of one action and filter name
  struct Gathers;

  base::Task<base::Result<Answer>> call(Action action, PermitPtr permit, std::string body);
  base::Task<base::Result<>> done(Action action, PermitPtr permit, std::string body);
  template <class Item>
  base::Task<base::Result<Seen<Item>>> read(Gather<Item>* gather, std::vector<std::string> values);
  template <class Item>
  base::Task<> pump(Gather<Item>* gather, std::shared_ptr<void> at_end);
  base::Task<base::Result<Seen<Address>>> fetch(PermitPtr permit, Filter filter, const Address*);
  base::Task<base::Result<Seen<NetworkInterface>>> fetch(PermitPtr permit, Filter filter,
                                                         const NetworkInterface*);

  base::Clock& clock_;
  Channel& channel_;
  Throttle& throttle_;
  std::unique_ptr<Gathers> gathers_;  // and the scope in which they fetch
};

}  // namespace aws
