#include "ec2_double/metadata.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "base/time_text.hpp"

namespace ec2_double {
namespace {

constexpr auto kRole = "default-role";

std::string credentials(Time now) {
  return boost::json::serialize(
      boost::json::object{{"Code", "Success"},
                          {"Type", "AWS-HMAC"},
                          {"AccessKeyId", "ASIAIOSFODNN7EXAMPLE"},
                          {"SecretAccessKey", "test-secret"},
                          {"Token", "test-session-token"},
                          {"Expiration", base::rfc3339(now + std::chrono::hours(6))}});
}

}  // namespace

std::optional<std::string> metadata(const World& world, std::string_view method, std::string_view path,
                                    Time now) {
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  if (method == "PUT")
    return path == "/latest/api/token" ? std::optional("test-metadata-token") : std::nullopt;
  if (method != "GET") return std::nullopt;
  if (path == roles) return kRole;
  if (path == roles + kRole) return credentials(now);
  if (path == "/latest/meta-data/placement/region") return world.region;
  return std::nullopt;
}

}  // namespace ec2_double
