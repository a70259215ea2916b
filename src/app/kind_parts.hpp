#pragma once
// What the operator runs for one kind of object that stands for a thing in EC2: from the watch to the
// controller.
//
// The watch and the queue are there from the start; the rest is built when EC2 can be reached. The tasks run
// in the operator's scope.

#include <memory>
#include <optional>
#include <string>

#include "app/object_reconciler.hpp"
#include "aws/ec2.hpp"
#include "kube/api.hpp"
#include "kube/events.hpp"
#include "kube/informer.hpp"

namespace app {

template <class K>
class KindParts {
 public:
  KindParts(const std::string& ns, kube::Api& api, kube::Tools tools)
      : informer_(K::resource(), ns, api, tools), queue_(K::kName, tools), api_(api), tools_(tools) {}

  // Everything passed in outlives it.
  void build(const typename K::Observer& observer, typename K::Inventory& inventory, aws::Ec2& ec2,
             kube::Events& events, const domain::Settings& settings) {
    performer_.emplace(K::performer(ec2, inventory));
    publisher_.emplace(api_, informer_.store(), events);
    reconciler_ = std::make_unique<ObjectReconciler<K>>(typename ObjectReconciler<K>::Parts{
        informer_.store(), observer, inventory, *performer_, *publisher_, queue_, settings, tools_.clock,
        tools_.log, tools_.metrics, tools_.executor});
    kube::ControllerOptions options;
    options.name = K::kName;
    // Keys that wait for EC2's rate limits hold a place, and must not keep those of moved pods from theirs.
    options.max_in_flight = 4096;
    controller_ = std::make_unique<kube::Controller>(queue_, *reconciler_, tools_, options);
  }

  kube::Informer<typename K::Object>& informer() { return informer_; }
  const kube::Informer<typename K::Object>& informer() const { return informer_; }
  kube::Store<typename K::Object>& store() { return informer_.store(); }
  kube::WorkQueue& queue() { return queue_; }
  // Once built.
  ObjectReconciler<K>& reconciler() { return *reconciler_; }
  typename K::Publisher& publisher() { return *publisher_; }
  kube::Controller& controller() { return *controller_; }

  void wake_all() {
    for (const auto& object : store().all()) queue_.add(object->meta.key());
  }

 private:
  kube::Informer<typename K::Object> informer_;
  kube::WorkQueue queue_;
  kube::Api& api_;
  kube::Tools tools_;
  std::optional<typename K::Performer> performer_;
  std::optional<typename K::Publisher> publisher_;
  std::unique_ptr<ObjectReconciler<K>> reconciler_;
  std::unique_ptr<kube::Controller> controller_;
};

}  // namespace app
