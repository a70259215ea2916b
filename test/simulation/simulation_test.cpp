// That histories repeat exactly, and what is told of one that breaks a law.

#include <gmock/gmock.h>

#include <sstream>

#include "simulation/history.hpp"

namespace simulation {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

constexpr std::size_t kPage = 60;    // lines
constexpr std::size_t kWidth = 233;  // of one

// The first address that is released after the storm breaks a law, and concerns all EIPs: by then they have a
// long story, and nothing else happens before the history ends.
Violations no_late_release(const Effect& effect, const Past& past) {
  static const ec2_double::Time begin = Timeline().wall_now();
  if (effect.call.action != "ReleaseAddress" || past.now < begin + 10min) return {};
  const auto& id = effect.call.parameters.at("AllocationId");
  Violation violation{"no late release", "ReleaseAddress " + id, {id}};
  for (const auto& eip : effect.facts.eips) violation.subjects.push_back(eip.key());
  return {violation};
}

// Of the first histories, those in which that happens.
std::vector<Told> broken_histories() {
  std::vector<Told> broken;
  for (std::uint64_t seed = 1; seed <= 12; ++seed)
    if (auto told = tell_history(seed, {.law = no_late_release}); !told.violations.empty())
      broken.push_back(std::move(told));
  return broken;
}

std::vector<std::string> lines_of(const std::string& story) {
  std::vector<std::string> lines;
  std::istringstream text(story);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(Simulation, RepeatsAHistoryExactly) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) EXPECT_EQ(tell_history(seed).mark, tell_history(seed).mark);
  EXPECT_NE(tell_history(1).mark, tell_history(2).mark);
}

TEST(Simulation, RepeatsAHistoryThatBreaksALawExactly) {
  const auto broken = broken_histories();
  ASSERT_FALSE(broken.empty());
  for (const auto& told : broken) {
    const auto again = tell_history(told.seed, {.law = no_late_release});
    EXPECT_EQ(told.violations, again.violations) << told.seed;
    EXPECT_EQ(told.mark, again.mark) << told.seed;
    EXPECT_EQ(told.story, again.story) << told.seed;
  }
}

TEST(Simulation, TellsAPageAboutWhatBreaksALaw) {
  int cut = 0;
  for (const auto& told : broken_histories()) {
    ASSERT_THAT(told.violations, SizeIs(1)) << told.seed;
    const auto& violation = told.violations.front();
    auto lines = lines_of(told.story);
    EXPECT_THAT(lines, Each(SizeIs(Le(kWidth)))) << told.seed;
    EXPECT_THAT(lines.back(), HasSubstr(violation.what)) << told.seed;
    const auto gaps = std::erase_if(lines, [](const auto& line) { return line.starts_with("   ... "); });
    if (gaps > 0) {
      ++cut;
      EXPECT_EQ(gaps, 1u) << told.seed;
      EXPECT_THAT(lines, SizeIs(kPage)) << told.seed;
    } else {
      EXPECT_THAT(lines, SizeIs(Le(kPage))) << told.seed;
      for (const auto& subject : violation.subjects) EXPECT_THAT(lines, Contains(HasSubstr(subject)));
    }
  }
  EXPECT_GT(cut, 0) << "none of these stories was too long";
}

}  // namespace
}  // namespace simulation
