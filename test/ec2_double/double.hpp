#pragma once
// An EC2 (and a little STS) of our own: a stateful model that answers requests of the query protocol on a
// clock that its caller owns. Pure: the same seed, settings, rules and requests give the same answers.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ec2_double/buckets.hpp"
#include "ec2_double/error.hpp"
#include "ec2_double/faults.hpp"
#include "ec2_double/world.hpp"

namespace ec2_double {

struct Request {
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // any case
};

struct Answer {
  enum class Fate { answered, hang, cut };  // cut: the connection ends without an answer
  Fate fate = Fate::answered;
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  Span latency{};            // to wait before the answer, or before the cut
  bool cut_in_body = false;  // Content-Length promises more than is sent
};

struct LoggedCall {
  std::uint64_t number = 0;  // from 1
  Time at{};
  std::string action;
  std::map<std::string, std::string, std::less<>> parameters;
  std::string access_key_id;
  int status = 0;       // 0: no answer
  std::string error;    // EC2's code, or empty
  std::string fault;    // what a rule did, or empty
  bool effect = false;  // the action ran to its end
};

class Double {
 public:
  explicit Double(World world) : world(std::move(world)) {}

  Answer handle(const Request& request, Time now);

  World world;
  Rules rules;
  Buckets buckets;
  std::deque<LoggedCall> calls;                        // the last kLoggedCalls of all
  static constexpr std::size_t kLoggedCalls = 20'000;  // no test looks back as far
  std::uint64_t served() const { return served_; }     // the number of the last call

 private:
  struct Passage;
  static void refuse(const Passage& passage, const Error& error, Answer& answer, LoggedCall& logged);
  void run(const Passage& passage, Answer& answer, LoggedCall& logged);
  // What the rule does to an answer, after the action.
  static void spoil(const Passage& passage, const Rule& rule, Answer& answer, LoggedCall& logged);

  std::uint64_t served_ = 0;
};

}  // namespace ec2_double
