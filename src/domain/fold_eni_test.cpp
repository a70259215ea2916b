#include "domain/fold_eni.hpp"

#include <gtest/gtest.h>

#include "fakes/eni_world.hpp"

namespace domain {
namespace {

using fakes::at;
using fakes::attached;
using fakes::interface;
using namespace std::chrono_literals;

class AnEniOutcome : public testing::Test {
 protected:
  AnEniOutcome() {
    eni.uid = "uid-1";
    eni.generation = 3;
    step.intent.emplace();
    step.intent->recorded_at = at(0s);
    step.interface = attached(interface());
    step.host.instance_id = "i-1";
    step.host.pod_uid = "pod-uid";
    step.device_index = 2;
    ledger.read_by_id({"eni-1"}, {attached(interface())}, at(0s));
  }
  void outcome_is(EniStepKind kind, const EniOutcome& outcome) {
    step.kind = kind;
    fold(eni, step, outcome, settings, ledger, memory, at(1s));
  }
  void done(EniStepKind kind) {
    EniOutcome outcome;
    outcome.interface = interface("eni-2");
    outcome.attachment_id = "eni-attach-new";
    outcome.private_ips = {"10.0.0.2"};
    outcome_is(kind, outcome);
  }
  void failed(
      EniStepKind kind, void (*how)(EniOutcome&) = [](EniOutcome&) {}) {
    EniOutcome outcome;
    outcome.ok = false;
    outcome.reason = "Why";
    how(outcome);
    outcome_is(kind, outcome);
  }
  const InterfaceView& view() const { return ledger.find("eni-1")->view; }
  Span retry_after(EniStepKind kind) const { return memory.trouble(kind)->retry_at - at(1s); }

