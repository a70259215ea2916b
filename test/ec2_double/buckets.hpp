#pragma once
// EC2's token buckets, one per action, with the sizes that EC2 publishes.
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ec2_double/params.hpp"
#include "ec2_double/table.hpp"

namespace ec2_double {

class Buckets {
 public:
  // Takes a token of the bucket for this call (unfiltered and unpaged lists have a smaller one of their own);
  // false if it is empty. `factor` scales size and refill.
  bool take(std::string_view action, const Params& params, double factor, Time now);
  // Someone else in the account uses up what there is of that action, all actions if it is empty.
  void drain(std::string_view action, Time now);

 private:
  struct Level {
    double tokens = 0;
    Time filled{};
  };
  std::map<std::string, Level, std::less<>> levels_;  // of the actions that were called
  std::optional<Time> all_drained_;                   // when the others were emptied
};

}  // namespace ec2_double
