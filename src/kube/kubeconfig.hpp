#pragma once
// Reads kubeconfig files: several are merged as kubectl does (the first to name a cluster, user or context
// wins).

#include <functional>
#include <string>
#include <vector>

#include "kube/config.hpp"

namespace kube {

// The whole file, or nothing when it can't be read; errno says why.
using FileReader = std::function<std::optional<std::string>(const std::string& path)>;
std::optional<std::string> read_file(const std::string& path);

// A file of several that is not there is skipped; a single one must be. Relative paths in a file are relative
// to it.
base::Result<Config> read_kubeconfig(const std::vector<std::string>& files, base::Clock& clock,
                                     const FileReader& read = &read_file);

}  // namespace kube
