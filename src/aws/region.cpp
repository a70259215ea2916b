#include "aws/region.hpp"

#include <array>
#include <cctype>

#include "aws/ec2_xml.hpp"

namespace aws {
namespace {

using base::Fault;
using base::FaultKind;
using base::Result;

struct Partition {
  std::string_view prefix;  // of the region's name, before a word and a number
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};

// botocore's partitions.json. Any other region belongs to "aws".
constexpr std::array kPartitions{
    Partition{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    Partition{"us-gov-", "amazonaws.com", "api.aws"},
    Partition{"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    Partition{"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    Partition{"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    Partition{"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    Partition{"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
};

Fault bad_setting(std::string message) {
  return {.kind = FaultKind::invalid,
          .code = "Configuration",
          .message = std::move(message),
          .effect_possible = false,
          .retry_after = {}};
}

Result<std::string> custom_endpoint(const Environment& environment, const std::string& service_variable) {
  if (environment.is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) return std::string();
  std::string variable = service_variable;
  std::string url = environment.get(variable);
  if (url.empty()) {
    variable = "AWS_ENDPOINT_URL";
    url = environment.get(variable);
  }
  if (url.empty()) return url;
  const auto scheme = url.find("://");
  const bool http = url.starts_with("http://") || url.starts_with("https://");
  if (!http || scheme + 3 >= url.size() || url[scheme + 3] == '/')
    return bad_setting(variable + " must begin with http:// or https:// and a host");
  // The signature covers the path, and user information would be a secret in an address.
  if (url.find_first_of("?#@ \t\r\n") != std::string::npos)
    return bad_setting(variable + " must not hold a query, a fragment, a user or blanks");
  if (!url.ends_with('/')) url += '/';
  return url;
}

}  // namespace

bool valid_region(std::string_view name) {
  if (name.empty() || name.size() > 63 || name.front() == '-' || name.back() == '-') return false;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-') return false;
  return true;
}

Result<std::string> region_from_environment(const Environment& environment) {
  for (const std::string variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    std::string region = environment.get(variable);
    if (region.empty()) continue;
    if (!valid_region(region)) return bad_setting(variable + " is no region's name: " + printable(region));
    return region;
  }
  return std::string();
}

base::Task<Result<std::string>> region_from_imds(Imds& imds) {
  auto body = co_await imds.get("/latest/meta-data/placement/region");
  if (!body) co_return body.error();
  std::string region = body->substr(0, body->find_first_of("\r\n "));
  if (!valid_region(region)) {
    Fault fault = bad_setting("instance metadata gives no region's name: " + printable(region));
    fault.kind = FaultKind::failed;
    co_return fault;
  }
  co_return region;
}

std::string endpoint_host(std::string_view service, std::string_view region, EndpointVariants variants) {
  std::string_view suffix = "amazonaws.com";
  std::string_view dual_stack = "api.aws";
  bool government = false;
  for (const auto& partition : kPartitions) {
    if (!region.starts_with(partition.prefix)) continue;
    suffix = partition.suffix;
    dual_stack = partition.dual_stack_suffix;
    government = partition.prefix == "us-gov-";
  }
  std::string host(service);
  // GovCloud's plain hosts are FIPS already.
  if (variants.fips && (!government || variants.dual_stack)) host += "-fips";
  host += '.';
  host += region;
  host += '.';
  host += variants.dual_stack ? dual_stack : suffix;
  return host;
}

Result<Endpoints> endpoints_for(std::string_view region, const Environment& environment) {
  if (!valid_region(region)) return bad_setting("no region's name: " + printable(region));
  const EndpointVariants variants{.fips = environment.is_true("AWS_USE_FIPS_ENDPOINT"),
                                  .dual_stack = environment.is_true("AWS_USE_DUALSTACK_ENDPOINT")};
  const auto ec2 = custom_endpoint(environment, "AWS_ENDPOINT_URL_EC2");
  if (!ec2) return ec2.error();
  const auto sts = custom_endpoint(environment, "AWS_ENDPOINT_URL_STS");
  if (!sts) return sts.error();
  if ((!ec2->empty() || !sts->empty()) && (variants.fips || variants.dual_stack))
    return bad_setting(
        "AWS_ENDPOINT_URL can't be combined with AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT");
  Endpoints endpoints{.ec2 = *ec2, .sts = *sts};
  if (endpoints.ec2.empty()) endpoints.ec2 = "https://" + endpoint_host("ec2", region, variants) + "/";
  if (endpoints.sts.empty()) endpoints.sts = "https://" + endpoint_host("sts", region, variants) + "/";
  return endpoints;
}

}  // namespace aws
