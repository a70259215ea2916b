#include "base/time_text.hpp"

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using base::parse_rfc3339;
using base::WallTime;

namespace {

constexpr WallTime kThen{std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + 4h + 5min + 6s};

TEST(TimeText, WritesSecondsAndMicroseconds) {
  EXPECT_EQ(base::rfc3339(kThen + 999ms), "2026-02-03T04:05:06Z");
  EXPECT_EQ(base::rfc3339_micros(kThen + 7us), "2026-02-03T04:05:06.000007Z");
}

TEST(TimeText, ReadsWhatKubernetesAndAwsWrite) {
  const std::pair<const char*, WallTime> cases[] = {
      {"2026-02-03T04:05:06Z", kThen},
      {"2026-02-03T04:05:06.000007Z", kThen + 7us},
      {"2026-02-03T04:05:06.5+00:00", kThen + 500ms},
      {"2026-02-03T05:35:06+01:30", kThen},
      {"2026-02-03T00:05:06-04:00", kThen},
  };
  for (const auto& [text, time] : cases) EXPECT_EQ(parse_rfc3339(text), time) << text;
}

TEST(TimeText, RefusesEverythingElse) {
  for (const char* text : {"", "now", "2026-02-03", "2026-02-30T00:00:00Z", "2026-02-03T24:00:00Z",
                           "2026-02-03T04:05:06", "2026-02-03T04:05:06Zx", "2026-02-03T04:05:06.Z",
                           "26-02-03T04:05:06Z", "2026-02-03T04:05:06+1:00", "2026-02-03T04:05:06+24:00"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(TimeText, TakesTimesThatAClockCannotHoldForTheFirstOrTheLast) {
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59.999Z"), base::kLastTime);
  EXPECT_EQ(parse_rfc3339("2190-01-01T00:00:00.5Z"), base::kLastTime);
  EXPECT_EQ(parse_rfc3339("0001-01-01T00:00:00Z"), base::kFirstTime);
  EXPECT_GT(base::kLastTime - base::kFirstTime, base::Duration::zero()) << "their difference overflows";
}

}  // namespace