  Eni eni;
  Settings settings;
  EniStep step;
  InterfaceLedger ledger{2min};
  EniMemory memory;
};

TEST_F(AnEniOutcome, of_a_creation_makes_the_interface_known_and_its_intent_done) {
  done(EniStepKind::create);
  EXPECT_NE(ledger.find("eni-2"), nullptr);
  EXPECT_EQ(memory.intent_void, at(0s));
}

TEST_F(AnEniOutcome, of_each_other_effect_is_in_the_ledger) {
  done(EniStepKind::detach);
  EXPECT_TRUE(view().detaching());
  EXPECT_EQ(memory.changing_attachment, "eni-attach-i-1");
  done(EniStepKind::attach);
  EXPECT_TRUE(view().attaching());
  EXPECT_EQ(view().attachment_id, "eni-attach-new");
  EXPECT_EQ(view().device_index, 2);
  EXPECT_EQ(memory.changing_attachment, "eni-attach-new");
  EXPECT_EQ(memory.changing_since, at(1s));
  step.security_group_ids = {"sg-2"};
  done(EniStepKind::modify_groups);
  EXPECT_EQ(view().security_group_ids, std::set<std::string>{"sg-2"});
  step.description = "new";
  done(EniStepKind::modify_description);
  EXPECT_EQ(view().description, "new");
  done(EniStepKind::assign_addresses);
  EXPECT_TRUE(view().holds("10.0.0.2"));
  step.private_ips = {"10.0.0.2"};
  done(EniStepKind::unassign_addresses);
  EXPECT_FALSE(view().holds("10.0.0.2"));
  step.tags.set = {{"team", "a"}};
  done(EniStepKind::set_tags);
  EXPECT_EQ(view().tags.at("team"), "a");
  step.tags.remove = {"team"};
  done(EniStepKind::remove_tags);
  EXPECT_FALSE(view().tags.contains("team"));
  done(EniStepKind::delete_interface);
  EXPECT_TRUE(ledger.was_released("eni-1"));
}

TEST_F(AnEniOutcome, remembers_where_this_process_attached_it) {
  done(EniStepKind::attach);
  EXPECT_EQ(memory.placed, "i-1/pod-uid");
  EXPECT_EQ(memory.repairs, 0);
  step.repair = true;
  done(EniStepKind::attach);
  EXPECT_EQ(memory.repairs, 1);
  step.spare = true;
  done(EniStepKind::detach);
  EXPECT_EQ(memory.placed, "i-1/pod-uid");
  step.spare = false;
  done(EniStepKind::detach);
  EXPECT_EQ(memory.placed, "");
}

// Intents.

TEST_F(AnEniOutcome, leaves_an_intent_to_act_on_if_nothing_was_done_for_now) {
  note_call(memory);
  failed(EniStepKind::create);
  EXPECT_EQ(memory.intent_written, at(0s));
  EXPECT_EQ(memory.intent_unused, at(0s));
  EXPECT_EQ(memory.intent_void, std::nullopt);
}

TEST_F(AnEniOutcome, that_is_a_refusal_voids_the_intent_of_a_first_call) {
  failed(EniStepKind::create, [](EniOutcome& o) { o.refused = true; });
  EXPECT_EQ(memory.intent_void, at(0s));
  EXPECT_EQ(memory.intent_written, std::nullopt);
}

TEST_F(AnEniOutcome, that_is_a_refusal_of_a_repeated_call_says_nothing_of_the_calls_before_it) {
  step.intent->repeated = true;
  failed(EniStepKind::create, [](EniOutcome& o) { o.stalled = true; });
  EXPECT_EQ(memory.intent_void, std::nullopt);
  EXPECT_EQ(memory.intent_refused, at(0s));
  failed(EniStepKind::create);
  EXPECT_EQ(memory.intent_written, at(0s));
  EXPECT_EQ(memory.intent_unused, std::nullopt);
}

TEST_F(AnEniOutcome, that_is_not_known_keeps_the_intent) {
  failed(EniStepKind::create, [](EniOutcome& o) { o.effect_possible = true; });
  EXPECT_EQ(memory.intent_void, std::nullopt);
  EXPECT_EQ(memory.intent_written, std::nullopt);
  EXPECT_EQ(retry_after(EniStepKind::create), 1s);
}

TEST_F(AnEniOutcome, is_preceded_by_a_note_of_the_intent_and_of_the_call) {
  note_intent(step, memory);
  EXPECT_EQ(memory.intent_written, at(0s));
  EXPECT_EQ(memory.intent_unused, at(0s));
  note_call(memory);
  EXPECT_EQ(memory.intent_written, std::nullopt);
  EXPECT_EQ(memory.intent_unused, std::nullopt);
  step.intent->repeated = true;
  note_intent(step, memory);
  EXPECT_EQ(memory.intent_written, at(0s));
  EXPECT_EQ(memory.intent_unused, std::nullopt);
  note_call(memory);
  step.intent.reset();  // an interface is to be adopted
  note_intent(step, memory);
  EXPECT_EQ(memory.intent_written, std::nullopt);
}

// Failures.

TEST_F(AnEniOutcome, that_failed_makes_the_next_decision_look_again) {
  failed(EniStepKind::attach);
  EXPECT_EQ(ledger.find("eni-1")->seen, Time{});
  EXPECT_EQ(memory.target_changed_at, at(1s));
  EXPECT_EQ(memory.trouble(EniStepKind::attach)->subject, "i-1/pod-uid");
  failed(EniStepKind::attach);
  EXPECT_EQ(retry_after(EniStepKind::attach), 2s);
}

TEST_F(AnEniOutcome, that_finds_no_such_attachment_is_as_good_as_detached) {
  failed(EniStepKind::detach, [](EniOutcome& o) { o.not_found = o.refused = true; });
  EXPECT_FALSE(view().attached());
  EXPECT_EQ(ledger.find("eni-1")->seen, Time{});
  EXPECT_EQ(memory.trouble(EniStepKind::detach), nullptr);
}

TEST_F(AnEniOutcome, that_finds_no_attachment_right_after_it_was_made_is_not_believed) {
  ledger.attaching("eni-1", "eni-attach-new", "i-1", 2, at(0s));
  failed(EniStepKind::detach, [](EniOutcome& o) { o.not_found = o.refused = true; });
  EXPECT_TRUE(view().attached());
  EXPECT_EQ(ledger.find("eni-1")->seen, Time{});
  EXPECT_EQ(retry_after(EniStepKind::detach), 1s);
}

TEST_F(AnEniOutcome, that_finds_no_attachment_right_after_it_was_made_needs_a_look_as_second_witness) {
  ledger.read_by_id({"eni-1"}, {interface()}, at(100ms));
  ledger.attaching("eni-1", "eni-attach-new", "i-1", 2, at(200ms));
  ledger.read_by_id({"eni-1"}, {interface()}, at(500ms));
  EXPECT_TRUE(view().attached()) << "a read that may lag, alone";
  failed(EniStepKind::detach, [](EniOutcome& o) { o.not_found = o.refused = true; });
  EXPECT_EQ(memory.attachment_unknown_at, at(1s));
  ledger.read_by_id({"eni-1"}, {interface()}, at(2s));
  EXPECT_FALSE(view().attached());
  done(EniStepKind::detach);
  EXPECT_FALSE(memory.attachment_unknown_at);
}

TEST_F(AnEniOutcome, that_finds_nothing_to_delete_is_a_witness_that_it_is_gone) {
  failed(EniStepKind::delete_interface, [](EniOutcome& o) { o.not_found = o.refused = true; });
  EXPECT_EQ(memory.release_not_found, "eni-1");
  EXPECT_EQ(memory.release_not_found_at, at(1s));
}

TEST_F(AnEniOutcome, of_a_lost_call_for_addresses_is_waited_for_as_long_as_it_may_take_to_show) {
  failed(EniStepKind::assign_addresses, [](EniOutcome& o) { o.effect_possible = true; });
  EXPECT_EQ(retry_after(EniStepKind::assign_addresses), 2min);
  failed(EniStepKind::assign_addresses);
  EXPECT_EQ(retry_after(EniStepKind::assign_addresses), 2s);
}

}  // namespace
}  // namespace domain
