#pragma once
// Requests to the API server as values: verb and parameters in, http::Request out. Nothing is sent here. The
// URL is the path only; Api puts the server before it.
// https://kubernetes.io/docs/reference/using-api/api-concepts/

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "kube/kind.hpp"

namespace kube {

struct Selectors {
  std::string label;
  std::string field;
};

// These have constructors, and are no aggregates, for the reason given at Key.
struct ListOptions {
  ListOptions() = default;

  int limit = 0;               // 0: all at once
  std::string continue_token;  // from the page before
  std::string resource_version;
  Selectors selectors;
};

struct WatchOptions {
  WatchOptions() = default;

  std::string resource_version;
  std::chrono::seconds timeout{290};  // the server ends the watch then
  bool bookmarks = true;
  Selectors selectors;
};

enum class PatchType { json, merge };  // RFC 6902, RFC 7386

// "/apis/GROUP/VERSION/namespaces/NS/PLURAL/NAME/SUB" with what is empty left out.
std::string path_of(const Resource& resource, std::string_view ns, std::string_view name = {},
                    std::string_view subresource = {});

http::Request get_request(const Resource& resource, const Key& key);
http::Request list_request(const Resource& resource, std::string_view ns, const ListOptions& options);
http::Request watch_request(const Resource& resource, std::string_view ns, const WatchOptions& options);
http::Request create_request(const Resource& resource, std::string_view ns, std::string body);
http::Request patch_request(const Resource& resource, const Key& key, PatchType type, std::string body,
                            std::string_view subresource = {});

}  // namespace kube
