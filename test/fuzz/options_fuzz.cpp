// The command line. An input is its arguments, a line each.
//
// Promises: options that are taken are within their bounds, and flags written from them are taken as the same
// options; a refusal is one line.

#include <charconv>
#include <cmath>
#include <string>

#include "app/options.hpp"
#include "fuzz.hpp"

namespace {

using app::Options;

std::string number(double value) {
  char out[64];
  return {out, std::to_chars(out, out + sizeof out, value).ptr};
}

std::string listen(const app::ListenAddress& address) {
  if (address.off) return "0";
  return (address.host.empty() ? "" : "[" + address.host + "]") + ":" + std::to_string(address.port);
}

std::vector<std::string> written(const Options& o) {
  std::string tags, limits;
  for (const auto& [key, value] : o.default_tags) tags += (tags.empty() ? "" : ",") + key + "=" + value;
  for (const auto& [action, size] : o.ec2_rate_limits)
    limits += (limits.empty() ? "" : ",") + action + "=" + number(size.first) + "/" + number(size.second);
  static constexpr const char* kLevels[] = {"debug", "info", "warn", "error"};
  return {"-region=" + o.region,
          "-kubeconfig=" + o.kubeconfig,
          "--namespace=" + o.ns,
          "-cluster-name",
          o.cluster_name,
          "-vpc-id=" + o.vpc_id,
          "-default-tags=" + tags,
          "-resync=" + std::to_string(o.resync.count()) + "ns",
          "-settle-time=" + std::to_string(o.settle.count()) + "ns",
          "-ec2-rate-factor=" + number(o.ec2_rate_factor),
          "-ec2-rate-limits=" + limits,
          "-metrics-addr=" + listen(o.metrics),
          "-health-addr=" + listen(o.health),
          std::string("-log-level=") + kLevels[static_cast<int>(o.log_level)],
          std::string("-log-format=") + (o.log_format == base::LogFormat::json ? "json" : "text"),
          std::string("-version=") + (o.show_version ? "1" : "0"),
          std::string("-help=") + (o.show_help ? "1" : "0")};
}

bool same(const app::ListenAddress& a, const app::ListenAddress& b) {
  return a.host == b.host && a.port == b.port && a.off == b.off;
}

bool same(const Options& a, const Options& b) {
  return same(a.metrics, b.metrics) && same(a.health, b.health) && a.region == b.region &&
         a.kubeconfig == b.kubeconfig && a.ns == b.ns && a.cluster_name == b.cluster_name &&
         a.vpc_id == b.vpc_id && a.default_tags == b.default_tags && a.resync == b.resync &&
         a.settle == b.settle && a.ec2_rate_factor == b.ec2_rate_factor &&
         a.ec2_rate_limits == b.ec2_rate_limits && a.log_level == b.log_level &&
         a.log_format == b.log_format && a.show_version == b.show_version && a.show_help == b.show_help;
}

void check(const Options& o) {
  using std::chrono::hours;
  using std::chrono::seconds;
  fuzz::require(o.resync >= seconds(1) && o.resync <= hours(24), "the resync is within its bounds");
  fuzz::require(o.settle >= seconds(2) && o.settle <= hours(24), "the settle time is within its bounds");
  fuzz::require(o.ec2_rate_factor > 0 && o.ec2_rate_factor <= 10, "the rate factor is within its bounds");
  fuzz::require(o.default_tags.size() <= 40, "the default tags leave room for others");
  for (const auto& [key, value] : o.default_tags)
    fuzz::require(!key.empty() && key.size() <= 127 && value.size() <= 256 && !key.starts_with("aws:") &&
                      !key.starts_with("aws.k8s.logmein.com/"),
                  "a default tag that EC2 or we refuse");
  for (const auto& [action, size] : o.ec2_rate_limits)
    fuzz::require(
        std::isfinite(size.first) && std::isfinite(size.second) && size.first >= 1 && size.second > 0,
        "a rate limit that lets calls through");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fuzz::text_of(data, size);
  std::vector<std::string> arguments;
  while (!text.empty()) arguments.emplace_back(fuzz::cut_line(text));
  const auto options = app::parse_options(arguments);
  if (!options) {
    fuzz::require(!options.error().message.empty() && fuzz::one_line(options.error().message),
                  "a refusal is one line");
    return 0;
  }
  check(*options);
  const auto again = app::parse_options(written(*options));
  fuzz::require(again.has_value(), "options that were taken are refused when they are written as flags");
  fuzz::require(same(*again, *options), "options that were taken are others when they are written as flags");
  return 0;
}
