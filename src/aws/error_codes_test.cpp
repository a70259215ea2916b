#include "aws/error_codes.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace {

using base::FaultKind;

std::string ec2_error(const std::string& code, const std::string& message) {
  return "<Response><Errors><Error><Code>" + code + "</Code><Message>" + message +
         "</Message></Error></Errors><RequestID>r</RequestID></Response>";
}

TEST(ErrorCodes, TheCodeIsJudgedBeforeTheStatus) {
  struct Case {
    const char* code;
    int status;
    FaultKind kind;
    bool effect_possible;
  };
  const Case cases[] = {
      {"RequestLimitExceeded", 503, FaultKind::throttled, false},
      {"InsufficientAddressCapacity", 500, FaultKind::exhausted, false},
      {"AddressLimitExceeded", 400, FaultKind::exhausted, false},
      {"InternalError", 500, FaultKind::unavailable, true},
      {"InvalidAllocationID.NotFound", 400, FaultKind::not_found, false},
      {"InvalidSomethingNew.NotFound", 400, FaultKind::not_found, false},
      {"InvalidAllocationID.Malformed", 400, FaultKind::invalid, false},
      {"Resource.AlreadyAssociated", 400, FaultKind::conflict, false},
      {"InvalidNextToken", 400, FaultKind::expired, false},
      {"UnauthorizedOperation", 403, FaultKind::denied, false},
      {"NeverHeardOf", 400, FaultKind::failed, false},
      {"NeverHeardOf", 418, FaultKind::failed, false},
      {"NeverHeardOf", 500, FaultKind::unavailable, true},
      {"NeverHeardOf", 429, FaultKind::throttled, false},
      {"NeverHeardOf", 302, FaultKind::failed, true},
  };
  for (const auto& [code, status, kind, effect_possible] : cases) {
    const auto fault = aws::fault_of("ec2", "AllocateAddress", status, ec2_error(code, "text"));
    EXPECT_EQ(fault.kind, kind) << code << " " << status;
    EXPECT_EQ(fault.effect_possible, effect_possible) << code << " " << status;
    EXPECT_EQ(fault.code, code);
  }
}

TEST(ErrorCodes, WhatNetworkInterfacesMeetIsSortedByRemedy) {
  const std::map<FaultKind, std::vector<std::string>> cases{
      {FaultKind::exhausted,
       {"AttachmentLimitExceeded", "InsufficientFreeAddressesInSubnet",
        "InvalidInterface.IpAddressLimitExceeded", "NetworkInterfaceLimitExceeded",
        "PrivateIpAddressLimitExceeded", "SecurityGroupsPerInterfaceLimitExceeded", "TagLimitExceeded"}},
      {FaultKind::not_found,
       {"InvalidAttachmentID.NotFound", "InvalidGroup.NotFound", "InvalidInstanceID.NotFound",
        "InvalidNetworkInterface.NotFound", "InvalidNetworkInterfaceID.NotFound",
        "InvalidSecurityGroupID.NotFound", "InvalidSubnetID.NotFound", "InvalidSubnetId.NotFound"}},
      {FaultKind::conflict,
       {"DependencyViolation", "IncorrectInstanceState", "IncorrectState", "InvalidIPAddress.InUse",
        "InvalidInstanceID", "InvalidNetworkInterface.InUse", "InvalidState"}},
      {FaultKind::denied, {"OperationNotPermitted", "UnauthorizedOperation"}},
      {FaultKind::invalid,
       {"IdempotentParameterMismatch", "InvalidNetworkInterfaceId.Malformed", "InvalidParameterCombination",
        "InvalidParameterValue", "InvalidSubnet"}},
  };
  for (const auto& [kind, codes] : cases) {
    for (const auto& code : codes) {
      const auto verdict = aws::judge(code, 400);
      EXPECT_EQ(verdict.kind, kind) << code;
      EXPECT_FALSE(verdict.effect_possible) << code;
      EXPECT_TRUE(verdict.known) << code;
    }
  }
}

TEST(ErrorCodes, AWrongValueThatIsAChangedWorldIsConflict) {
  const auto kind = [](const char* action, const char* message) {
    const auto fault = aws::fault_of("ec2", action, 400, ec2_error("InvalidParameterValue", message));
    EXPECT_EQ(fault.code, "InvalidParameterValue");
    EXPECT_FALSE(fault.effect_possible);
    return fault.kind;
  };
  EXPECT_EQ(kind("DeleteNetworkInterface", "Network interface 'eni-1' is currently in use."),
            FaultKind::conflict);
  EXPECT_EQ(
      kind("AttachNetworkInterface", "Instance 'i-1' already has an interface attached at device index '1'."),
      FaultKind::conflict);
  EXPECT_EQ(kind("UnassignPrivateIpAddresses",
                 "Some of the specified addresses are not assigned to interface eni-1"),
            FaultKind::conflict);
  EXPECT_EQ(kind("AttachNetworkInterface", "Value (-1) for parameter deviceIndex is invalid."),
            FaultKind::invalid);
  const auto other = aws::fault_of("ec2", "DeleteNetworkInterface", 400,
                                   ec2_error("UnauthorizedOperation", "It is currently in use."));
  EXPECT_EQ(other.kind, FaultKind::denied) << "the text tells only of that one code";
}

