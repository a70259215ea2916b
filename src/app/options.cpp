#include "app/options.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "app/go_flags.hpp"

namespace app {
namespace {

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (true) {
    const auto end = text.find(at, from);
    parts.push_back(text.substr(from, end == std::string::npos ? end : end - from));
    if (end == std::string::npos) return parts;
    from = end + 1;
  }
}

std::string parse_listen(const std::string& text, ListenAddress& address) {
  if (text == "0" || text.empty()) {
    address = {"", 0, true};
    return "";
  }
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return "is no address: write HOST:PORT, :PORT, or 0 for none";
  unsigned port = 0;
  const char* first = text.data() + colon + 1;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(first, last, port);
  if (error != std::errc() || end != last || port > 65535) return "has no port number between 0 and 65535";
  std::string host = text.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  address = {host, static_cast<unsigned short>(port), false};
  return "";
}

std::string parse_tags(const std::string& text, std::map<std::string, std::string>& tags) {
  tags.clear();
  if (text.empty()) return "";
  for (const auto& part : split(text, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string::npos || equals == 0) return "is no list of tags: write key=value,key=value";
    const std::string key = part.substr(0, equals);
    const std::string value = part.substr(equals + 1);
    std::string lower = key;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    if (lower.starts_with("aws:") || key.starts_with("aws.k8s.logmein.com/"))
      return "has the key " + key + ", whose prefix is reserved";
    if (key.size() > 127 || value.size() > 256) return "has a key over 127 or a value over 256 characters";
    tags[key] = value;
  }
  return tags.size() > 40 ? "has more than 40 tags; EC2 allows 50 on one address, objects' own ones included"
                          : "";
}

bool parse_number(const std::string& text, double& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

std::string parse_limits(const std::string& text, std::map<std::string, std::pair<double, double>>& limits) {
  limits.clear();
  if (text.empty()) return "";
  for (const auto& part : split(text, ',')) {
    const auto equals = part.find('=');
    const auto slash = part.find('/', equals == std::string::npos ? 0 : equals);
    double capacity = 0;
    double refill = 0;
    if (equals == std::string::npos || slash == std::string::npos ||
        !parse_number(part.substr(equals + 1, slash - equals - 1), capacity) ||
        !parse_number(part.substr(slash + 1), refill) || capacity < 1 || refill <= 0)
      return "is no list of limits: write Action=CAPACITY/REFILL-PER-SECOND, for example "
             "AllocateAddress=50/5";
    limits[part.substr(0, equals)] = {capacity, refill};
  }
  return "";
}

std::string parse_level(const std::string& text, base::LogLevel& level) {
  if (text == "debug") return level = base::LogLevel::debug, "";
  if (text == "info") return level = base::LogLevel::info, "";
  if (text == "warn" || text == "warning") return level = base::LogLevel::warn, "";
  if (text == "error") return level = base::LogLevel::error, "";
  return "is no level: write debug, info, warn or error";
}

GoFlags::Set text_into(std::string& target) {
  return [&target](const std::string& value) -> std::string {
    target = value;
    return "";
  };
}

// An identifier that ends up in a tag, a filter or a host name.
GoFlags::Set word_into(std::string& target, const char* allowed, std::size_t longest) {
  return [&target, allowed, longest](const std::string& value) -> std::string {
    const std::string more = allowed;
    for (const unsigned char c : value)
      if (!std::isalnum(c) && more.find(static_cast<char>(c)) == std::string::npos)
        return "has a character that is not allowed: letters, digits and " + more + " are";
    if (value.size() > longest) return "is longer than " + std::to_string(longest) + " characters";
    target = value;
    return "";
  };
}

GoFlags::Set duration_into(std::chrono::nanoseconds& target, std::chrono::nanoseconds least) {
  return [&target, least](const std::string& value) -> std::string {
    std::chrono::nanoseconds span{};
    if (!parse_go_duration(value, span)) return "is no duration: write 90s, 5m or 1h30m";
    if (span < least)
      return "is too short: at least " +
             std::to_string(std::chrono::duration_cast<std::chrono::seconds>(least).count()) + "s";
    if (span > std::chrono::hours(24)) return "is too long: at most 24h";
    target = span;
    return "";
  };
}

GoFlags define(Options& o) {
  GoFlags flags;
  flags.add("region", "REGION", "", "AWS region; else AWS_REGION, AWS_DEFAULT_REGION, instance metadata",
            word_into(o.region, "-", 40));
  flags.add("default-tags", "K=V,K=V", "", "tags for every address; tags of the object win",
            [&o](const std::string& v) { return parse_tags(v, o.default_tags); });
  flags.add("cluster-name", "NAME", "",
            "value of the tag aws.k8s.logmein.com/cluster; else the uid of namespace kube-system",
            word_into(o.cluster_name, "-_.:/@+=", 256));
  flags.add("vpc-id", "VPC", "", "the cluster's VPC; else that of the nodes' instances",
            word_into(o.vpc_id, "-", 40));
  flags.add("namespace", "NAMESPACE", "", "watch the objects of this namespace only",
            word_into(o.ns, "-", 63));
  flags.add("kubeconfig", "FILE", "", "kubeconfig; else KUBECONFIG, else the pod's service account",
            text_into(o.kubeconfig));
  flags.add("resync", "DURATION", "5m", "how often everything is compared with EC2",
            duration_into(o.resync, std::chrono::seconds(1)));
  flags.add("settle-time", "DURATION", "2m",
            "how long an address may stay invisible in EC2 after the call that made it; shorter risks a "
            "second address",
            duration_into(o.settle, std::chrono::seconds(2)));
  flags.add("ec2-rate-factor", "NUMBER", "1",
            "our share of EC2's request rate limits, above 0 and at most 10",
            [&o](const std::string& v) -> std::string {
              double factor = 0;
              if (!parse_number(v, factor) || factor <= 0 || factor > 10)
                return "is no number above 0 and at most 10";
              o.ec2_rate_factor = factor;
              return "";
            });
  flags.add("ec2-rate-limits", "A=C/R,...", "",
            "request rate limits of single actions, where AWS has changed them for the account",
            [&o](const std::string& v) { return parse_limits(v, o.ec2_rate_limits); });
  flags.add("metrics-addr", "HOST:PORT", ":8080", "where /metrics is served; 0: nowhere",
            [&o](const std::string& v) { return parse_listen(v, o.metrics); });
  flags.add("health-addr", "HOST:PORT", ":8081", "where /healthz and /readyz are served; 0: nowhere",
            [&o](const std::string& v) { return parse_listen(v, o.health); });
  flags.add("log-level", "LEVEL", "info", "debug, info, warn or error",
            [&o](const std::string& v) { return parse_level(v, o.log_level); });
  flags.add("log-format", "FORMAT", "text", "text or json", [&o](const std::string& v) -> std::string {
    if (v != "text" && v != "json") return "is no format: write text or json";
    o.log_format = v == "json" ? base::LogFormat::json : base::LogFormat::text;
    return "";
  });
  const auto election = [&o](const char* name) {
    return [&o, name](const std::string& value) -> std::string {
      if (!value.empty())
        o.warnings.push_back(std::string("-") + name +
                             " has no effect yet: run one replica with strategy Recreate");
      return "";
    };
  };
  flags.add("leader-election-id", "NAME", "k8s-aws-operator", "name of the Lease; accepted, not used yet",
            election("leader-election-id"));
  flags.add("leader-election-namespace", "NAMESPACE", "", "namespace of the Lease; accepted, not used yet",
            election("leader-election-namespace"));
  flags.add("zap-log-level", "LEVEL", "", "as -log-level", [&o](const std::string& v) -> std::string {
    int verbosity = 0;
    const auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), verbosity);
    if (error == std::errc() && end == v.data() + v.size() && verbosity > 0)
      return o.log_level = base::LogLevel::debug, "";
    if (v == "panic") return o.log_level = base::LogLevel::error, "";
    return parse_level(v, o.log_level);
  });
  flags.add("zap-encoder", "FORMAT", "", "json or console (text)", [&o](const std::string& v) -> std::string {
    if (v != "json" && v != "console") return "is no encoder: write json or console";
    o.log_format = v == "json" ? base::LogFormat::json : base::LogFormat::text;
    return "";
  });
  flags.add_bool("zap-devel", "accepted, without effect", [&o](bool) {
    o.warnings.push_back("-zap-devel has no effect: use -log-level and -log-format");
  });
  for (const char* name : {"zap-stacktrace-level", "zap-time-encoding"})
    flags.add(name, "VALUE", "", "accepted, without effect", [&o, name](const std::string&) -> std::string {
      o.warnings.push_back(std::string("-") + name + " has no effect");
      return "";
    });
  flags.add_bool("version", "print the version and exit", [&o](bool v) { o.show_version = v; });
  flags.add_bool("help", "print this and exit", [&o](bool v) { o.show_help = v; });
  flags.add_bool("h", "as -help", [&o](bool v) { o.show_help = v; });
  return flags;
}

}  // namespace

