#pragma once
// What a method and a URL ask of the API server.
// https://kubernetes.io/docs/reference/using-api/api-concepts/

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kube_double/resource.hpp"

namespace kube_double {

struct Route {
  const Resource* resource = nullptr;
  std::string verb;  // get, list, watch, create, update, patch, delete; empty: the method is none of these
  std::string ns;
  std::string name;
  std::string subresource;
  std::map<std::string, std::string, std::less<>> query;

  std::string_view asked(std::string_view parameter) const;  // empty if it is not there
};

// Nothing if nothing is served there.
std::optional<Route> route_of(const Catalog& catalog, std::string_view method, std::string_view url);

}  // namespace kube_double
