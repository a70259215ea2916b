#include "domain/fold.hpp"

#include <gtest/gtest.h>

#include "fakes/eip_world.hpp"

namespace domain {
namespace {

using fakes::address;
using fakes::at;
using fakes::put_on;
using namespace std::chrono_literals;

class AnOutcome : public testing::Test {
 protected:
  AnOutcome() {
    eip.uid = "uid-1";
    eip.generation = 3;
    step.intent.emplace();
    step.intent->recorded_at = at(0s);
    step.address = address();
    step.target.network_interface_id = "eni-1";
    step.target.private_ip_address = "10.0.0.1";
    step.target.pod_uid = "pod-uid";
    ledger.read_by_id({"eipalloc-1"}, {address()}, at(0s));
  }
  void done(StepKind kind) {
    step.kind = kind;
    Outcome outcome;
    outcome.address = address("eipalloc-2", "1.0.0.2");
    outcome.association_id = "eipassoc-1";
    fold(eip, step, outcome, ledger, memory, at(1s));
  }
  void failed(
      StepKind kind, void (*how)(Outcome&) = [](Outcome&) {}) {
    step.kind = kind;
    Outcome outcome;
    outcome.ok = false;
    outcome.reason = "Why";
    how(outcome);
    fold(eip, step, outcome, ledger, memory, at(1s));
  }
  Span retry_after(StepKind kind) const { return memory.trouble(kind)->retry_at - at(1s); }

