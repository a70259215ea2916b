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
  Form& add_tags(const std::string& key, const Tags& tags) {
    int i = 0;
    for (const auto& [name, value] : tags) {
      const std::string at = key + '.' + std::to_string(++i);
      add(at + ".Key", name);
      add(at + ".Value", value);  // also when empty: without it some emulators fail
    }
    return *this;
  }
  Form& add_filter(const Filter& filter) {
    add("Filter.1.Name", filter.name);
    int i = 0;
    for (const auto& value : filter.values)
      add("Filter.1.Value." + std::to_string(++i), escape_wildcards(value));
    return *this;
  }
  std::string body() && { return std::move(body_); }

 private:
  std::string body_;
};

Form ec2(Action action) {
  return Form(name_of(action), kEc2Version);
}

}  // namespace

std::string allocate_address(const AllocateRequest& request) {
  Form form = ec2(Action::allocate_address);
  form.add("Domain", "vpc")
      .add_if_any("Address", request.address)
      .add_if_any("PublicIpv4Pool", request.public_ipv4_pool);
  if (!request.tags.empty()) {
    form.add("TagSpecification.1.ResourceType", "elastic-ip")
        .add_tags("TagSpecification.1.Tag", request.tags);
  }
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

std::string describe_network_interfaces(const Filter& filter, const std::string& next_token) {
  Form form = ec2(Action::describe_network_interfaces);
  form.add_filter(filter)
      .add("MaxResults", std::to_string(kInterfacesPerPage))
      .add_if_any("NextToken", next_token);
  return std::move(form).body();
}

std::string describe_public_ipv4_pools(const std::vector<std::string>& pool_ids,
                                       const std::string& next_token) {
  Form form = ec2(Action::describe_public_ipv4_pools);
  form.add_list("PoolId", pool_ids)
      .add("MaxResults", std::to_string(kPoolsPerPage))
      .add_if_any("NextToken", next_token);
  return std::move(form).body();
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
