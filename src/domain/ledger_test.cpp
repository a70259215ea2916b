#include "domain/ledger.hpp"

#include <gtest/gtest.h>

#include "domain/tags.hpp"
#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::address;
using fakes::at;
using fakes::put_on;
using namespace std::chrono_literals;

const std::string kId = "eipalloc-1";

class ALedger : public testing::Test {
 protected:
  void read_id(Span when, std::vector<AddressView> found) { ledger.read_by_id({kId}, found, at(when)); }
  void read_uid(Span when, std::vector<AddressView> found) { ledger.read_by_uid({"uid-1"}, found, at(when)); }
  bool knows() const { return ledger.find(kId) != nullptr; }
  std::string place() const { return knows() ? ledger.find(kId)->view.private_ip_address : "unknown"; }
  Time seen() const { return ledger.find(kId)->seen; }

  Ledger ledger{2min};
};

TEST_F(ALedger, holds_what_the_newest_read_shows) {
  read_id(1s, {address()});
  read_id(2s, {put_on(address(), "10.0.0.1")});
  EXPECT_EQ(place(), "10.0.0.1");
  EXPECT_EQ(seen(), at(2s));
  EXPECT_EQ(ledger.find(kId)->first_seen, at(1s));
}

TEST_F(ALedger, doubts_that_an_association_is_over_that_ec2_may_not_know_yet) {
  const auto doubted = [&](Span when) { return ledger.doubted_on("eni-1", "10.0.0.1", "another", at(when)); };
  read_id(1s, {address()});
  ledger.associated(kId, "eipassoc-1", "eni-1", "10.0.0.1", at(2s));
  ledger.association_unknown(kId, at(3s));
  EXPECT_EQ(place(), "");
  EXPECT_EQ(doubted(4s), kId);
  EXPECT_EQ(ledger.doubted_on("eni-1", "10.0.0.2", "another", at(4s)), "");
  EXPECT_EQ(doubted(2s + 2min), "") << "EC2 knows it by then, or it is over";
  ledger.disassociated(kId, at(5s));
  EXPECT_EQ(doubted(6s), "");
  ledger.associated(kId, "eipassoc-2", "eni-1", "10.0.0.1", at(7s));
  ledger.association_unknown(kId, at(8min));
  EXPECT_EQ(doubted(8min), "") << "EC2 had the time to know it";
}

TEST_F(ALedger, knows_where_a_call_may_be_putting_an_address) {
  const auto doubted = [&](const std::string& uid, Span when) {
    return ledger.doubted_on("eni-1", "10.0.0.1", uid, at(when));
  };
  read_id(1s, {address()});
  EXPECT_EQ(doubted("another", 1s), "");
  ledger.associating(kId, "eni-1", "10.0.0.1");
  EXPECT_EQ(doubted("another", 1h), kId) << "however long the call takes";
  EXPECT_EQ(doubted("uid-1", 2s), "") << "its own object may try again";
  ledger.association_failed(kId, true, at(2s));
  EXPECT_EQ(doubted("another", 2s + 1min), kId) << "reads may not show it yet";
  EXPECT_EQ(doubted("another", 2s + 2min), "");
  ledger.associating(kId, "eni-1", "10.0.0.1");
  ledger.association_failed(kId, false, at(3min));
  EXPECT_EQ(doubted("another", 3min), "");
  ledger.associating(kId, "eni-1", "10.0.0.1");
  ledger.associated(kId, "eipassoc-1", "eni-1", "10.0.0.1", at(4min));
  EXPECT_EQ(doubted("another", 4min), "") << "its view says so";
}

TEST_F(ALedger, does_not_forget_for_a_call_that_is_refused_where_the_one_before_may_have_put_an_address) {
  const auto doubted = [&](const std::string& ip) {
    return ledger.doubted_on("eni-1", ip, "another", at(10s));
  };
  read_id(1s, {address()});
  ledger.associating(kId, "eni-1", "10.0.0.1");
  ledger.association_failed(kId, true, at(2s));
  ledger.associating(kId, "eni-1", "10.0.0.2");
  EXPECT_EQ(doubted("10.0.0.2"), kId);
  ledger.association_failed(kId, false, at(3s));
  EXPECT_EQ(doubted("10.0.0.2"), "");
  EXPECT_EQ(doubted("10.0.0.1"), kId);
}

TEST_F(ALedger,
       does_not_forget_where_a_lost_call_may_have_moved_an_address_when_its_former_place_is_unknown) {
  const auto doubted = [&](const std::string& ip) {
    return ledger.doubted_on("eni-1", ip, "another", at(10s));
  };
  read_id(1s, {put_on(address(), "10.0.0.1")});
  ledger.associating(kId, "eni-1", "10.0.0.2");
  ledger.association_failed(kId, true, at(2s));
  ledger.association_unknown(kId, at(3s));  // since it is on 10.0.0.2 by now
  EXPECT_EQ(doubted("10.0.0.2"), kId);
  ledger.released(kId, at(4s));
  EXPECT_EQ(doubted("10.0.0.2"), "");
}

