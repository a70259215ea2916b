// Kubeconfig files. An input is one or more of them, with a form feed between.
//
// Promises: what is taken names a server, one way to prove who we are, and no contradiction; a second copy of
// a file, or an empty one, changes nothing; a refusal is one line.

#include <cerrno>
#include <map>
#include <string>

#include "fuzz.hpp"
#include "http/url.hpp"
#include "kube/kubeconfig.hpp"

namespace {

using Files = std::vector<std::string>;

bool same(const kube::Config& a, const kube::Config& b) {
  const auto &x = a.transport, &y = b.transport;
  return a.server == b.server && a.ns == b.ns && !a.token == !b.token && x.ca_pem == y.ca_pem &&
         x.ca_file == y.ca_file && x.certificate_pem == y.certificate_pem &&
         x.certificate_file == y.certificate_file && x.key_pem == y.key_pem && x.key_file == y.key_file &&
         x.server_name == y.server_name && x.insecure == y.insecure && x.proxy == y.proxy;
}

void check(const kube::Config& config) {
  const auto& tls = config.transport;
  fuzz::require(!http::split(config.server).scheme.empty() && !config.server.ends_with('/'), "a server");
  fuzz::require(!(tls.insecure && !(tls.ca_pem.empty() && tls.ca_file.empty())), "insecure, and a CA");
  const bool certificate = !(tls.certificate_pem.empty() && tls.certificate_file.empty());
  const bool key = !(tls.key_pem.empty() && tls.key_file.empty());
  fuzz::require(certificate == key, "a certificate without its key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  std::map<std::string, std::string> contents;
  Files files;
  while (true) {
    const auto end = text.find('\f');
    files.push_back("/kube/" + std::to_string(files.size()) + ".yaml");
    contents.emplace(files.back(), text.substr(0, end));
    if (end == std::string_view::npos || files.size() == 4) break;
    text.remove_prefix(end + 1);
  }
  contents.emplace("/kube/empty.yaml", "");
  // Of the files that they name those exist that are called .pem or token.
  const auto read = [&](const std::string& path) -> std::optional<std::string> {
    if (const auto found = contents.find(path); found != contents.end()) return found->second;
    if (path.ends_with(".pem") || path.ends_with("token")) return "x";
    errno = ENOENT;
    return std::nullopt;
  };
  static base::SystemClock clock;
  const auto config = kube::read_kubeconfig(files, clock, read);
  if (!config) {
    fuzz::require(fuzz::one_line(config.error().message), "a refusal is one line");
    return 0;
  }
  check(*config);
  auto more = files;
  more.push_back(files[fuzz::Draw(text).below(files.size())]);
  more.push_back("/kube/empty.yaml");
  const auto again = kube::read_kubeconfig(more, clock, read);
  fuzz::require(again && same(*again, *config), "files that say nothing new change what is read");
  return 0;
}
