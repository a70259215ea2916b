#pragma once
// Where the API server is and how to be let in: a kubeconfig, or what every pod finds in its own file system.
// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
//
// Order, as controller-runtime has it: the flag, KUBECONFIG, in-cluster, and, only if asked for,
// ~/.kube/config. Not yet: exec plugins and auth providers; a user that has only these is one clear fault.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/curl_options.hpp"
#include "kube/token.hpp"

namespace kube {

using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

struct ConfigSources {
  std::string kubeconfig_flag;  // empty: not given
  EnvironmentLookup environment;
  bool home_kubeconfig = false;  // fall back to $HOME/.kube/config
  std::string service_account_root = "/var/run/secrets/kubernetes.io/serviceaccount";
};

struct Config {
  std::string server;                  // https://10.0.0.1:6443, perhaps with a path; no slash at the end
  std::string ns;                      // of the context, or the pod's own; empty if not said
  std::string origin;                  // for the log: "in-cluster", "/home/u/.kube/config, context prod"
  http::CurlOptions transport;         // CA, client certificate, server name, insecure
  std::shared_ptr<TokenSource> token;  // none: no bearer token
};

// Faults are one line that names the file and what is wrong with it; kind `invalid`, or `not_found` when no
// source at all was there.
base::Result<Config> load_config(const ConfigSources& sources, base::Clock& clock);

}  // namespace kube