TEST_F(ALedger, ignores_an_answer_that_comes_after_a_newer_one) {
  read_id(5s, {put_on(address(), "10.0.0.1")});
  read_id(2s, {address()});
  EXPECT_EQ(place(), "10.0.0.1");
  read_id(3s, {});
  EXPECT_TRUE(knows());
}

TEST_F(ALedger, ignores_a_late_answer_also_after_its_view_was_distrusted) {
  read_id(5s, {address()});
  ledger.distrust(kId);
  EXPECT_EQ(seen(), Time{});
  read_uid(2s, {});
  EXPECT_TRUE(knows());
}

TEST_F(ALedger, does_not_believe_that_a_new_address_is_missing) {
  ledger.made(address(), at(10s));
  EXPECT_EQ(seen(), at(10s));
  read_uid(9s, {});
  read_uid(11s, {});
  read_id(12s, {});
  EXPECT_TRUE(knows());
  EXPECT_FALSE(ledger.absence(kId).has_value());
  read_id(10s + 2min, {});
  EXPECT_FALSE(knows());
}

TEST_F(ALedger, does_not_believe_a_step_back_to_before_our_write) {
  read_id(1s, {address()});
  ledger.associated(kId, "eipassoc-new", "eni-1", "10.0.0.1", at(2s));
  EXPECT_EQ(place(), "10.0.0.1");
  read_id(3s, {address()});
  EXPECT_EQ(place(), "10.0.0.1");
  auto now = put_on(address(), "10.0.0.1");
  now.association_id = "eipassoc-new";
  read_id(4s, {now});
  read_id(5s, {address()});  // another of EC2's servers
  EXPECT_EQ(place(), "10.0.0.1");
  read_id(2s + 2min, {address()});
  EXPECT_EQ(place(), "");
}

TEST_F(ALedger, hides_the_states_of_all_of_several_writes_in_a_row) {
  ledger.made(address(), at(1s));
  ledger.associated(kId, "eipassoc-1", "eni-1", "10.0.0.1", at(2s));
  ledger.disassociated(kId, at(3s));
  ledger.associated(kId, "eipassoc-2", "eni-1", "10.0.0.2", at(4s));
  auto first = put_on(address(), "10.0.0.1");
  first.association_id = "eipassoc-1";
  for (const auto& lagging : std::vector<std::vector<AddressView>>{{}, {address()}, {first}}) {
    read_id(5s, lagging);
    EXPECT_EQ(place(), "10.0.0.2");
  }
}

TEST_F(ALedger, hides_each_state_only_as_long_as_it_may_still_be_shown) {
  ledger.made(address(), at(1s));
  ledger.associated(kId, "eipassoc-1", "eni-1", "10.0.0.1", at(110s));
  read_id(1s + 2min, {});  // the allocation is old by now, the association is not
  EXPECT_FALSE(knows());
}

TEST_F(ALedger, believes_what_someone_else_changed_at_once) {
  read_id(1s, {address()});
  ledger.associated(kId, "eipassoc-new", "eni-1", "10.0.0.1", at(2s));
  auto elsewhere = put_on(address(), "10.0.0.9");
  read_id(3s, {elsewhere});
  EXPECT_EQ(place(), "10.0.0.9");
  read_id(4s, {address()});  // from before both
  EXPECT_EQ(place(), "10.0.0.9");
}

TEST_F(ALedger, takes_every_state_for_news_after_it_believed_that_an_address_is_gone) {
  read_id(1s, {put_on(address(), "10.0.0.1")});
  ledger.disassociated(kId, at(2s));
  read_id(3s, {});
  EXPECT_FALSE(knows());
  read_id(4s, {put_on(address(), "10.0.0.1")});
  EXPECT_EQ(place(), "10.0.0.1");
}

TEST_F(ALedger, does_not_take_a_write_of_its_own_for_a_look) {
  read_id(1s, {address()});
  ledger.associated(kId, "eipassoc-1", "eni-1", "10.0.0.1", at(50s));
  EXPECT_EQ(seen(), at(1s));
}

TEST_F(ALedger, takes_a_lagging_read_for_a_look_all_the_same) {
  read_id(1s, {address()});
  ledger.associated(kId, "eipassoc-1", "eni-1", "10.0.0.1", at(2s));
  read_id(3s, {address()});
  EXPECT_EQ(seen(), at(3s));
  ledger.made(address("eipalloc-2", "1.0.0.2"), at(4s));
  ledger.read_by_id({"eipalloc-2"}, {}, at(5s));
  EXPECT_EQ(ledger.find("eipalloc-2")->seen, at(5s));
}