TEST(ErrorCodes, AuthFailureMeansRefusedCredentialsWith401AndAnotherAccountsResourceWith400) {
  const auto refused =
      aws::fault_of("ec2", "DescribeAddresses", 401,
                    ec2_error("AuthFailure", "AWS was not able to validate the provided access credentials"));
  EXPECT_EQ(refused.code, aws::kCredentialsRefused);
  EXPECT_EQ(refused.kind, FaultKind::denied);
  EXPECT_TRUE(aws::credentials_refused(refused));
  const auto foreign =
      aws::fault_of("ec2", "ReleaseAddress", 400,
                    ec2_error("AuthFailure", "The address 'eipalloc-1' does not belong to you."));
  EXPECT_EQ(foreign.code, aws::kNotOurs);
  EXPECT_EQ(foreign.kind, FaultKind::denied);
  EXPECT_FALSE(aws::credentials_refused(foreign));
  const auto moto = aws::fault_of("ec2", "DescribeAddresses", 401,
                                  "<ErrorResponse><Errors><Error><Code>AuthFailure</Code><Message>no</"
                                  "Message></Error></Errors></ErrorResponse>");
  EXPECT_EQ(moto.code, aws::kCredentialsRefused);
}

TEST(ErrorCodes, AMissingPermissionIsNamed) {
  const auto fault = aws::fault_of("ec2", "AssociateAddress", 403,
                                   ec2_error("UnauthorizedOperation", "You are not authorized."));
  EXPECT_NE(fault.message.find("needs the IAM permission ec2:AssociateAddress"), std::string::npos)
      << fault.message;
  const auto allocate =
      aws::fault_of("ec2", "AllocateAddress", 403, ec2_error("UnauthorizedOperation", "No."));
  EXPECT_NE(allocate.message.find("ec2:CreateTags"), std::string::npos) << allocate.message;
  const auto create =
      aws::fault_of("ec2", "CreateNetworkInterface", 403, ec2_error("UnauthorizedOperation", "No."));
  EXPECT_NE(create.message.find("ec2:CreateNetworkInterface, and ec2:CreateTags"), std::string::npos)
      << create.message;
}

TEST(ErrorCodes, WhatDiffersEachTimeOrQuotesTheRequestIsLeftOut) {
  const auto denied = aws::fault_of(
      "ec2", "AllocateAddress", 403,
      ec2_error("UnauthorizedOperation", "You may not. Encoded authorization failure message: AbC123"));
  EXPECT_EQ(denied.message.find("AbC123"), std::string::npos);
  const auto signature = aws::fault_of("sts", "GetCallerIdentity", 403,
                                       ec2_error("SignatureDoesNotMatch",
                                                 "Check your key.\n\nThe Canonical String for this request "
                                                 "should have been\n'POST\n/\nx-amz-security-token:TOKEN'"));
  EXPECT_EQ(signature.message, "GetCallerIdentity: Check your key.");
  const auto broken =
      aws::fault_of("sts", "GetCallerIdentity", 403,
                    ec2_error("SignatureDoesNotMatch", "Check your key. The Canonical\r\n String: TOKEN"));
  EXPECT_EQ(broken.message, "GetCallerIdentity: Check your key.");
}

TEST(ErrorCodes, AnAnswerThatIsNotOfAwsIsJudgedByItsStatusAndShown) {
  const auto html = aws::fault_of(
      "ec2", "DescribeAddresses", 500,
      "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>" + std::string(500, 'x'));
  EXPECT_EQ(html.kind, FaultKind::unavailable);
  EXPECT_TRUE(html.effect_possible);
  EXPECT_EQ(html.code, "HTTP 500");
  EXPECT_NE(html.message.find("<!doctype html> <html lang=en>"), std::string::npos);
  EXPECT_LT(html.message.size(), 200u);
  const auto proxy = aws::fault_of("ec2", "DescribeAddresses", 407, "");
  EXPECT_EQ(proxy.kind, FaultKind::denied);
  EXPECT_FALSE(proxy.effect_possible);
  EXPECT_EQ(aws::label_of(html), "unavailable");
  const auto blank = aws::fault_of("ec2", "DescribeAddresses", 503, ec2_error("\n", "again"));
  EXPECT_EQ(blank.code, "HTTP 503");
  EXPECT_EQ(blank.kind, FaultKind::unavailable);
}

TEST(ErrorCodes, MetricLabelsAreFew) {
  base::Fault fault;
  fault.code = "RequestLimitExceeded";
  EXPECT_EQ(aws::label_of(fault), "RequestLimitExceeded");
  fault.code = "Odd123";
  EXPECT_EQ(aws::label_of(fault), "failed");
}

}  // namespace
