#pragma once
// The parameters of one request in EC2's query protocol.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ec2_double/world.hpp"

namespace ec2_double {

struct Filter {
  std::string name;
  std::vector<std::string> values;
};

class Params {
 public:
  explicit Params(std::string_view form_body);  // application/x-www-form-urlencoded

  bool has(std::string_view key) const;
  std::string text(std::string_view key, std::string fallback = "") const;
  std::string required(std::string_view key) const;              // or Error MissingParameter
  bool flag(std::string_view key, bool fallback = false) const;  // or Error InvalidParameterValue
  std::optional<int> number(std::string_view key) const;         // or Error InvalidParameterValue
  std::vector<std::string> list(std::string_view key) const;     // Key.1, Key.2, ...
  // The prefixes "Key.1", "Key.2", ... of a list of structures.
  std::vector<std::string> structures(std::string_view key) const;
  std::vector<Filter> filters() const;  // or Error FilterLimitExceeded
  // TagSpecification.N of that resource type; Error InvalidParameterValue for another type, and the errors of
  // check_tags().
  Tags tag_specification(std::string_view resource_type, int limit = Quotas{}.tags_per_resource) const;
  // PREFIXTag.N.Key and .Value; a tag without a value has an empty one. Error InvalidParameterValue for a key
  // that is there twice.
  Tags tags(std::string_view prefix = "") const;
  // All but Action and Version, in a fixed order: what a client token stands for.
  std::string canonical(std::initializer_list<std::string_view> without = {}) const;
  const std::map<std::string, std::string, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// Throws the Error that EC2 has for such tags on a resource that already has `present`.
void check_tags(const Tags& added, const Tags& present, int limit);

}  // namespace ec2_double