TEST_F(ALedger, does_not_take_a_read_by_tag_that_leaves_the_address_out_for_a_look) {
  ledger.made(address(), at(1s));
  read_uid(3s, {});
  EXPECT_EQ(seen(), at(1s));
}

TEST_F(ALedger, knows_that_a_read_by_tag_does_not_show_what_had_no_such_tag_before) {
  auto bare = address();
  bare.tags.clear();
  read_id(1s, {bare});
  ledger.tagged(kId, fakes::our_tags(), {}, at(2s));
  EXPECT_EQ(ledger.by_uid("uid-1").size(), 1u);
  read_uid(3s, {});
  ledger.read_all("cluster", {}, at(4s));
  EXPECT_EQ(ledger.by_uid("uid-1").size(), 1u);
  read_id(5s, {});  // asked for by its id, it should have been shown
  EXPECT_FALSE(knows());
}

TEST_F(ALedger, drops_what_a_read_of_its_uid_or_of_everything_does_not_show) {
  read_id(1s, {address()});
  read_uid(2s, {});
  EXPECT_FALSE(knows());
  EXPECT_EQ(ledger.asked_by_uid("uid-1"), at(2s));
  read_id(3s, {address()});
  ledger.read_all("cluster", {}, at(4s));
  EXPECT_FALSE(knows());
  read_id(5s, {address()});
  ledger.read_all("another cluster", {}, at(6s));
  EXPECT_TRUE(knows());
}

TEST_F(ALedger, counts_absence_only_from_reads_by_id) {
  read_uid(1s, {});
  ledger.read_all("cluster", {}, at(2s));
  EXPECT_FALSE(ledger.absence(kId).has_value());
  read_id(3s, {});
  read_id(33s, {});
  EXPECT_EQ(ledger.absence(kId)->asked, (std::vector<Time>{at(3s), at(33s)}));
  read_id(34s, {address()});
  EXPECT_FALSE(ledger.absence(kId).has_value());
}

TEST_F(ALedger, counts_reads_in_quick_succession_as_one_and_keeps_a_bounded_number) {
  read_id(3s, {});
  read_id(4s, {});
  read_id(2s, {});
  EXPECT_EQ(ledger.absence(kId)->asked.size(), 1u);
  for (int i = 1; i < 100; ++i) read_id(3s + i * 10s, {});
  EXPECT_EQ(ledger.absence(kId)->asked.size(), 16u);
  EXPECT_EQ(ledger.absence(kId)->asked.back(), at(3s + 990s));
}

TEST_F(ALedger, never_believes_a_read_that_shows_what_was_released) {
  read_id(1s, {address()});
  ledger.released(kId, at(2s));
  read_id(3s, {address()});
  EXPECT_FALSE(knows());
  EXPECT_TRUE(ledger.was_released(kId));
  EXPECT_TRUE(ledger.released_for("uid-1"));
  ledger.forget_uid("uid-1");
  EXPECT_FALSE(ledger.released_for("uid-1"));
}

TEST_F(ALedger, forgets_releases_after_a_long_time) {
  read_id(1s, {address()});
  ledger.released(kId, at(2s));
  ledger.read_all("cluster", {}, at(1h));
  EXPECT_FALSE(ledger.was_released(kId));
}

TEST_F(ALedger, finds_by_uid_name_and_interface_also_after_tags_change) {
  read_id(1s, {put_on(address(), "10.0.0.1")});
  EXPECT_EQ(ledger.by_name("ns", "web").size(), 1u);
  EXPECT_EQ(ledger.by_interface("eni-1").size(), 1u);
  auto given_away = put_on(address(), "10.0.0.1");
  given_away.tags[kUidTag] = "uid-2";
  read_id(2s, {given_away});
  EXPECT_TRUE(ledger.by_uid("uid-1").empty());
  EXPECT_EQ(ledger.by_uid("uid-2").size(), 1u);
  ledger.tagged(kId, {{"team", "a"}}, {kUidTag}, at(3s));
  EXPECT_TRUE(ledger.by_uid("uid-2").empty());
  EXPECT_EQ(tag(ledger.find(kId)->view.tags, "team"), "a");
}

TEST_F(ALedger, ignores_writes_to_what_it_does_not_know) {
  ledger.associated("eipalloc-x", "a", "e", "10.0.0.1", at(1s));
  ledger.disassociated("eipalloc-x", at(1s));
  ledger.tagged("eipalloc-x", {{"a", "b"}}, {}, at(1s));
  ledger.distrust("eipalloc-x");
  EXPECT_EQ(ledger.find("eipalloc-x"), nullptr);
}

}  // namespace
}  // namespace domain
