#pragma once
// The structural schema of a CustomResourceDefinition, as far as the CRDs here use it: what is not in it is
// pruned, defaults are filled in, values are checked. Rules in CEL are not run.
// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/

#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "kube_double/refusal.hpp"

namespace kube_double {

class Schema {
 public:
  explicit Schema(const json::object& open_api);

  // Of a whole object: everything but apiVersion, kind and metadata is pruned and filled in.
  void complete(json::object& object) const;
  // What is wrong with an object that was completed. Where it is as it was in `old` nothing is wrong
  // (ratcheting).
  std::vector<Cause> check(const json::object& object, const json::object* old) const;

 private:
  void complete(json::value& value) const;
  void check(const json::value& value, const json::value* old, const std::string& path,
             std::vector<Cause>& causes) const;
  void check_text(const std::string& text, const std::string& path, std::vector<Cause>& causes) const;
  void check_number(const json::value& value, const std::string& path, std::vector<Cause>& causes) const;

  std::string type_;
  std::map<std::string, Schema, std::less<>> properties_;
  std::shared_ptr<const Schema> additional_;  // of a map's values
  std::shared_ptr<const Schema> items_;
  std::vector<std::string> required_;
  std::vector<std::string> allowed_;  // enum
  std::optional<json::value> default_;
  std::optional<std::size_t> most_;   // maxLength, maxItems or maxProperties
  std::optional<std::size_t> least_;  // minLength, minItems
  std::optional<double> minimum_;
  std::optional<double> maximum_;
  std::string pattern_;
  std::optional<std::regex> regex_;
  bool date_time_ = false;
};

}  // namespace kube_double
