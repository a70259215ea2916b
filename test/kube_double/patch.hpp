#pragma once
// Patches as the API server applies them.

#include "kube_double/object.hpp"

namespace kube_double {

// RFC 7386.
void merge_patch(json::value& target, const json::value& patch);

// RFC 6902. Throws a Refusal: 400 if it is no patch, 422 if it can't be applied (a test fails, a path is not
// there).
void json_patch(json::value& target, const json::value& patch);

}  // namespace kube_double
