#include "ec2_double/address_actions.hpp"
#include "ec2_double/listing.hpp"

namespace ec2_double {
namespace {

// Reverse DNS. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAddressAttribute.html

void put_attribute(pugi::xml_node node, const Address& address) {
  put(node, "publicIp", address.public_ip);
  put(node, "allocationId", address.id);
  put(node, "ptrRecord", address.ptr_record);
  if (address.ptr_due == Time{}) return;
  auto update = node.append_child("ptrRecordUpdate");
  put(update, "value", address.ptr_update);
  put(update, "status", "PENDING");
}

void check_attribute(const Params& params) {
  const auto attribute = params.text("Attribute", "domain-name");
  if (attribute != "domain-name")
    throw Error{"InvalidParameterValue", "Invalid value '" + attribute + "' for Attribute"};
}

void update_ptr(Call& call, const std::string& value) {
  auto address = changeable_address(call, call.params.required("AllocationId"));
  address.ptr_update = value;
  address.ptr_due = call.now + call.world.settings.reverse_dns;
  call.world.addresses.put(address, call.now);
  put_attribute(call.answer.append_child("address"), address);
}

void modify_address_attribute(Call& call) {
  auto name = call.params.required("DomainName");
  if (!name.ends_with('.')) name += '.';
  update_ptr(call, name);
}

void reset_address_attribute(Call& call) {
  call.params.required("Attribute");
  check_attribute(call.params);
  update_ptr(call, "");
}

// An address without a record, and without one on its way, is left out.
void describe_addresses_attribute(Call& call) {
  check_attribute(call.params);
  auto found = wanted_rows(call, call.world.addresses, "AllocationId", known_address,
                           [](const Address&, std::string_view) { return FilterValues(); });
  std::erase_if(found, [](const Address* address) {
    return address->ptr_record.empty() && address->ptr_due == Time{};
  });
  const auto range = page(call, found.size(), 1, 1000, false);
  auto set = call.answer.append_child("addressSet");
  for (std::size_t i = range.first; i < range.first + range.count; ++i)
    put_attribute(set.append_child("item"), *found[i]);
}

}  // namespace

Actions address_attribute_actions() {
  return {{"DescribeAddressesAttribute", describe_addresses_attribute},
          {"ModifyAddressAttribute", modify_address_attribute},
          {"ResetAddressAttribute", reset_address_attribute}};
}

}  // namespace ec2_double
