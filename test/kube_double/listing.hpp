#pragma once
// Lists in pages: which objects, of which version, and the token for the next page.

#include <string>

#include "kube_double/model.hpp"
#include "kube_double/route.hpp"

namespace kube_double {

// The answer to a list, as JSON text. `shown`: the version that a list which may be stale shows, newest if 0.
std::string list_text(const Model& model, const Route& route, Version shown);

// The version in a parameter; 0 if there is none. Throws a Refusal if it is no version.
Version version_in(std::string_view text);

}  // namespace kube_double
