#include "kube/kubeconfig.hpp"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/one_line.hpp"
#include "http/url.hpp"
#include "kube/base64.hpp"

namespace kube {
namespace {

using base::Fault;
using base::FaultKind;
using base::Result;

Fault bad(const std::string& file, const std::string& what) {
  return {FaultKind::invalid, "kubeconfig", base::one_line(file + ": " + what), false, std::nullopt};
}

// A named entry and the file that it came from.
struct Entry {
  YAML::Node node;
  std::string file;
};

struct Merged {
  std::string current_context;
  std::string file;  // of current-context
  std::map<std::string, Entry> clusters, users, contexts;
};

std::string text(const YAML::Node& map, const char* key) {
  const auto node = map[key];
  return node && node.IsScalar() ? node.Scalar() : std::string();
}

bool flag(const YAML::Node& map, const char* key) {
  return text(map, key) == "true";
}

// Throws YAML::Exception.
void add_all(std::map<std::string, Entry>& into, const YAML::Node& list, const char* member,
             const std::string& file) {
  if (!list || !list.IsSequence()) return;
  for (const auto& item : list)
    if (item.IsMap())
      into.emplace(text(item, "name"), Entry{item[member] ? item[member] : YAML::Node(), file});
}

std::optional<Fault> merge(Merged& merged, const std::string& file, const std::string& content) {
  try {
    const auto root = YAML::Load(content);
    if (root.IsNull()) return std::nullopt;  // an empty file is an empty config
    if (!root.IsMap()) return bad(file, "not a kubeconfig");
    add_all(merged.clusters, root["clusters"], "cluster", file);
    add_all(merged.users, root["users"], "user", file);
    add_all(merged.contexts, root["contexts"], "context", file);
    if (merged.current_context.empty()) {
      merged.current_context = text(root, "current-context");
      merged.file = file;
    }
  } catch (const YAML::Exception& error) {
    return bad(file, std::string("not YAML: ") + error.what());
  }
  return std::nullopt;
}

std::string beside(const std::string& file, const std::string& path) {
  if (path.empty() || path.front() == '/') return path;
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

// "NAME-data" (base64) goes into `pem`; else the file of NAME into `path`, which must be readable.
std::optional<Fault> credential(const FileReader& read, const Entry& entry, const std::string& name,
                                std::string& pem, std::string& path) {
  if (const auto data = text(entry.node, (name + "-data").c_str()); !data.empty()) {
    auto decoded = base64_decode(data);
    if (!decoded) return bad(entry.file, name + "-data is not base64");
    pem = std::move(*decoded);
    return std::nullopt;
  }
  path = beside(entry.file, text(entry.node, name.c_str()));
  if (!path.empty() && !read(path)) return bad(entry.file, name + ": can't read " + path);
  return std::nullopt;
}

std::optional<Fault> read_cluster(const FileReader& read, const Entry& cluster, Config& config) {
  config.server = text(cluster.node, "server");
  while (config.server.ends_with('/')) config.server.pop_back();
  if (http::split(config.server).scheme.empty())
    return bad(cluster.file, "server \"" + config.server + "\" is no http or https URL");
  auto& tls = config.transport;
  tls.insecure = flag(cluster.node, "insecure-skip-tls-verify");
  tls.server_name = text(cluster.node, "tls-server-name");
  tls.proxy = text(cluster.node, "proxy-url");
  if (auto fault = credential(read, cluster, "certificate-authority", tls.ca_pem, tls.ca_file)) return fault;
  if (tls.insecure && !(tls.ca_pem.empty() && tls.ca_file.empty()))
    return bad(cluster.file, "insecure-skip-tls-verify and certificate-authority exclude each other");
  return std::nullopt;
}

std::optional<Fault> read_user(const FileReader& read, const std::string& name, const Entry& user,
                               Config& config, base::Clock& clock) {
  const auto& node = user.node;
  if (!node.IsMap()) return std::nullopt;  // anonymous
  auto& tls = config.transport;
  if (auto fault = credential(read, user, "client-certificate", tls.certificate_pem, tls.certificate_file))
    return fault;
  if (auto fault = credential(read, user, "client-key", tls.key_pem, tls.key_file)) return fault;
  const bool certificate = !(tls.certificate_pem.empty() && tls.certificate_file.empty());
  const bool key = !(tls.key_pem.empty() && tls.key_file.empty());
  if (certificate != key)
    return bad(user.file, "user \"" + name + "\" needs client-certificate and client-key both");
  // As in client-go a token file, which may rotate, goes before a fixed token.
  if (const auto path = beside(user.file, text(node, "tokenFile")); !path.empty()) {
    if (!read(path)) return bad(user.file, "tokenFile: can't read " + path);
    config.token = std::make_shared<TokenFile>(path, clock);
  } else if (auto token = text(node, "token"); !token.empty()) {
    config.token = std::make_shared<FixedToken>(std::move(token));
  }
  // To act with other rights than the file asks for would be worse than not to act.
  if (node["as"] || node["as-groups"] || node["as-uid"])
    return bad(user.file, "user \"" + name + "\" impersonates (as), which is not supported");
  if (certificate || config.token) return std::nullopt;
  for (const char* way : {"exec", "auth-provider", "username"})
    if (node[way])
      return bad(user.file, "user \"" + name + "\" has only " + way + ", which is not supported yet");
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    errno = EISDIR;
    return std::nullopt;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<Config> read_kubeconfig(const std::vector<std::string>& files, base::Clock& clock,
                               const FileReader& read) {
  Merged merged;
  std::string names;
  for (const auto& file : files) {
    names += (names.empty() ? "" : ":") + file;
    const auto content = read(file);
    if (!content && errno == ENOENT && files.size() > 1) continue;
    if (!content) return bad(file, std::string("can't be read: ") + std::strerror(errno));
    if (auto fault = merge(merged, file, *content)) return std::move(*fault);
  }
  if (merged.current_context.empty()) return bad(names, "no current-context");
  try {
    const auto context = merged.contexts.find(merged.current_context);
    if (context == merged.contexts.end() || !context->second.node.IsMap())
      return bad(merged.file, "there is no context \"" + merged.current_context + "\"");
    const auto& entry = context->second;
    const auto cluster_name = text(entry.node, "cluster");
    const auto cluster = merged.clusters.find(cluster_name);
    if (cluster == merged.clusters.end() || !cluster->second.node.IsMap())
      return bad(entry.file, "there is no cluster \"" + cluster_name + "\"");
    Config config;
    config.ns = text(entry.node, "namespace");
    config.origin = entry.file + ", context " + merged.current_context;
    if (auto fault = read_cluster(read, cluster->second, config)) return std::move(*fault);
    const auto user_name = text(entry.node, "user");
    const auto user = merged.users.find(user_name);
    if (user == merged.users.end() && !user_name.empty())
      return bad(entry.file, "there is no user \"" + user_name + "\"");
    if (user != merged.users.end())
      if (auto fault = read_user(read, user_name, user->second, config, clock)) return std::move(*fault);
    return config;
  } catch (const YAML::Exception& error) {
    return bad(names, std::string("not a kubeconfig: ") + error.what());
  }
}

}  // namespace kube
