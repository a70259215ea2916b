#pragma once
// EC2 behind its port: serialises, sends through the channel, parses; reads of many callers are gathered into
// few calls.
//
// Promises, beyond those of ec2.hpp: per action and filter name (and VPC, for names of security groups) one
// call is in flight, and its pages; the reads are gathered as gather.hpp has it; a read that is answered was
// sent after its caller asked. A listing whose page token went stale starts again once. Effects sleep for
// what is left of their permit's wait. Faults: those of the channel and of gather.hpp; invalid for a filter
// that batch_core does not know, and for a request that lacks an id or what else it needs.
//
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "aws/channel.hpp"
#include "aws/ec2.hpp"
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
  base::Task<base::Result<std::vector<PublicIpv4Pool>>> public_ipv4_pools() override;
  base::Task<base::Result<Seen<Instance>>> instances(std::vector<std::string> instance_ids) override;
  base::Task<base::Result<Seen<Subnet>>> subnets(std::vector<std::string> subnet_ids) override;
  base::Task<base::Result<Seen<SecurityGroup>>> security_groups(std::vector<std::string> group_ids) override;
  base::Task<base::Result<Seen<SecurityGroup>>> security_groups_by_name(
      std::string vpc_id, std::vector<std::string> names) override;
  base::Task<base::Result<std::optional<InstanceType>>> instance_type(std::string name) override;
  base::Task<base::Result<std::string>> account_id() override;

  base::Task<base::Result<Address>> allocate(PermitPtr permit, AllocateRequest request) override;
  base::Task<base::Result<std::string>> associate(PermitPtr permit, AssociateRequest request) override;
  base::Task<base::Result<>> disassociate(PermitPtr permit, std::string association_id) override;
  base::Task<base::Result<>> release(PermitPtr permit, std::string allocation_id,
                                     std::string network_border_group) override;
  base::Task<base::Result<>> create_tags(PermitPtr permit, std::string resource_id, Tags tags) override;
  base::Task<base::Result<>> delete_tags(PermitPtr permit, std::string resource_id,
                                         std::vector<std::string> keys) override;

  base::Task<base::Result<NetworkInterface>> create_network_interface(
      PermitPtr permit, CreateNetworkInterfaceRequest request) override;
  base::Task<base::Result<std::string>> attach_network_interface(
      PermitPtr permit, AttachNetworkInterfaceRequest request) override;
  base::Task<base::Result<>> detach_network_interface(PermitPtr permit, std::string attachment_id) override;
  base::Task<base::Result<>> delete_network_interface(PermitPtr permit,
                                                      std::string network_interface_id) override;
  base::Task<base::Result<>> modify_groups(PermitPtr permit, std::string network_interface_id,
                                           std::vector<std::string> groups) override;
  base::Task<base::Result<>> modify_description(PermitPtr permit, std::string network_interface_id,
                                                std::string description) override;
  base::Task<base::Result<std::vector<std::string>>> assign_private_ip_addresses(
      PermitPtr permit, std::string network_interface_id, int count) override;
  base::Task<base::Result<>> unassign_private_ip_addresses(PermitPtr permit, std::string network_interface_id,
                                                           std::vector<std::string> addresses) override;

 private:
  struct Gathers;

  base::Task<base::Result<Answer>> call(Action action, PermitPtr permit, std::string body);
  base::Task<base::Result<>> done(Action action, PermitPtr permit, std::string body);

  Channel& channel_;
  Throttle& throttle_;
  std::unique_ptr<Gathers> gathers_;  // and the scope in which they fetch
};

}  // namespace aws
