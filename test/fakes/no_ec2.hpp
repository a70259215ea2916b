#pragma once
// An EC2 that answers every call with a fault: for what must not ask, and as the base of fakes that answer
// some calls.

#include "aws/ec2.hpp"

namespace fakes {

class NoEc2 : public aws::Ec2 {
  template <class T>
  static base::Task<base::Result<T>> none() {
    co_return base::Fault{};
  }
  using Strings = std::vector<std::string>;

 public:
  aws::PermitPtr acquire(aws::Action) override { return nullptr; }

  base::Task<base::Result<aws::Seen<aws::Address>>> addresses(std::string, Strings) override {
    return none<aws::Seen<aws::Address>>();
  }
  base::Task<base::Result<aws::Seen<aws::NetworkInterface>>> network_interfaces(std::string,
                                                                                Strings) override {
    return none<aws::Seen<aws::NetworkInterface>>();
  }
  base::Task<base::Result<std::vector<aws::PublicIpv4Pool>>> public_ipv4_pools() override {
    return none<std::vector<aws::PublicIpv4Pool>>();
  }
  base::Task<base::Result<aws::Seen<aws::Instance>>> instances(Strings) override {
    return none<aws::Seen<aws::Instance>>();
  }
  base::Task<base::Result<aws::Seen<aws::Subnet>>> subnets(Strings) override {
    return none<aws::Seen<aws::Subnet>>();
  }
  base::Task<base::Result<aws::Seen<aws::SecurityGroup>>> security_groups(Strings) override {
    return none<aws::Seen<aws::SecurityGroup>>();
  }
  base::Task<base::Result<aws::Seen<aws::SecurityGroup>>> security_groups_by_name(std::string,
                                                                                  Strings) override {
    return none<aws::Seen<aws::SecurityGroup>>();
  }
  base::Task<base::Result<std::optional<aws::InstanceType>>> instance_type(std::string) override {
    return none<std::optional<aws::InstanceType>>();
  }
  base::Task<base::Result<std::string>> account_id() override { return none<std::string>(); }

  base::Task<base::Result<aws::Address>> allocate(aws::PermitPtr, aws::AllocateRequest) override {
    return none<aws::Address>();
  }
  base::Task<base::Result<std::string>> associate(aws::PermitPtr, aws::AssociateRequest) override {
    return none<std::string>();
  }
  base::Task<base::Result<>> disassociate(aws::PermitPtr, std::string) override { return none<void>(); }
  base::Task<base::Result<>> release(aws::PermitPtr, std::string, std::string) override {
    return none<void>();
  }
  base::Task<base::Result<>> create_tags(aws::PermitPtr, std::string, aws::Tags) override {
    return none<void>();
  }
  base::Task<base::Result<>> delete_tags(aws::PermitPtr, std::string, Strings) override {
    return none<void>();
  }

  base::Task<base::Result<aws::NetworkInterface>> create_network_interface(
      aws::PermitPtr, aws::CreateNetworkInterfaceRequest) override {
    return none<aws::NetworkInterface>();
  }
  base::Task<base::Result<std::string>> attach_network_interface(
      aws::PermitPtr, aws::AttachNetworkInterfaceRequest) override {
    return none<std::string>();
  }
  base::Task<base::Result<>> detach_network_interface(aws::PermitPtr, std::string) override {
    return none<void>();
  }
  base::Task<base::Result<>> delete_network_interface(aws::PermitPtr, std::string) override {
    return none<void>();
  }
  base::Task<base::Result<>> modify_groups(aws::PermitPtr, std::string, Strings) override {
    return none<void>();
  }
  base::Task<base::Result<>> modify_description(aws::PermitPtr, std::string, std::string) override {
    return none<void>();
  }
  base::Task<base::Result<Strings>> assign_private_ip_addresses(aws::PermitPtr, std::string, int) override {
    return none<Strings>();
  }
  base::Task<base::Result<>> unassign_private_ip_addresses(aws::PermitPtr, std::string, Strings) override {
    return none<void>();
  }
};

}  // namespace fakes
