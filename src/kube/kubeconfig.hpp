#pragma once
// Reads kubeconfig files: several are merged as kubectl does (the first to name a cluster, user or context
// wins).

#include <string>
#include <vector>

#include "kube/config.hpp"

namespace kube {

// A file of several that is not there is skipped; a single one must be. Relative paths in a file are relative
// to it.
base::Result<Config> read_kubeconfig(const std::vector<std::string>& files, base::Clock& clock);

// The whole file, or nothing when it can't be read.
std::optional<std::string> read_file(const std::string& path);

}  // namespace kube
