#include "aws/query.hpp"

#include <cctype>
#include <stdexcept>

namespace aws {

std::string form_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' || byte == '-' ||
                       byte == '~';
    if (plain) {
      out += c;
    } else if (byte == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0xF];
    }
  }
  return out;
}

std::string escape_wildcards(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    if (c == '*' || c == '?' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

namespace query {
namespace {

constexpr std::string_view kEc2Version = "2016-11-15";
constexpr std::string_view kStsVersion = "2011-06-15";

class Form {
 public:
  Form(std::string_view action, std::string_view version) {
    add("Action", action);
    add("Version", version);
  }

  Form& add(std::string_view key, std::string_view value) {
    if (!body_.empty()) body_ += '&';
    body_ += form_encode(key);
    body_ += '=';
    body_ += form_encode(value);
    return *this;
  }
  Form& add_if_any(std::string_view key, std::string_view value) {
    return value.empty() ? *this : add(key, value);
  }
  // EC2's lists are flat and count from 1: Key.1, Key.2.
  Form& add_list(const std::string& key, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) add(key + '.' + std::to_string(i + 1), values[i]);
    return *this;
  }
  Form& add(std::string_view key, int value) { return add(key, std::to_string(value)); }
  Form& add_tags(const std::string& key, const Tags& tags) {
    int i = 0;
    for (const auto& [name, value] : tags) {
      const std::string at = key + '.' + std::to_string(++i);
      add(at + ".Key", name);
      add(at + ".Value", value);  // also when empty: without it some emulators fail
    }
    return *this;
  }
  Form& add_new_tags(std::string_view resource_type, const Tags& tags) {
    if (tags.empty()) return *this;
    return add("TagSpecification.1.ResourceType", resource_type).add_tags("TagSpecification.1.Tag", tags);
  }
  Form& add_filter(const Filter& filter) {
    const std::string at = "Filter." + std::to_string(++filters_);
    add(at + ".Name", filter.name);
    int i = 0;
    for (const auto& value : filter.values)
      add(at + ".Value." + std::to_string(++i), escape_wildcards(value));
    return *this;
  }
  Form& add_page(int size, const std::string& next_token) {
    return add("MaxResults", size).add_if_any("NextToken", next_token);
  }
  std::string body() && { return std::move(body_); }

 private:
  std::string body_;
  int filters_ = 0;
};

Form ec2(Action action) {
  return Form(name_of(action), kEc2Version);
}

std::string listing(Action action, const Filter& filter, int page_size, const std::string& next_token) {
  Form form = ec2(action);
  form.add_filter(filter).add_page(page_size, next_token);
  return std::move(form).body();
}

}  // namespace

std::string allocate_address(const AllocateRequest& request) {
  Form form = ec2(Action::allocate_address);
  form.add("Domain", "vpc")
      .add_if_any("Address", request.address)
      .add_if_any("PublicIpv4Pool", request.public_ipv4_pool)
      .add_new_tags("elastic-ip", request.tags);
  return std::move(form).body();
}

std::string associate_address(const AssociateRequest& request) {
  Form form = ec2(Action::associate_address);
  form.add("AllocationId", request.allocation_id)
      .add("NetworkInterfaceId", request.network_interface_id)
      .add_if_any("PrivateIpAddress", request.private_ip_address)
      // Always said: the default differs between accounts.
      .add("AllowReassociation", request.allow_reassociation ? "true" : "false");
  return std::move(form).body();
}

std::string create_tags(const std::string& resource_id, const Tags& tags) {
  Form form = ec2(Action::create_tags);
  form.add("ResourceId.1", resource_id).add_tags("Tag", tags);
  return std::move(form).body();
}

std::string delete_tags(const std::string& resource_id, const std::vector<std::string>& keys) {
  if (keys.empty()) throw std::logic_error("DeleteTags without keys would delete all tags");
  Form form = ec2(Action::delete_tags);
  form.add("ResourceId.1", resource_id);
  // A key without a value: delete it whatever its value is.
  for (std::size_t i = 0; i < keys.size(); ++i) form.add("Tag." + std::to_string(i + 1) + ".Key", keys[i]);
  return std::move(form).body();
}

std::string describe_addresses(const Filter& filter) {
  Form form = ec2(Action::describe_addresses);
  form.add_filter(filter);
  return std::move(form).body();
}

std::string describe_instance_types(const Filter& filter, const std::string& next_token) {
  return listing(Action::describe_instance_types, filter, kInstanceTypesPerPage, next_token);
}

std::string describe_instances(const Filter& filter, const std::string& next_token) {
  return listing(Action::describe_instances, filter, kItemsPerPage, next_token);
}

std::string describe_network_interfaces(const Filter& filter, const std::string& next_token) {
  return listing(Action::describe_network_interfaces, filter, kItemsPerPage, next_token);
}

std::string describe_public_ipv4_pools(const std::string& next_token) {
  Form form = ec2(Action::describe_public_ipv4_pools);
  form.add_page(kPoolsPerPage, next_token);
  return std::move(form).body();
}

std::string describe_security_groups(const Filter& filter, const std::string& vpc_id,
                                     const std::string& next_token) {
  Form form = ec2(Action::describe_security_groups);
  form.add_filter(filter);
  if (!vpc_id.empty()) form.add_filter({"vpc-id", {vpc_id}});
  form.add_page(kItemsPerPage, next_token);
  return std::move(form).body();
}

std::string describe_subnets(const Filter& filter, const std::string& next_token) {
  return listing(Action::describe_subnets, filter, kItemsPerPage, next_token);
}

std::string disassociate_address(const std::string& association_id) {
  Form form = ec2(Action::disassociate_address);
  form.add("AssociationId", association_id);
  return std::move(form).body();
}

std::string release_address(const std::string& allocation_id, const std::string& network_border_group) {
  Form form = ec2(Action::release_address);
  form.add("AllocationId", allocation_id).add_if_any("NetworkBorderGroup", network_border_group);
  return std::move(form).body();
}

std::string assign_private_ip_addresses(const std::string& network_interface_id, int count) {
  Form form = ec2(Action::assign_private_ip_addresses);
  form.add("NetworkInterfaceId", network_interface_id).add("SecondaryPrivateIpAddressCount", count);
  return std::move(form).body();
}

std::string attach_network_interface(const AttachNetworkInterfaceRequest& request) {
  Form form = ec2(Action::attach_network_interface);
  form.add("NetworkInterfaceId", request.network_interface_id)
      .add("InstanceId", request.instance_id)
      .add("DeviceIndex", request.device_index)
      // Always said: without it EC2 refuses a device index that is in use on another card.
      .add("NetworkCardIndex", 0);
  return std::move(form).body();
}

std::string create_network_interface(const CreateNetworkInterfaceRequest& request) {
  Form form = ec2(Action::create_network_interface);
  form.add("SubnetId", request.subnet_id)
      .add_if_any("Description", request.description)
      .add_list("SecurityGroupId", request.groups);
  if (request.secondary_private_ip_address_count > 0)
    form.add("SecondaryPrivateIpAddressCount", request.secondary_private_ip_address_count);
  form.add_new_tags("network-interface", request.tags).add("ClientToken", request.client_token);
  return std::move(form).body();
}

std::string delete_network_interface(const std::string& network_interface_id) {
  Form form = ec2(Action::delete_network_interface);
  form.add("NetworkInterfaceId", network_interface_id);
  return std::move(form).body();
}

std::string detach_network_interface(const std::string& attachment_id) {
  Form form = ec2(Action::detach_network_interface);
  form.add("AttachmentId", attachment_id);
  return std::move(form).body();
}

std::string modify_description(const std::string& network_interface_id, const std::string& description) {
  Form form = ec2(Action::modify_network_interface_attribute);
  form.add("NetworkInterfaceId", network_interface_id)
      .add("Description.Value", description);  // also when empty: that takes the old one away
  return std::move(form).body();
}

std::string modify_groups(const std::string& network_interface_id, const std::vector<std::string>& groups) {
  Form form = ec2(Action::modify_network_interface_attribute);
  form.add("NetworkInterfaceId", network_interface_id).add_list("SecurityGroupId", groups);
  return std::move(form).body();
}

std::string unassign_private_ip_addresses(const std::string& network_interface_id,
                                          const std::vector<std::string>& addresses) {
  Form form = ec2(Action::unassign_private_ip_addresses);
  form.add("NetworkInterfaceId", network_interface_id).add_list("PrivateIpAddress", addresses);
  return std::move(form).body();
}

std::string get_caller_identity() {
  return Form(name_of(Action::get_caller_identity), kStsVersion).body();
}

std::string assume_role_with_web_identity(const std::string& role_arn, const std::string& session_name,
                                          const std::string& token) {
  Form form("AssumeRoleWithWebIdentity", kStsVersion);
  form.add("RoleArn", role_arn).add("RoleSessionName", session_name).add("WebIdentityToken", token);
  return std::move(form).body();
}

}  // namespace query
}  // namespace aws
