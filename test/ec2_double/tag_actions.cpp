#include <functional>

#include "ec2_double/actions.hpp"

namespace ec2_double {
namespace {

// A kind of resource that can have tags.
struct Kind {
  std::string_view prefix;  // of its ids
  const char* type;         // as tag specifications and DescribeTags call it
  const char* not_found;
};

// Calls use(table, kind) with each.
template <class AnyWorld, class Use>
void for_each_table(AnyWorld& world, Use use) {
  use(world.addresses, Kind{"eipalloc-", "elastic-ip", "InvalidElasticIpID.NotFound"});
  use(world.pools, Kind{"ipv4pool-ec2-", "ipv4pool-ec2", "InvalidPublicIpv4PoolID.NotFound"});
  use(world.network_interfaces, Kind{"eni-", "network-interface", "InvalidNetworkInterfaceID.NotFound"});
  use(world.instances, Kind{"i-", "instance", "InvalidInstanceID.NotFound"});
  use(world.vpcs, Kind{"vpc-", "vpc", "InvalidVpcID.NotFound"});
  use(world.internet_gateways, Kind{"igw-", "internet-gateway", "InvalidInternetGatewayID.NotFound"});
  use(world.subnets, Kind{"subnet-", "subnet", "InvalidSubnetID.NotFound"});
  use(world.security_groups, Kind{"sg-", "security-group", "InvalidGroup.NotFound"});
}

using Change = std::function<void(Tags& tags)>;

// `change` throws the error that it has for these tags.
void change_tags(Call& call, const std::string& id, bool dry, const Change& change) {
  bool known = false;
  for_each_table(call.world, [&](auto& table, const Kind& kind) {
    if (!id.starts_with(kind.prefix)) return;
    known = true;
    const auto* latest = table.latest(id);
    if (!latest || !table.seen(id, call.view))
      throw Error{kind.not_found, std::string("The ") + kind.type + " ID '" + id + "' does not exist"};
    auto changed = *latest;
    change(changed.tags);
    if (!dry) table.put(std::move(changed), call.now);
  });
  if (!known) throw Error{"InvalidID", "The ID '" + id + "' is not valid"};
}

// Of all the resources that the call names, or of none.
void change_all(Call& call, const Change& change) {
  constexpr std::size_t kMostResources = 1000;
  const auto ids = call.params.list("ResourceId");
  if (ids.empty()) call.params.required("ResourceId.1");
  if (ids.size() > kMostResources)
    throw Error{"InvalidParameterValue", "More than " + std::to_string(kMostResources) + " resources"};
  for (const bool dry : {true, false})
    for (const auto& id : ids) change_tags(call, id, dry, change);
  put_done(call);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
void create_tags(Call& call) {
  const auto added = call.params.tags();
  if (added.empty()) call.params.required("Tag.1.Key");
  const int limit = call.world.settings.quotas.tags_per_resource;
  change_all(call, [&](Tags& tags) {
    check_tags(added, tags, limit);
    for (const auto& [key, value] : added) tags[key] = value;
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
// A key alone means whatever value, a key with a value only that one, also if it is empty; no tag at all
// means all that are the user's.
void delete_tags(Call& call) {
  const auto& params = call.params;
  const auto wanted = params.structures("Tag");
  for (const auto& at : wanted)
    if (params.required(at + ".Key").starts_with("aws:"))
      throw Error{"InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use"};
  change_all(call, [&](Tags& tags) {
    if (wanted.empty()) std::erase_if(tags, [](const auto& tag) { return !tag.first.starts_with("aws:"); });
    for (const auto& at : wanted) {
      const auto tag = tags.find(params.text(at + ".Key"));
      if (tag != tags.end() && params.text(at + ".Value", tag->second) == tag->second) tags.erase(tag);
    }
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html

struct Row {
  std::string resource_id;
  std::string resource_type;
  std::string key;
  std::string value;
};

std::optional<std::vector<std::string>> values_of(const Row& row, std::string_view name) {
  if (name == "key") return std::vector{row.key};
  if (name == "value") return std::vector{row.value};
  if (name == "resource-id") return std::vector{row.resource_id};
  if (name == "resource-type") return std::vector{row.resource_type};
  if (name.starts_with("tag:")) return tag_values({{row.key, row.value}}, name);
  return std::nullopt;
}

void describe_tags(Call& call) {
  const auto filters = call.params.filters();
  matches(filters, [](std::string_view name) { return values_of({}, name); });
  std::vector<Row> rows;
  for_each_table(call.world, [&](const auto& table, const Kind& kind) {
    for (const auto* resource : table.all_seen(call.view))
      for (const auto& [key, value] : resource->tags) {
        const Row row{resource->id, kind.type, key, value};
        if (matches(filters, [&](std::string_view name) { return values_of(row, name); }))
          rows.push_back(row);
      }
  });
  const auto range = page(call, rows.size(), 5, 1000, false);
  auto set = call.answer.append_child("tagSet");
  for (std::size_t i = range.first; i < range.first + range.count; ++i) {
    auto item = set.append_child("item");
    put(item, "resourceId", rows[i].resource_id);
    put(item, "resourceType", rows[i].resource_type);
    put(item, "key", rows[i].key);
    item.append_child("value").text().set(rows[i].value.c_str());
  }
}

}  // namespace

Actions tag_actions() {
  return {{"CreateTags", create_tags}, {"DeleteTags", delete_tags}, {"DescribeTags", describe_tags}};
}

}  // namespace ec2_double
