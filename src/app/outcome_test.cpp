#include "app/outcome.hpp"

#include <gtest/gtest.h>

#include "aws/credentials.hpp"

using base::Fault;
using base::FaultKind;

namespace {

domain::Outcome outcome(FaultKind kind, const char* code, bool effect_possible = false) {
  return app::failed_outcome(Fault{kind, code, "as EC2 said", effect_possible, {}});
}

TEST(Outcome, NamesTheReasonByTheCodeBeforeTheKind) {
  EXPECT_EQ(outcome(FaultKind::exhausted, "AddressLimitExceeded").reason, "AddressLimitExceeded");
  EXPECT_EQ(outcome(FaultKind::exhausted, "SomeOtherLimitExceeded").reason, "QuotaExceeded");
  EXPECT_EQ(outcome(FaultKind::denied, "UnauthorizedOperation").reason, "Unauthorized");
  EXPECT_EQ(outcome(FaultKind::denied, "AuthFailure 401").reason, "CredentialsRejected");
  EXPECT_EQ(outcome(FaultKind::denied, "AuthFailure").reason, "NotPermitted");
  EXPECT_EQ(outcome(FaultKind::failed, "NeverHeardOf").reason, "EC2Error");
}

TEST(Outcome, IsStalledOnlyWhenItTakesAPerson) {
  for (const auto kind : {FaultKind::denied, FaultKind::exhausted, FaultKind::invalid})
    EXPECT_TRUE(outcome(kind, "X").stalled);
  for (const auto kind :
       {FaultKind::throttled, FaultKind::unavailable, FaultKind::timed_out, FaultKind::failed})
    EXPECT_FALSE(outcome(kind, "X").stalled);
}

TEST(Outcome, IsDeniedForWantOfCredentialsOrPermissionOnly) {
  EXPECT_TRUE(outcome(FaultKind::denied, "UnauthorizedOperation").denied);
  EXPECT_TRUE(outcome(FaultKind::denied, "ExpiredToken").denied);
  EXPECT_TRUE(app::failed_outcome(aws::credentials_fault("instance metadata is down", FaultKind::unavailable))
                  .denied);
  EXPECT_FALSE(outcome(FaultKind::denied, "AuthFailure").denied) << "the address is someone else's";
  EXPECT_FALSE(outcome(FaultKind::unavailable, "InternalError").denied);
}

TEST(Outcome, KeepsWhetherTheCallMayHaveHadItsEffect) {
  EXPECT_TRUE(outcome(FaultKind::timed_out, "", true).effect_possible);
  EXPECT_FALSE(outcome(FaultKind::throttled, "RequestLimitExceeded").effect_possible);
}

TEST(Outcome, SaysWhatToDoAboutWhatOnlyAPersonCanMend) {
  const auto full = outcome(FaultKind::exhausted, "InsufficientFreeAddressesInSubnet");
  EXPECT_EQ(full.reason, "InsufficientFreeAddressesInSubnet");
  EXPECT_TRUE(full.stalled);
  EXPECT_EQ(full.message,
            "as EC2 said (InsufficientFreeAddressesInSubnet) - free some addresses, or make an ENI in "
            "another subnet");
  EXPECT_EQ(outcome(FaultKind::not_found, "InvalidGroup.NotFound").reason, "SecurityGroupNotFound");
  EXPECT_EQ(outcome(FaultKind::not_found, "InvalidSubnetID.NotFound").reason, "SubnetNotFound");
  EXPECT_EQ(outcome(FaultKind::exhausted, "NetworkInterfaceLimitExceeded").reason,
            "NetworkInterfaceLimitExceeded");
  EXPECT_FALSE(outcome(FaultKind::not_found, "InvalidInstanceID.NotFound").stalled)
      << "the pod may come up elsewhere";
}

// Conditions keep their reason in a field that allows letters, digits and underscores only.
TEST(Outcome, GivesReasonsThatAConditionMayHold) {
  for (const char* code :
       {"InvalidAddress.NotFound", "Gateway.NotAttached", "InvalidPublicIpv4PoolID.NotFound"})
    EXPECT_EQ(outcome(FaultKind::not_found, code).reason.find('.'), std::string::npos) << code;
}

}  // namespace
