#pragma once
// What a test tells the server and asks it, as JSON over HTTP under /_double/:
//
// * GET health: {"calls": how many there were so far}
// * GET world: the whole world (dump.hpp)
// * PUT world: a part of one, which is merged into it
// * PUT settings: the same for its settings alone
// * POST reset: all as at the start, or the world that the body dumps; no rules, no calls, full buckets
// * GET rules: all rules, with what they have seen and done
// * POST rules: a new one (the members of Rule); {"id": ...}
// * DELETE rules, rules/ID: all, or one
// * POST drain: {"action": ...}: its bucket is empty; "": all are
// * GET calls?since=N: the log of calls with a number above N, an error if it does not go back so far
//
// An error is {"error": ...} with a status of 4xx.

#include <boost/json/value.hpp>
#include <string_view>

#include "ec2_double/double.hpp"

namespace ec2_double {

struct Reply {
  int status = 200;
  boost::json::value body = boost::json::object();
};

// `what`: the path after /_double/, with its query. `initial`: what a reset goes back to.
Reply control(Double& ec2, const World& initial, std::string_view method, std::string_view what,
              std::string_view body, Time now);

}  // namespace ec2_double
