#include "kube/config.hpp"

#include <cerrno>
#include <cstring>

#include "kube/kubeconfig.hpp"

namespace kube {
namespace {

using base::Fault;
using base::FaultKind;
using base::Result;

Fault bad(const std::string& file, const std::string& what) {
  return {FaultKind::invalid, "in-cluster", file + ": " + what, false, std::nullopt};
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

Result<Config> in_cluster(const std::string& host, const std::string& port, const std::string& root,
                          base::Clock& clock) {
  Config config;
  const bool v6 = host.find(':') != std::string::npos;
  config.server = "https://" + (v6 ? "[" + host + "]" : host) + ":" + port;
  config.origin = "in-cluster";
  config.transport.ca_file = root + "/ca.crt";
  const auto token_file = root + "/token";
  for (const auto& file : {config.transport.ca_file, token_file}) {
    const auto content = read_file(file);
    if (!content) return bad(file, std::string("can't be read: ") + std::strerror(errno));
    if (trimmed(*content).empty()) return bad(file, "is empty");
  }
  config.token = std::make_shared<TokenFile>(token_file, clock);
  if (const auto ns = read_file(root + "/namespace")) config.ns = trimmed(*ns);
  return config;
}

// A PATH-like list; empty members are left out.
std::vector<std::string> files_of(const std::string& list) {
  std::vector<std::string> files;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const auto end = std::min(list.find(':', begin), list.size());
    if (end > begin) files.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return files;
}

}  // namespace

Result<Config> load_config(const ConfigSources& sources, base::Clock& clock) {
  const auto variable = [&](const char* name) {
    return sources.environment ? sources.environment(name).value_or("") : std::string();
  };
  if (!sources.kubeconfig_flag.empty()) return read_kubeconfig({sources.kubeconfig_flag}, clock);
  if (const auto files = files_of(variable("KUBECONFIG")); !files.empty())
    return read_kubeconfig(files, clock);
  const auto host = variable("KUBERNETES_SERVICE_HOST");
  const auto port = variable("KUBERNETES_SERVICE_PORT");
  if (!host.empty() && !port.empty()) return in_cluster(host, port, sources.service_account_root, clock);
  const auto home = variable("HOME");
  if (sources.home_kubeconfig && !home.empty()) return read_kubeconfig({home + "/.kube/config"}, clock);
  return Fault{
      FaultKind::not_found, "no config",
      "no way to the API server: not in a cluster, and neither a kubeconfig flag nor KUBECONFIG is given",
      false, std::nullopt};
}

}  // namespace kube
