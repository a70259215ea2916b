#include "kube_double/route.hpp"

#include <vector>

namespace kube_double {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0;
    if (escaped) {
      result += static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find(at);
    if (end != 0) parts.push_back(decoded(text.substr(0, end)));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::string_view path_and_query(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    const auto path = url.find('/', scheme + 3);
    return path == std::string_view::npos ? std::string_view() : url.substr(path);
  }
  return url;
}

std::map<std::string, std::string, std::less<>> query_of(std::string_view text) {
  std::map<std::string, std::string, std::less<>> query;
  while (!text.empty()) {
    const auto end = text.find('&');
    const auto pair = text.substr(0, end);
    const auto equals = pair.find('=');
    query[decoded(pair.substr(0, equals))] =
        equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return query;
}

std::string verb_of(std::string_view method, const Route& route) {
  const bool one = !route.name.empty();
  if (method == "GET") {
    const auto watch = route.asked("watch");
    if (!one && (watch == "true" || watch == "1")) return "watch";
    return one ? "get" : "list";
  }
  if (method == "POST" && !one) return "create";
  if (method == "PUT" && one) return "update";
  if (method == "PATCH" && one) return "patch";
  if (method == "DELETE" && one) return "delete";
  return {};
}

}  // namespace

std::string_view Route::asked(std::string_view parameter) const {
  const auto found = query.find(parameter);
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<Route> route_of(const Catalog& catalog, std::string_view method, std::string_view url) {
  auto path = path_and_query(url);
  Route route;
  if (const auto mark = path.find('?'); mark != std::string_view::npos) {
    route.query = query_of(path.substr(mark + 1));
    path = path.substr(0, mark);
  }
  auto parts = split(path, '/');
  std::string group;
  std::size_t next = 1;
  if (parts.size() >= 3 && parts[0] == "apis") {
    group = parts[next++];
  } else if (parts.size() < 3 || parts[0] != "api") {
    return std::nullopt;
  }
  if (parts.size() < next + 2) return std::nullopt;
  const auto version = parts[next++];
  // namespaces/NS/PLURAL, but namespaces/NAME/status is the namespace itself.
  if (parts[next] == "namespaces" && parts.size() > next + 2 && parts[next + 2] != "status") {
    route.ns = parts[next + 1];
    next += 2;
  }
  route.resource = catalog.by_path(group, version, parts[next]);
  if (route.resource == nullptr || (!route.ns.empty() && !route.resource->namespaced)) return std::nullopt;
  if (parts.size() > next + 1) route.name = parts[next + 1];
  if (parts.size() > next + 2) route.subresource = parts[next + 2];
  const bool known_part =
      route.subresource.empty() || (route.subresource == "status" && route.resource->status);
  const bool placed =
      !route.resource->namespaced || !route.ns.empty() || (route.name.empty() && method == "GET");
  if (parts.size() > next + 3 || !known_part || !placed) return std::nullopt;
  route.verb = verb_of(method, route);
  return route;
}

}  // namespace kube_double
