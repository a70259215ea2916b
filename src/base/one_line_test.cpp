#include "base/one_line.hpp"

#include <gtest/gtest.h>

namespace {

TEST(OneLine, ReplacesControlCharactersAndCutsWhatIsLong) {
  EXPECT_EQ(base::one_line("a\r\nb\x1B[31m\x7F"), "a??b?[31m?");
  EXPECT_EQ(base::one_line("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(base::one_line("abcd", 3), "abc...");
  EXPECT_EQ(base::one_line("abc", 3), "abc");
  EXPECT_EQ(base::one_line("caf\xC3\xA9", 4), "caf...");
}

}  // namespace
