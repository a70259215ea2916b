#pragma once
// The ENI, for the parts that all kinds share: ObjectPublisher, ThingObserver, ObjectReconciler.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/eni_codec.hpp"
#include "app/eni_inventory.hpp"
#include "app/object_publisher.hpp"
#include "domain/fold_eni.hpp"
#include "domain/report_eni.hpp"

namespace app {

class EniObserver;
class EniPerformer;
struct EniLook;

struct EniKind {
  using Object = EniObject;
  using Value = domain::Eni;
  using Status = domain::EniStatus;
  using World = domain::EniWorld;
  using Step = domain::EniStep;
  using StepKind = domain::EniStepKind;
  using Memory = domain::EniMemory;
  using Outcome = domain::EniOutcome;
  using Report = domain::EniReport;
  using Inventory = EniInventory;
  using Observer = EniObserver;
  using Look = EniLook;
  using Performer = EniPerformer;
  using Publisher = ObjectPublisher<EniKind>;

  static constexpr const char* kName = "eni";  // in logs and metrics
  static constexpr const char* kKind = "ENI";
  static constexpr const char* kSpares = "eni_spare_interfaces_total";
  static constexpr const char* kSparesHelp =
      "Second network interfaces of one ENI that were found and deleted: the settle time was too short.";

  // The object.
  static kube::Kind<Object> resource() { return eni_kind(); }
  static std::string status_patch(const Object& before, const Status& status) {
    return app::status_patch(before, status);
  }
  static const Value& value(const Object& object) { return object.eni; }
  // The thing in EC2 that it stands for, as the status names it; empty: none.
  static const std::string& thing(const Status& status) { return status.network_interface_id; }
  // Nobody acted for it yet, so that nothing of it can exist.
  static bool untouched(const Status& status) {
    return status.network_interface_id.empty() && status.client_token_sequence == 0;
  }
  // Of two that both say what is true in EC2.
  static bool same_place(const Status& a, const Status& b) { return a.attachment == b.attachment; }

  // The decision.
  static std::vector<domain::InterfaceLedger::Record>& found(World& world) { return world.interfaces; }
  static Step decide(const Value& eni, const World& world, const domain::Settings& settings,
                     domain::Time now);
  static Report report(const Value& eni, const World& world, const Step& step,
                       const domain::Settings& settings, domain::Time now);

  // The call.
  static std::optional<aws::Action> action_of(const Step& step);  // that the step pays a token for
  static bool makes_thing(const Step& step);                      // or is about to
  static bool gave_up_spare(const Step& step);
  static void note_intent(const Step& step, Memory& memory);
  static void forget_intent(Memory& memory);  // it was surely not written
  static void note_call(const Step& step, Inventory& inventory, Memory& memory);
  static Performer performer(aws::Ec2& ec2, Inventory& inventory);
  static base::Task<Outcome> perform(Performer& performer, const Value& eni, Step step,
                                     aws::PermitPtr permit);
  static void fold(const Value& eni, const Step& step, const Outcome& outcome,
                   const domain::Settings& settings, Inventory& inventory, Memory& memory, domain::Time now);

  // What happened, in a few words for the user.
  static std::vector<domain::Notice> notices_of_intent(const Step& step);
  static std::vector<domain::Notice> notices_of(const Value& eni, const Step& step, const Outcome& outcome,
                                                const Memory& before, const Memory& after);
  static void log_step(base::Logger& log, const Value& eni, const Step& step, const Outcome& outcome);

  // The instance that the step needs a fresh view of when its turn comes; empty: none.
  static std::string instance_awaited(const Observer& observer, const Value& eni, const Step& step);
  // Others that the effect may concern.
  static std::set<kube::Key> concerned(const Observer& observer, const Value& eni, const Step& step);
};

}  // namespace app
