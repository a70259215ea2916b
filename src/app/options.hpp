#pragma once
// What the command line says. https://pkg.go.dev/flag rules; names and defaults of 1.4.1 where it had the
// flag.

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"

namespace app {

struct ListenAddress {
  std::string host;  // empty: all interfaces
  unsigned short port = 0;
  bool off = false;  // "0", as controller-runtime has it
};

struct Options {
  ListenAddress metrics{"", 8080, false};
  ListenAddress health{"", 8081, false};
  std::string region;
  std::string kubeconfig;
  std::string ns;  // empty: all
  std::string cluster_name;
  std::string vpc_id;
  std::map<std::string, std::string> default_tags;
  std::chrono::nanoseconds resync{std::chrono::minutes(5)};
  std::chrono::nanoseconds settle{std::chrono::minutes(2)};
  double ec2_rate_factor = 1.0;
  std::map<std::string, std::pair<double, double>> ec2_rate_limits;  // action: capacity, refill per second
  base::LogLevel log_level = base::LogLevel::info;
  base::LogFormat log_format = base::LogFormat::text;
  bool show_version = false;
  bool show_help = false;
  std::vector<std::string> warnings;  // to be logged once there is a log
};

// Faults with one line that says what to write instead.
base::Result<Options> parse_options(const std::vector<std::string>& arguments);
std::string help_text();

// As Go writes durations: 90s, 1m30s, 1.5h, 300ms. Nothing if `text` is none.
bool parse_go_duration(const std::string& text, std::chrono::nanoseconds& value);

}  // namespace app
