#pragma once
// The EIP, for the parts that all kinds share: ObjectPublisher, ThingObserver, ObjectReconciler.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/eip_codec.hpp"
#include "app/inventory.hpp"
#include "domain/fold.hpp"
#include "domain/report_eip.hpp"

namespace app {

class EipObserver;
class EipPerformer;
class EipPublisher;
struct EipLook;

struct EipKind {
  using Object = EipObject;
  using Value = domain::Eip;
  using Status = domain::EipStatus;
  using World = domain::EipWorld;
  using Step = domain::Step;
  using StepKind = domain::StepKind;
  using Memory = domain::Memory;
  using Outcome = domain::Outcome;
  using Report = domain::Report;
  using Inventory = app::Inventory;
  using Observer = EipObserver;
  using Look = EipLook;
  using Performer = EipPerformer;
  using Publisher = EipPublisher;
  using Snapshot = std::shared_ptr<const EipObject>;

  static constexpr const char* kName = "eip";  // in logs and metrics
  static constexpr const char* kKind = "EIP";
  static constexpr const char* kSpares = "eip_spare_addresses_total";
  static constexpr const char* kSparesHelp =
      "Second addresses of one EIP that were found and released: the settle time was too short.";

  // The object.
  static kube::Kind<Object> resource() { return eip_kind(); }
  static std::string status_patch(const Object& before, const Status& status) {
    return app::status_patch(status, before.meta.resource_version);
  }
  static const Value& value(const Object& object) { return object.eip; }
  // The thing in EC2 that it stands for, as the status names it; empty: none.
  static const std::string& thing(const Status& status) { return status.allocation_id; }
  // Nobody acted for it yet, so that nothing of it can exist.
  static bool untouched(const Status& status) { return status.allocation_id.empty() && !status.intent; }
  // Of two that both say what is true in EC2.
  static bool same_place(const Status& a, const Status& b) { return a.state == b.state; }

  // The decision.
  static std::vector<domain::Ledger::Record>& found(World& world) { return world.addresses; }
  static Step decide(const Value& eip, const World& world, const domain::Settings& settings,
                     domain::Time now);
  static Report report(const Value& eip, const World& world, const Step& step,
                       const domain::Settings& settings, domain::Time now);

  // The call.
  static std::optional<aws::Action> action_of(const Step& step);  // that the step pays a token for
  static bool makes_thing(const Step& step);                      // or is about to
  static bool gave_up_spare(const Step& step);
  static void note_intent(const Step& step, Memory& memory);
  static void forget_intent(Memory& memory);  // it was surely not written
  static void note_call(const Step& step, Inventory& inventory, Memory& memory);
  static Performer performer(aws::Ec2& ec2, Inventory& inventory);
  static base::Task<Outcome> perform(Performer& performer, const Value& eip, Step step,
                                     aws::PermitPtr permit);
  static void fold(const Value& eip, const Step& step, const Outcome& outcome,
                   const domain::Settings& settings, Inventory& inventory, Memory& memory, domain::Time now);

  // The step that writes to the spec, and its writing. What the API server refuses for good is remembered.
  static constexpr StepKind kSpecStep = StepKind::remove_copy;
  static base::Task<base::Result<>> write_spec(Publisher& publisher, Snapshot object, Step step,
                                               Memory& memory, base::Logger& log, domain::Time now);

  // What happened, in a few words for the user.
  static std::vector<domain::Notice> notices_of_intent(const Step& step);
  static std::vector<domain::Notice> notices_of(const Value& eip, const Step& step, const Outcome& outcome,
                                                const Memory& before, const Memory& after);
  static void log_step(base::Logger& log, const Value& eip, const Step& step, const Outcome& outcome);

  // The instance that the step needs a fresh view of when its turn comes; empty: none.
  static std::string instance_awaited(const Observer& observer, const Value& eip, const Step& step);
  // Others that the effect may concern.
  static std::set<kube::Key> concerned(const Observer& observer, const Value& eip, const Step& step);
};

}  // namespace app