bool parse_go_duration(const std::string& text, std::chrono::nanoseconds& value) {
  static const std::pair<const char*, double> kUnits[] = {
      {"ns", 1}, {"us", 1e3}, {"\u00b5s", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}};
  if (text == "0") return value = std::chrono::nanoseconds(0), true;
  double total = 0;
  std::size_t at = 0;
  if (text.empty()) return false;
  while (at < text.size()) {
    double number = 0;
    const auto [end, error] =
        std::from_chars(text.data() + at, text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc() || !std::isfinite(number) || number < 0) return false;
    at = static_cast<std::size_t>(end - text.data());
    std::size_t unit_end = at;
    while (unit_end < text.size() && !std::isdigit(static_cast<unsigned char>(text[unit_end])) &&
           text[unit_end] != '.')
      ++unit_end;
    const std::string unit = text.substr(at, unit_end - at);
    const auto found =
        std::find_if(std::begin(kUnits), std::end(kUnits), [&](const auto& u) { return unit == u.first; });
    if (found == std::end(kUnits)) return false;
    total += number * found->second;
    at = unit_end;
  }
  if (total > 9e18) return false;
  value = std::chrono::nanoseconds(static_cast<std::int64_t>(total));
  return true;
}

base::Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  const GoFlags flags = define(options);
  const auto parsed = flags.parse(arguments);
  if (!parsed) return parsed.error();
  return options;
}

std::string help_text() {
  Options unused;
  return "k8s-aws-operator: AWS Elastic IPs as Kubernetes objects, assigned to pods.\n\nFlags (one dash or "
         "two, -flag=value "
         "or -flag value):\n" +
         define(unused).help();
}

}  // namespace app
