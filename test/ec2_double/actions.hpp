#pragma once
// How an action is written: a function from a call to an answer, which changes the world or throws an Error.
// Each file of actions registers its own in actions.cpp.

#include <functional>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ec2_double/error.hpp"
#include "ec2_double/params.hpp"
#include "ec2_double/table.hpp"
#include "ec2_double/world.hpp"

namespace ec2_double {

struct Call {
  World& world;
  const Params& params;
  Time now;
  View view;              // what this call's reads see
  pugi::xml_node answer;  // the root of the answer, <ActionResponse>, to be filled in
};

using Action = void (*)(Call& call);
using Actions = std::map<std::string, Action, std::less<>>;

Actions address_actions();    // addresses, their attributes, pools
Actions interface_actions();  // network interfaces and their private addresses
Actions instance_actions();   // instances and instance types
Actions network_actions();    // VPCs, subnets, internet gateways, security groups, zones
Actions tag_actions();        // CreateTags, DeleteTags, DescribeTags
Actions sts_actions();        // GetCallerIdentity, AssumeRoleWithWebIdentity
const Actions& all_actions();

// <name>value</name>; nothing if the value is empty.
void put(pugi::xml_node node, const char* name, std::string_view value);
void put(pugi::xml_node node, const char* name, const char* value);
void put(pugi::xml_node node, const char* name, bool value);
void put(pugi::xml_node node, const char* name, int value);
void put_tags(pugi::xml_node node, const Tags& tags);  // <tagSet>
// <return>true</return>, as EC2 answers actions without a result
void put_done(Call& call);

// Filters: all must match one of their values, with * and ? as wildcards. `values_of` returns what a resource
// has under a filter's name, or nothing if there is no filter of that name (Error InvalidParameterValue).
bool wildcard_match(std::string_view pattern, std::string_view text);
using ValuesOf = std::function<std::optional<std::vector<std::string>>(std::string_view filter_name)>;
// Looks at every filter, so that an unknown name is an error for whatever it is asked about.
bool matches(const std::vector<Filter>& filters, const ValuesOf& values_of);
// The values of "tag:KEY" and "tag-key"; nothing for another name.
std::optional<std::vector<std::string>> tag_values(const Tags& tags, std::string_view filter_name);

// The part of a listing that MaxResults and NextToken ask for: first index and count. Puts <nextToken>.
// Without MaxResults it is all there is, or `otherwise`. Errors: InvalidParameterCombination with ids,
// InvalidParameterValue out of range, InvalidNextToken, also for a token of another query.
struct PageRange {
  std::size_t first = 0;
  std::size_t count = 0;
};
PageRange page(Call& call, std::size_t total, int least, int most, bool by_id,
               std::optional<int> otherwise = std::nullopt);

}  // namespace ec2_double
