// ec2-double: a stand-in for EC2 on this machine, for tests. Ends with 0 on SIGTERM and SIGINT, with 2 and
// one line on an error.

#include <boost/asio/signal_set.hpp>
#include <boost/json/parse.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "ec2_double/dump.hpp"
#include "ec2_double/server.hpp"

namespace {

constexpr const char* kUsage =
    "usage: ec2-double [--port N] [--seed FILE] [--random-seed N]\n"
    "  --port N         listen on 127.0.0.1:N (default: a free port)\n"
    "  --seed FILE      JSON, a part of a world (test/ec2_double/dump.hpp)\n"
    "  --random-seed N  what ids and chance come from (default: 1)\n";

struct Options {
  unsigned short port = 0;
  std::string seed;
  std::uint64_t random_seed = 1;
};

template <class T>
T number(const std::string& flag, const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::invalid_argument(flag + ": " + text + " is no number, or too large");
  return value;
}

Options options(int count, char** arguments) {
  Options found;
  for (int i = 1; i < count; i += 2) {
    const std::string flag = arguments[i];
    if (i + 1 == count) throw std::invalid_argument(flag + ": unknown, or without its value");
    const std::string value = arguments[i + 1];
    if (flag == "--port") {
      found.port = number<unsigned short>(flag, value);
    } else if (flag == "--seed") {
      found.seed = value;
    } else if (flag == "--random-seed") {
      found.random_seed = number<std::uint64_t>(flag, value);
    } else {
      throw std::invalid_argument(flag + ": unknown");
    }
  }
  return found;
}

boost::json::value read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument(path + ": can't be read");
  std::ostringstream text;
  text << file.rdbuf();
  boost::system::error_code error;
  auto value = boost::json::parse(text.str(), error);
  if (error) throw std::invalid_argument(path + ": no JSON: " + error.message());
  return value;
}

ec2_double::World first_world(const Options& options) {
  ec2_double::World world("us-east-1", options.random_seed);
  // As if it had been there always, so that every read sees it.
  if (!options.seed.empty()) ec2_double::merge(world, read_file(options.seed), ec2_double::Time{});
  return world;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && (arguments[1] == std::string("-h") || arguments[1] == std::string("--help"))) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  try {
    const Options given = options(count, arguments);
    boost::asio::io_context context(1);
    boost::asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&context](boost::system::error_code, int) { context.stop(); });
    ec2_double::Server server(context, given.port, first_world(given));
    std::printf("listening on 127.0.0.1:%d\n", server.port());
    std::fflush(stdout);
    context.run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ec2-double: %s\n", error.what());
    return 2;
  }
}
