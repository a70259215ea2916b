#include "kube/request.hpp"

#include "http/url.hpp"

namespace kube {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

http::Request request(std::string method, std::string url) {
  http::Request result;
  result.method = std::move(method);
  result.url = std::move(url);
  result.headers = {{"Accept", "application/json"}};
  return result;
}

http::Request with_body(http::Request request, std::string_view type, std::string body) {
  request.headers.emplace_back("Content-Type", type);
  request.body = std::move(body);
  return request;
}

void add(Pairs& pairs, std::string name, const std::string& value) {
  if (!value.empty()) pairs.emplace_back(std::move(name), value);
}

std::string with_query(std::string path, const Pairs& pairs) {
  return pairs.empty() ? path : path + "?" + http::query(pairs);
}

}  // namespace

std::string path_of(const Resource& resource, std::string_view ns, std::string_view name,
                    std::string_view subresource) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/" + http::percent_encode(resource.group) + "/";
  path += http::percent_encode(resource.version);
  if (resource.namespaced && !ns.empty()) path += "/namespaces/" + http::percent_encode(ns);
  path += "/" + http::percent_encode(resource.plural);
  if (!name.empty()) path += "/" + http::percent_encode(name);
  if (!subresource.empty()) path += "/" + http::percent_encode(subresource);
  return path;
}

http::Request get_request(const Resource& resource, const Key& key) {
  return request("GET", path_of(resource, key.ns, key.name));
}

http::Request list_request(const Resource& resource, std::string_view ns, const ListOptions& options) {
  Pairs pairs;
  if (options.limit > 0) add(pairs, "limit", std::to_string(options.limit));
  add(pairs, "continue", options.continue_token);
  add(pairs, "resourceVersion", options.resource_version);
  add(pairs, "labelSelector", options.selectors.label);
  add(pairs, "fieldSelector", options.selectors.field);
  return request("GET", with_query(path_of(resource, ns), pairs));
}

http::Request watch_request(const Resource& resource, std::string_view ns, const WatchOptions& options) {
  Pairs pairs{{"watch", "true"}};
  if (options.bookmarks) add(pairs, "allowWatchBookmarks", "true");
  add(pairs, "resourceVersion", options.resource_version);
  if (options.timeout.count() > 0) add(pairs, "timeoutSeconds", std::to_string(options.timeout.count()));
  add(pairs, "labelSelector", options.selectors.label);
  add(pairs, "fieldSelector", options.selectors.field);
  return request("GET", with_query(path_of(resource, ns), pairs));
}

http::Request create_request(const Resource& resource, std::string_view ns, std::string body) {
  return with_body(request("POST", path_of(resource, ns)), "application/json", std::move(body));
}

http::Request patch_request(const Resource& resource, const Key& key, PatchType type, std::string body,
                            std::string_view subresource) {
  const auto content =
      type == PatchType::json ? "application/json-patch+json" : "application/merge-patch+json";
  return with_body(request("PATCH", path_of(resource, key.ns, key.name, subresource)), content,
                   std::move(body));
}

}  // namespace kube
