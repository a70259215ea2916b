// What is there, for people.
#include "kube_double/server.hpp"

namespace kube_double {
namespace {

void print(std::string& into, const std::string& path, const json::value& value) {
  if (value.is_object()) {
    for (const auto& member : value.get_object())
      print(into, path + "." + std::string(member.key()), member.value());
  } else if (value.is_array()) {
    std::size_t number = 0;
    for (const auto& item : value.get_array()) print(into, path + "[" + std::to_string(number++) + "]", item);
  } else {
    into += "  " + path.substr(1) + ": " + json::serialize(value) + "\n";
  }
}

}  // namespace

std::string Server::dump() {
  settle();
  std::string text;
  for (const auto& resource : model_.catalog().all())
    for (const auto& [key, object] : model_.store().rows(resource.number)) {
      text += resource.plural + " " + key + "\n";
      for (const auto& member : object->value)
        if (member.key() != "kind" && member.key() != "apiVersion")
          print(text, "." + std::string(member.key()), member.value());
    }
  return text;
}

}  // namespace kube_double
