#include "aws/environment_credentials.hpp"

namespace aws {

base::Task<base::Result<Found>> EnvironmentCredentials::find() {
  Credentials found;
  found.access_key_id = environment_.get("AWS_ACCESS_KEY_ID");
  found.secret_access_key = environment_.get("AWS_SECRET_ACCESS_KEY");
  found.session_token = environment_.get("AWS_SESSION_TOKEN");
  if (found.access_key_id.empty() && found.secret_access_key.empty())
    co_return Found{{}, "environment (AWS_ACCESS_KEY_ID is not set)"};
  if (found.access_key_id.empty())
    co_return credentials_fault("AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not");
  if (found.secret_access_key.empty())
    co_return credentials_fault("AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not");
  found.source = found.session_token.empty()
                     ? "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)"
                     : "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN)";
  co_return Found{std::move(found), {}};
}

}  // namespace aws
