#include "http/curl_faults.hpp"

#include <gtest/gtest.h>

namespace {

using base::FaultKind;

TEST(CurlFaults, SayWhatAPersonCanActOn) {
  EXPECT_EQ(http::fault_of({6, "h:443", "", 0, 0, false}).message, "the name of h:443 can't be resolved");
  EXPECT_NE(
      http::fault_of({60, "h:443", "SSL certificate problem", 10, 0, false}).message.find("has expired"),
      std::string::npos);
  EXPECT_NE(
      http::fault_of({60, "h:443", "SSL certificate problem", 20, 0, false}).message.find("CA that we trust"),
      std::string::npos);
  EXPECT_NE(http::fault_of({60, "h:443", "SSL: no alternative certificate subject name matches", 0, 0, false})
                .message.find("for another name"),
            std::string::npos);
}

TEST(CurlFaults, ATimeoutBeforeAConnectionHadNoEffect) {
  const auto before = http::fault_of({28, "h:443", "", 0, 0, false});
  EXPECT_EQ(before.kind, FaultKind::unavailable);
  EXPECT_FALSE(before.effect_possible);
  const auto after = http::fault_of({28, "h:443", "", 0, 0, true});
  EXPECT_EQ(after.kind, FaultKind::timed_out);
  EXPECT_TRUE(after.effect_possible);
}

}  // namespace
