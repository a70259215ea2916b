#pragma once
// What EC2 and STS wrap around an answer.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

#include <pugixml.hpp>
#include <string>

#include "ec2_double/error.hpp"

namespace ec2_double {

enum class Service { ec2, sts };

// A success: the action fills in result(), text() ends it.
class Envelope {
 public:
  Envelope(Service service, const std::string& action, const std::string& request_id);
  pugi::xml_node result() const { return result_; }
  std::string text() const;

 private:
  pugi::xml_document document_;
  pugi::xml_node result_;
};

std::string error_text(Service service, const Error& error, const std::string& request_id);

}  // namespace ec2_double
