#pragma once
// Which region, and which host serves it.
//
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-endpoints.html

#include <string>
#include <string_view>

#include "aws/environment.hpp"
#include "aws/imds.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace aws {

// Letters, digits and inner hyphens: it ends up in a host's name.
bool valid_region(std::string_view name);

// AWS_REGION, else AWS_DEFAULT_REGION, else empty. Fault: invalid, naming the variable.
base::Result<std::string> region_from_environment(const Environment& environment);
// The region of the instance we run on. Faults: those of Imds::get.
base::Task<base::Result<std::string>> region_from_imds(Imds& imds);

struct EndpointVariants {
  bool fips = false;
  bool dual_stack = false;
};

// "ec2.eu-west-1.amazonaws.com". A region of no known partition is taken for one of "aws".
std::string endpoint_host(std::string_view service, std::string_view region, EndpointVariants variants = {});

struct Endpoints {
  std::string ec2;  // URLs that end with a slash
  std::string sts;
};

// AWS_ENDPOINT_URL_EC2 and _STS, AWS_ENDPOINT_URL (unless AWS_IGNORE_CONFIGURED_ENDPOINT_URLS), else the
// region's own with AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT. Fault: invalid, naming the
// variable.
base::Result<Endpoints> endpoints_for(std::string_view region, const Environment& environment);

}  // namespace aws
