#pragma once
// An answer that is an error of EC2's, thrown by the double's actions. Codes and statuses:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

#include <string>
#include <utility>

namespace ec2_double {

struct Error {
  std::string code;
  std::string message;
  int status = 400;
};

}  // namespace ec2_double
