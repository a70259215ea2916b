#pragma once
// What an object of any of our kinds has, and the words for time and tags that all of them use.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace domain {

// Wall time, since parts of it are written down and read after a restart.
using Time = std::chrono::system_clock::time_point;
using Span = std::chrono::system_clock::duration;
using Tags = std::map<std::string, std::string>;

struct Object {
  std::string ns;
  std::string name;
  std::string uid;
  std::int64_t generation = 0;
  Time created{};
  bool deleting = false;
  bool has_finalizer = false;
};

}  // namespace domain
