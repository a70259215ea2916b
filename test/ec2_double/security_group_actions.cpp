#include "ec2_double/security_group_actions.hpp"

#include <algorithm>
#include <utility>

#include "ec2_double/effects.hpp"
#include "ec2_double/known_ids.hpp"
#include "ec2_double/listing.hpp"

namespace ec2_double {
namespace {

using Texts = std::vector<std::string>;
constexpr auto kDefault = "default";

void create_security_group(Call& call) {
  World& world = call.world;
  SecurityGroup group;
  group.group_name = call.params.required("GroupName");
  group.description = call.params.required("GroupDescription");
  if (!call.params.has("VpcId"))
    throw Error{"VPCIdNotSpecified", "No default VPC for this user: a VPC is needed."};
  group.vpc_id = known_vpc(call, call.params.text("VpcId")).id;
  if (is_default(group))
    throw Error{"InvalidParameterValue", "Cannot use reserved security group name: default"};
  for (const auto* other : world.security_groups.all())
    if (other->vpc_id == group.vpc_id && other->group_name == group.group_name)
      throw Error{"InvalidGroup.Duplicate", "The security group '" + group.group_name +
                                                "' already exists for VPC '" + group.vpc_id + "'"};
  group.tags = call.params.tag_specification("security-group", world.settings.quotas.tags_per_resource);
  group.id = world.new_id("sg-");
  put(call.answer, "groupId", group.id);
  put_tags(call.answer, group.tags);
  world.security_groups.put(std::move(group), call.now);
  put_done(call);
}

FilterValues group_values(const World& world, const SecurityGroup& group, std::string_view filter) {
  if (filter == "group-id") return Texts{group.id};
  if (filter == "group-name") return Texts{group.group_name};
  if (filter == "description") return Texts{group.description};
  if (filter == "vpc-id") return Texts{group.vpc_id};
  if (filter == "owner-id") return Texts{world.account_id};
  return tag_values(group.tags, filter);
}

void keep_named(const Call& call, std::vector<const SecurityGroup*>& groups) {
  const auto names = call.params.list("GroupName");
  if (names.empty()) return;
  const auto all = call.world.security_groups.all_seen(call.view);
  for (const auto& name : names)
    if (std::none_of(all.begin(), all.end(), [&](const auto* group) { return group->group_name == name; }))
      throw Error{"InvalidGroup.NotFound", "The security group '" + name + "' does not exist"};
  std::erase_if(groups, [&](const auto* group) {
    return std::find(names.begin(), names.end(), group->group_name) == names.end();
  });
}

void describe_security_groups(Call& call) {
  auto rows = wanted_rows<SecurityGroup>(call, call.world.security_groups, "GroupId", known_group,
                                         [&](const SecurityGroup& group, std::string_view name) {
                                           return group_values(call.world, group, name);
                                         });
  keep_named(call, rows);
  auto set = call.answer.append_child("securityGroupInfo");
  for (const auto* group : page_of(call, rows, "GroupId")) {
    auto item = set.append_child("item");
    put(item, "groupId", group->id);
    put(item, "groupName", group->group_name);
    put(item, "groupDescription", group->description);
    put(item, "vpcId", group->vpc_id);
    put(item, "ownerId", call.world.account_id);
    item.append_child("ipPermissions");
    item.append_child("ipPermissionsEgress");
    put_tags(item, group->tags);
  }
}

void delete_security_group(Call& call) {
  World& world = call.world;
  const SecurityGroup group = known_group(call, call.params.required("GroupId"));
  if (is_default(group))
    throw Error{"CannotDelete",
                "the specified group: \"" + group.id + "\" name: \"default\" cannot be deleted by a user"};
  for (const auto* interface : world.network_interfaces.all())
    if (std::find(interface->groups.begin(), interface->groups.end(), group.id) != interface->groups.end())
      throw Error{"DependencyViolation", "resource " + group.id + " has a dependent object"};
  world.security_groups.erase(group.id, call.now);
  put_done(call);
}

}  // namespace

Actions security_group_actions() {
  return {
      {"CreateSecurityGroup", create_security_group},
      {"DescribeSecurityGroups", describe_security_groups},
      {"DeleteSecurityGroup", delete_security_group},
  };
}

bool is_default(const SecurityGroup& group) {
  return group.group_name == kDefault;
}

void add_default_group(World& world, const std::string& vpc_id, Time now) {
  SecurityGroup group;
  group.id = world.new_id("sg-");
  group.group_name = kDefault;
  group.description = "default VPC security group";
  group.vpc_id = vpc_id;
  world.security_groups.put(std::move(group), now);
}

}  // namespace ec2_double
