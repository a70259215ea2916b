#include "ec2_double/params.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "ec2_double/error.hpp"

namespace ec2_double {
namespace {

int hex(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// In characters, not bytes.
std::size_t length(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Error bad_value(const std::string& value, std::string_view key) {
  return {"InvalidParameterValue", "Value (" + value + ") for parameter " + std::string(key) + " is invalid"};
}

std::string item(std::string_view key, int number) {
  return std::string(key) + '.' + std::to_string(number);
}

}  // namespace

Params::Params(std::string_view form_body) {
  while (!form_body.empty()) {
    const auto pair = form_body.substr(0, form_body.find('&'));
    form_body.remove_prefix(std::min(pair.size() + 1, form_body.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    if (pair.empty()) continue;
    values_[decode(pair.substr(0, equals))] = decode(pair.substr(std::min(equals + 1, pair.size())));
  }
}

bool Params::has(std::string_view key) const {
  return values_.contains(key);
}

std::string Params::text(std::string_view key, std::string fallback) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::move(fallback) : found->second;
}

std::string Params::required(std::string_view key) const {
  auto value = text(key);
  if (value.empty())
    throw Error{"MissingParameter", "The request must contain the parameter " + std::string(key)};
  return value;
}

bool Params::flag(std::string_view key, bool fallback) const {
  if (!has(key)) return fallback;
  const auto value = text(key);
  if (value != "true" && value != "false") throw bad_value(value, key);
  return value == "true";
}

std::optional<int> Params::number(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  const auto digits = text(key);
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) throw bad_value(digits, key);
  return value;
}

std::vector<std::string> Params::list(std::string_view key) const {
  std::vector<std::string> found;
  for (int i = 1; has(item(key, i)); ++i) found.push_back(text(item(key, i)));
  return found;
}

std::vector<std::string> Params::structures(std::string_view key) const {
  std::vector<std::string> found;
  for (int i = 1;; ++i) {
    const auto prefix = item(key, i) + '.';
    const auto first = values_.lower_bound(prefix);
    if (first == values_.end() || !first->first.starts_with(prefix)) return found;
    found.push_back(item(key, i));
  }
}

std::vector<Filter> Params::filters() const {
  constexpr std::size_t kMost = 200;  // in all filters of a call together
  std::vector<Filter> found;
  std::size_t values = 0;
  for (const auto& prefix : structures("Filter")) {
    Filter filter{required(prefix + ".Name"), list(prefix + ".Value")};
    if (filter.values.empty())
      throw Error{"InvalidParameterValue", "The filter '" + filter.name + "' has no value"};
    values += filter.values.size();
    found.push_back(std::move(filter));
  }
  if (values > kMost)
    throw Error{"FilterLimitExceeded",
                "The maximum number of filter values specified on a single call is " + std::to_string(kMost)};
  return found;
}

Tags Params::tag_specification(std::string_view resource_type, int limit) const {
  Tags found;
  for (const auto& prefix : structures("TagSpecification")) {
    const auto type = text(prefix + ".ResourceType");
    if (type != resource_type)
      throw Error{"InvalidParameterValue",
                  "'" + type + "' is not a valid taggable resource type for this operation"};
    auto added = tags(prefix + ".");
    if (added.empty()) throw Error{"InvalidParameterValue", "A tag specification needs at least one tag"};
    found.merge(added);
    if (!added.empty())
      throw Error{"InvalidParameterValue", "Tag key '" + added.begin()->first + "' is there twice"};
  }
  check_tags(found, {}, limit);
  return found;
}

Tags Params::tags(std::string_view prefix) const {
  Tags found;
  for (const auto& at : structures(std::string(prefix) + "Tag")) {
    const auto key = text(at + ".Key");
    if (!found.emplace(key, text(at + ".Value")).second)
      throw Error{"InvalidParameterValue", "Tag key '" + key + "' is there twice"};
  }
  return found;
}

std::string Params::canonical(std::initializer_list<std::string_view> without) const {
  std::string out;
  for (const auto& [key, value] : values_) {
    if (key == "Action" || key == "Version") continue;
    if (std::find(without.begin(), without.end(), key) != without.end()) continue;
    out += key + '=' + std::to_string(value.size()) + ':' + value + '\n';
  }
  return out;
}

void check_tags(const Tags& added, const Tags& present, int limit) {
  std::set<std::string> keys;
  for (const auto& [key, value] : present)
    if (!key.starts_with("aws:")) keys.insert(key);
  for (const auto& [key, value] : added) {
    if (key.empty()) throw Error{"InvalidParameterValue", "Tag keys must not be empty"};
    if (key.starts_with("aws:"))
      throw Error{"InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use"};
    if (length(key) > 128)
      throw Error{"InvalidParameterValue", "Tag key exceeds the maximum length of 128 characters"};
    if (length(value) > 256)
      throw Error{"InvalidParameterValue", "Tag value exceeds the maximum length of 256 characters"};
    keys.insert(key);
  }
  if (keys.size() > static_cast<std::size_t>(limit))
    throw Error{"TagLimitExceeded", "More than " + std::to_string(limit) + " tags for one resource"};
}

}  // namespace ec2_double
