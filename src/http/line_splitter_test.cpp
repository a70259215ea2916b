#include "http/line_splitter.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

std::vector<std::string> drain(http::LineSplitter& lines) {
  std::vector<std::string> out;
  while (const auto line = lines.next()) out.emplace_back(*line);
  return out;
}

TEST(LineSplitter, CutsLinesWhateverTheChunks) {
  const std::string text = "one\r\n\ntwo and more\nthree";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    http::LineSplitter lines;
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size(); at += size) {
      ASSERT_TRUE(lines.feed(text.substr(at, size)));
      for (auto& line : drain(lines)) out.push_back(std::move(line));
    }
    EXPECT_EQ(out, (std::vector<std::string>{"one", "", "two and more"})) << size;
    EXPECT_EQ(lines.partial(), 5u);
  }
}

TEST(LineSplitter, KeepsReadableBytesBehindEachLine) {
  http::LineSplitter lines;
  ASSERT_TRUE(lines.feed("last\n"));
  const auto line = lines.next();
  char sum = 0;
  for (std::size_t i = 0; i < http::LineSplitter::kReserve; ++i)
    sum = static_cast<char>(sum ^ line->data()[line->size() + i]);
  (void)sum;  // the address sanitizer judges
}

TEST(LineSplitter, RefusesALineBeyondTheBoundButNotManyShortOnes) {
  http::LineSplitter lines(8);
  EXPECT_TRUE(lines.feed("12345\n12345\n12345\n"));
  EXPECT_EQ(drain(lines).size(), 3u);
  EXPECT_TRUE(lines.feed("12345678"));
  EXPECT_FALSE(lines.feed("9"));
}

}  // namespace
