#include "base/log.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

using base::LogFormat;
using base::Logger;
using base::LogLevel;

namespace {

struct Captured {
  explicit Captured(LogFormat format, LogLevel level = LogLevel::debug)
      : log(level, format, std::make_shared<spdlog::sinks::ostream_sink_st>(out)) {}
  // Without the time in front.
  std::string text() {
    const std::string all = out.str();
    return all.substr(std::min(all.size(), all.find(' ') + 1));
  }
  std::ostringstream out;
  Logger log;
};

TEST(Log, WritesTextWithFieldsForPeople) {
  Captured c(LogFormat::text);
  c.log.info("associate", {{"eip", "n/a"}, {"note", "two words"}, {"empty", ""}});
  EXPECT_EQ(c.text(), "info associate eip=n/a note=\"two words\" empty=\"\"\n");
}

TEST(Log, WritesJsonForMachines) {
  Captured c(LogFormat::json);
  c.log.warn("it said \"no\"", {{"error", "line\nbreak\x01"}});
  EXPECT_NE(c.out.str().find(R"("level":"warn","msg":"it said \"no\"","error":"line\nbreak\u0001"})"),
            std::string::npos);
  EXPECT_EQ(c.out.str().front(), '{');
}

TEST(Log, KeepsOneEventOnOneLine) {
  Captured c(LogFormat::text);
  c.log.error("a\nb", {{"c", "d\ne"}});
  EXPECT_EQ(c.text(), "error \"a\\nb\" c=\"d\\ne\"\n");
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  Captured c(LogFormat::text, LogLevel::warn);
  c.log.info("not this");
  EXPECT_EQ(c.out.str(), "");
}

}  // namespace