  Eip eip;
  Step step;
  Ledger ledger{2min};
  Memory memory;
};

TEST_F(AnOutcome, of_an_allocation_makes_the_address_known_and_its_intent_done) {
  memory.intent_unused = step.intent->recorded_at;
  memory.recovery_refused = true;
  done(StepKind::allocate);
  EXPECT_NE(ledger.find("eipalloc-2"), nullptr);
  EXPECT_EQ(memory.intent_void, step.intent->recorded_at);
  EXPECT_EQ(memory.intent_unused, std::nullopt);
  EXPECT_FALSE(memory.recovery_refused);
}

TEST_F(AnOutcome, of_each_other_effect_is_in_the_ledger) {
  done(StepKind::associate);
  EXPECT_EQ(ledger.find("eipalloc-1")->view.private_ip_address, "10.0.0.1");
  done(StepKind::disassociate);
  EXPECT_EQ(ledger.find("eipalloc-1")->view.private_ip_address, "");
  step.tags.set = {{"team", "a"}};
  done(StepKind::set_tags);
  EXPECT_EQ(ledger.find("eipalloc-1")->view.tags.at("team"), "a");
  step.tags.remove = {"team"};
  done(StepKind::remove_tags);
  EXPECT_FALSE(ledger.find("eipalloc-1")->view.tags.contains("team"));
  done(StepKind::release);
  EXPECT_TRUE(ledger.was_released("eipalloc-1"));
}

TEST_F(AnOutcome, that_is_sure_to_have_had_no_effect_voids_the_intent) {
  failed(StepKind::allocate);
  EXPECT_EQ(memory.intent_void, step.intent->recorded_at);
  EXPECT_EQ(retry_after(StepKind::allocate), 1s);
}

TEST_F(AnOutcome, that_is_not_known_leaves_the_intent_to_its_settle_time) {
  failed(StepKind::allocate, [](Outcome& o) { o.effect_possible = true; });
  EXPECT_EQ(memory.intent_void, std::nullopt);
  EXPECT_TRUE(memory.troubles.empty());
}

TEST_F(AnOutcome, that_refuses_to_give_an_address_back_is_remembered) {
  step.intent->recovery = true;
  failed(StepKind::allocate);
  EXPECT_FALSE(memory.recovery_refused);  // only throttled, say
  failed(StepKind::allocate, [](Outcome& o) { o.refused = true; });
  EXPECT_TRUE(memory.recovery_refused);
}

TEST_F(AnOutcome, that_fails_again_is_retried_ever_later) {
  const std::vector<Span> expected{1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s};
  for (const Span span : expected) {
    failed(StepKind::associate);
    EXPECT_EQ(retry_after(StepKind::associate), span);
  }
  EXPECT_EQ(memory.troubles.size(), 1u);
}

TEST_F(AnOutcome, that_is_refused_is_retried_after_half_a_minute_at_first) {
  failed(StepKind::associate, [](Outcome& o) { o.refused = true; });
  EXPECT_EQ(retry_after(StepKind::associate), 30s);
  failed(StepKind::associate, [](Outcome& o) { o.stalled = true; });
  EXPECT_EQ(retry_after(StepKind::associate), 60s);
  EXPECT_TRUE(memory.trouble(StepKind::associate)->stalled);
  EXPECT_EQ(memory.trouble(StepKind::associate)->reason, "Why");
  EXPECT_EQ(memory.trouble(StepKind::associate)->generation, 3);
}

TEST_F(AnOutcome, that_finds_nothing_right_after_it_was_made_is_retried_soon) {
  const auto unknown = [](Outcome& o) { o.not_found = o.refused = true; };
  failed(StepKind::associate, unknown);
  EXPECT_EQ(retry_after(StepKind::associate), 30s);
  memory.forget(StepKind::associate);
  ledger.made(ledger.find("eipalloc-1")->view, at(0s));
  failed(StepKind::associate, unknown);
  EXPECT_EQ(retry_after(StepKind::associate), 1s);
}

TEST_F(AnOutcome, about_something_else_starts_anew) {
  failed(StepKind::associate);
  failed(StepKind::associate);
  step.target.private_ip_address = "10.0.0.2";
  failed(StepKind::associate);
  EXPECT_EQ(retry_after(StepKind::associate), 1s);
}

TEST_F(AnOutcome, of_denied_access_is_tried_again_soon_however_long_it_lasts) {
  const auto denied = [](Outcome& o) { o.denied = true; };
  for (int i = 0; i < 10; ++i) failed(StepKind::associate, denied);
  EXPECT_EQ(retry_after(StepKind::associate), 30s);
}

TEST_F(AnOutcome, of_success_ends_the_trouble_of_its_kind) {
  failed(StepKind::associate);
  failed(StepKind::set_tags);
  done(StepKind::associate);
  EXPECT_EQ(memory.trouble(StepKind::associate), nullptr);
  EXPECT_NE(memory.trouble(StepKind::set_tags), nullptr);
}

TEST_F(AnOutcome, of_failure_makes_the_next_decision_look_again) {
  failed(StepKind::associate, [](Outcome& o) { o.conflict = true; });
  EXPECT_EQ(ledger.find("eipalloc-1")->seen, Time{});
}

TEST_F(AnOutcome, of_a_disassociation_that_is_over_already_is_as_good_as_done) {
  ledger.associated("eipalloc-1", "eipassoc-1", "eni-1", "10.0.0.1", at(0s));
  failed(StepKind::disassociate, [](Outcome& o) { o.not_found = true; });
  EXPECT_FALSE(ledger.find("eipalloc-1")->view.associated());
  EXPECT_EQ(ledger.find("eipalloc-1")->seen, Time{});
  EXPECT_TRUE(memory.troubles.empty());
}

TEST_F(AnOutcome, of_a_disassociation_that_comes_before_ec2_knows_the_association_is_doubted) {
  auto before = ledger.find("eipalloc-1")->view;
  ledger.associated("eipalloc-1", "eipassoc-1", "eni-1", "10.0.0.1", at(0s));
  auto made = ledger.find("eipalloc-1")->view;
  failed(StepKind::disassociate, [](Outcome& o) { o.not_found = true; });
  EXPECT_EQ(memory.association_unknown_at, at(1s));
  ledger.read_by_id({"eipalloc-1"}, {before}, at(2s));
  EXPECT_FALSE(ledger.find("eipalloc-1")->view.associated());
  ledger.read_by_id({"eipalloc-1"}, {made}, at(3s));
  EXPECT_TRUE(ledger.find("eipalloc-1")->view.associated());
  done(StepKind::disassociate);
  EXPECT_FALSE(ledger.find("eipalloc-1")->view.associated());
  EXPECT_FALSE(memory.association_unknown_at);
}

TEST_F(AnOutcome, of_a_release_of_what_ec2_does_not_know_is_one_witness) {
  failed(StepKind::release, [](Outcome& o) { o.not_found = true; });
  EXPECT_EQ(memory.release_not_found, "eipalloc-1");
  EXPECT_EQ(memory.release_not_found_at, at(1s));
  EXPECT_FALSE(ledger.was_released("eipalloc-1"));
}

TEST_F(AnOutcome, of_a_repair_is_counted_until_there_is_calm) {
  step.repair = true;
  done(StepKind::associate);
  done(StepKind::associate);
  EXPECT_EQ(memory.repairs, 2);
  memory.repaired_at = at(-61min);
  done(StepKind::associate);
  EXPECT_EQ(memory.repairs, 1);
}

TEST_F(AnOutcome, tells_where_this_process_put_the_address) {
  done(StepKind::associate);
  EXPECT_EQ(memory.placed, place_of(step.target));
  step.spare = true;
  done(StepKind::disassociate);
  EXPECT_EQ(memory.placed, place_of(step.target));
  step.spare = false;
  done(StepKind::disassociate);
  EXPECT_EQ(memory.placed, "");
}

}  // namespace
}  // namespace domain
