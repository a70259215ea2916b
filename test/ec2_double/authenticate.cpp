#include "ec2_double/authenticate.hpp"

#include <strings.h>

#include <ctime>

#include "ec2_double/error.hpp"

namespace ec2_double {
namespace {

using std::chrono::minutes;

std::string header(const Request& request, const char* name) {
  for (const auto& [key, value] : request.headers)
    if (strcasecmp(key.c_str(), name) == 0) return value;
  return {};
}

std::string format(Time at, const char* pattern) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, pattern, &parts)};
}

std::optional<Time> parse_amz_date(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y%m%dT%H%M%SZ", &parts);
  if (text.size() != 16 || end != text.c_str() + text.size()) return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

Error not_accepted(const std::string& why) {
  return {"AuthFailure", "AWS was not able to validate the provided access credentials: " + why, 401};
}

Error expired(std::string_view service) {
  if (service == "sts")
    return {"ExpiredTokenException", "The security token included in the request is expired", 403};
  return {"RequestExpired", "Request has expired.", 400};
}

}  // namespace

std::optional<Scope> scope_of(const Request& request) {
  const auto authorization = header(request, "Authorization");
  constexpr std::string_view kStart = "AWS4-HMAC-SHA256 Credential=";
  if (!authorization.starts_with(kStart)) return std::nullopt;
  const auto credential =
      std::string_view(authorization).substr(kStart.size(), authorization.find(',') - kStart.size());
  std::vector<std::string> parts(1);
  for (const char c : credential) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() != 5 || parts[4] != "aws4_request") return std::nullopt;
  return Scope{parts[0], parts[1], parts[2], parts[3]};
}

void authenticate(const Request& request, const World& world, std::string_view service, Time now) {
  if (header(request, "Authorization").empty())
    throw Error{"MissingAuthenticationToken", "The request must contain valid credentials", 403};
  const auto scope = scope_of(request);
  const auto date = header(request, "X-Amz-Date");
  const auto signed_at = parse_amz_date(date);
  if (!scope || !signed_at)
    throw Error{"IncompleteSignature", "The request signature does not conform to AWS standards"};
  if (!date.starts_with(scope->date))
    throw Error{"SignatureDoesNotMatch", "The date in the credential scope is not that of X-Amz-Date", 403};
  if (scope->region != world.region) throw not_accepted("they are for the region " + scope->region);
  if (scope->service != service) throw not_accepted("they are for the service " + scope->service);
  // Skew is AuthFailure in practice; RequestExpired is documented for a signature of more than 15 minutes
  // ago.
  if (now - *signed_at > minutes(15)) throw expired(service);
  if (std::chrono::abs(now - *signed_at) > minutes(5)) throw not_accepted("the clocks differ");
  const auto session = world.sessions.find(scope->access_key_id);
  if (session != world.sessions.end() && session->second <= now) throw expired(service);
}

std::string http_date(Time at) {
  return format(at, "%a, %d %b %Y %H:%M:%S GMT");
}
std::string amz_date(Time at) {
  return format(at, "%Y%m%dT%H%M%SZ");
}

}  // namespace ec2_double
