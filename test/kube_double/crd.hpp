#pragma once
// CustomResourceDefinitions as they are shipped, so that the double serves what the API server would.

#include <string>
#include <vector>

#include "kube_double/resource.hpp"

namespace kube_double {

// Every served version in every file *.yaml of the directory. Throws what is wrong with one.
std::vector<Resource> read_crds(const std::string& directory);

}  // namespace kube_double
