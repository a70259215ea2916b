#include "kube_double/patch.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "kube_double/refusal.hpp"

namespace kube_double {
namespace {

// The parts of a JSON pointer (RFC 6901).
std::vector<std::string> parts_of(std::string_view pointer) {
  std::vector<std::string> parts;
  if (pointer.empty()) return parts;
  if (pointer.front() != '/') throw patch_not_applicable();
  std::string part;
  for (std::size_t i = 1; i <= pointer.size(); ++i) {
    if (i == pointer.size() || pointer[i] == '/') {
      parts.push_back(std::move(part));
      part.clear();
    } else if (pointer[i] == '~' && i + 1 < pointer.size()) {
      part += pointer[++i] == '1' ? '/' : '~';
    } else {
      part += pointer[i];
    }
  }
  return parts;
}

std::optional<std::size_t> index_in(const json::array& array, const std::string& part) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc() || end != part.data() + part.size() || index >= array.size()) return std::nullopt;
  return index;
}

json::value* member(json::value* value, const std::string& part) {
  if (value->is_object()) return value->get_object().if_contains(part);
  if (!value->is_array()) return nullptr;
  const auto index = index_in(value->get_array(), part);
  return index ? &value->get_array()[*index] : nullptr;
}

json::value* find(json::value& root, const std::vector<std::string>& parts, std::size_t depth) {
  json::value* value = &root;
  for (std::size_t i = 0; i < depth && value != nullptr; ++i) value = member(value, parts[i]);
  return value;
}

void add(json::value& root, const std::vector<std::string>& parts, json::value what) {
  if (parts.empty()) {
    root = std::move(what);
    return;
  }
  auto* parent = find(root, parts, parts.size() - 1);
  if (parent == nullptr) throw patch_not_applicable();
  if (parent->is_object()) {
    parent->get_object()[parts.back()] = std::move(what);
    return;
  }
  if (!parent->is_array()) throw patch_not_applicable();
  auto& array = parent->get_array();
  if (parts.back() == "-" || parts.back() == std::to_string(array.size())) {
    array.push_back(std::move(what));
    return;
  }
  const auto index = index_in(array, parts.back());
  if (!index) throw patch_not_applicable();
  array.insert(array.begin() + static_cast<std::ptrdiff_t>(*index), std::move(what));
}

json::value take(json::value& root, const std::vector<std::string>& parts) {
  auto* parent = parts.empty() ? nullptr : find(root, parts, parts.size() - 1);
  auto* value = parent != nullptr ? member(parent, parts.back()) : nullptr;
  if (value == nullptr) throw patch_not_applicable();
  auto taken = std::move(*value);
  if (parent->is_object()) {
    parent->get_object().erase(parts.back());
  } else {
    auto& array = parent->get_array();
    array.erase(array.begin() + static_cast<std::ptrdiff_t>(*index_in(array, parts.back())));
  }
  return taken;
}

void test(json::value& root, const std::vector<std::string>& parts, const json::value& expected) {
  const auto* value = find(root, parts, parts.size());
  if (value == nullptr ? !expected.is_null() : *value != expected) throw patch_not_applicable();
}

// A member that is not there is added, unlike RFC 6902 has it: so does the server's library.
void replace(json::value& root, const std::vector<std::string>& parts, const json::value& what) {
  auto* parent = parts.empty() ? nullptr : find(root, parts, parts.size() - 1);
  if (parent != nullptr && parent->is_object()) {
    parent->get_object()[parts.back()] = what;
    return;
  }
  auto* there = find(root, parts, parts.size());
  if (there == nullptr) throw patch_not_applicable();
  *there = what;
}

void apply(json::value& root, const json::object& step) {
  const auto op = text_at(step, "op");
  const auto path = parts_of(text_at(step, "path"));
  const auto* value = at(step, "value");
  if (op == "remove") {
    take(root, path);
  } else if (op == "move") {
    auto taken = take(root, parts_of(text_at(step, "from")));
    add(root, path, std::move(taken));
  } else if (op == "copy") {
    const auto from = parts_of(text_at(step, "from"));
    const auto* source = find(root, from, from.size());
    if (source == nullptr) throw patch_not_applicable();
    add(root, path, json::value(*source));
  } else if (op == "test") {
    test(root, path, value != nullptr ? *value : json::value());
  } else if (op == "add" && value != nullptr) {
    add(root, path, *value);
  } else if (op == "replace" && value != nullptr) {
    replace(root, path, *value);
  } else {
    throw patch_not_applicable();
  }
}

}  // namespace

void merge_patch(json::value& target, const json::value& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target.emplace_object();
  auto& object = target.get_object();
  for (const auto& member : patch.get_object()) {
    if (member.value().is_null()) {
      object.erase(member.key());
    } else {
      merge_patch(object[member.key()], member.value());
    }
  }
}

void json_patch(json::value& target, const json::value& patch) {
  if (!patch.is_array()) throw bad_request("error decoding patch: json: cannot unmarshal into a JSON patch");
  for (const auto& step : patch.get_array()) {
    if (!step.is_object()) throw bad_request("error decoding patch: json: cannot unmarshal into a step");
    apply(target, step.get_object());
  }
}

}  // namespace kube_double
