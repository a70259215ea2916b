#include "kube/watch_core.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using base::Fault;
using base::FaultKind;
using Core = kube::WatchCore;

struct WatchCoreTest : testing::Test {
  Core core;
  base::SteadyTime now{1h};
  const Fault expired{FaultKind::expired, "Expired", "", false, {}};
  const Fault unavailable{FaultKind::unavailable, "curl 7", "", false, {}};

  std::string step() const {
    if (const auto* list = std::get_if<Core::List>(&core.next()))
      return "list " + list->continue_token + (list->whole ? "(whole)" : "");
    return "watch " + std::get<Core::Watch>(core.next()).resource_version;
  }
  base::Duration wait() const { return core.not_before() ? *core.not_before() - now : 0s; }
};

TEST_F(WatchCoreTest, ListsPageByPageAndThenWatchesFromThere) {
  EXPECT_EQ(step(), "list ");
  core.page_came("5", "more");
  EXPECT_EQ(step(), "list more");
  core.page_came("5", "");
  EXPECT_EQ(step(), "watch 5");
}

TEST_F(WatchCoreTest, AFailedPageIsAskedForAgainAfterAWait) {
  core.page_came("5", "more");
  core.page_failed(unavailable, now, 0);
  EXPECT_EQ(step(), "list more");
  EXPECT_EQ(wait(), 400ms);
  core.page_failed(unavailable, now, 1);
  EXPECT_EQ(wait(), 1600ms);
  core.page_came("5", "");
  EXPECT_EQ(wait(), 0s);
}

TEST_F(WatchCoreTest, AnExpiredPageStartsAllAgainInOnePage) {
  core.page_came("5", "more");
  core.page_failed(expired, now, 0);
  EXPECT_EQ(step(), "list (whole)");
}

TEST_F(WatchCoreTest, ResumesFromTheLastVersionSeen) {
  core.page_came("5", "");
  core.watch_opened(now);
  core.saw("6");
  core.saw("9");  // a bookmark
  now += 5min;
  core.watch_ended(now, 0);
  EXPECT_EQ(step(), "watch 9");
  EXPECT_EQ(wait(), 0s);
  core.watch_cut(now, 1);
  EXPECT_EQ(step(), "watch 9");
  EXPECT_EQ(wait(), 800ms);
}

TEST_F(WatchCoreTest, AVersionTooOldMeansANewList) {
  core.page_came("5", "");
  core.watch_refused(expired, now, 0);
  EXPECT_EQ(step(), "list ");
  core.page_came("8", "");
  core.watch_opened(now);
  core.watch_error(expired, now, 0);
  EXPECT_EQ(step(), "list ");
}

TEST_F(WatchCoreTest, AShortAndEmptyWatchCountsAsAFailure) {
  core.page_came("5", "");
  core.watch_opened(now);
  core.watch_ended(now + 10ms, 1);
  EXPECT_GT(wait(), 500ms);
  EXPECT_EQ(step(), "watch 5");
}

TEST_F(WatchCoreTest, FailuresDoubleTheWaitAndAreForgottenAfterAQuietTime) {
  core.page_came("5", "");
  for (int i = 0; i < 10; ++i) core.watch_cut(now, 1);
  EXPECT_EQ(wait(), 30s);
  now += 121s;
  core.watch_cut(now, 1);
  EXPECT_EQ(wait(), 800ms);
}

TEST_F(WatchCoreTest, TheServersWishForAWaitIsHonoured) {
  core.page_failed(Fault{FaultKind::throttled, "429", "", false, 9s}, now, 0);
  EXPECT_EQ(wait(), 9s);
}

TEST_F(WatchCoreTest, AKindThatWentAwayIsListedAgain) {
  core.page_came("5", "");
  core.watch_refused(Fault{FaultKind::not_found, "NotFound", "", false, {}}, now, 0);
  EXPECT_EQ(step(), "list ");
}

}  // namespace
