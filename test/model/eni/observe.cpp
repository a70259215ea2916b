#include "ec2.hpp"
#include "operator.hpp"

namespace model::eni {
namespace {

void observe_pod(const State& state, domain::EniWorld& world) {
  if (state.pod == At::nothing) return;
  domain::PodView pod;
  pod.name = "a";
  pod.uid = "uid-of-the-pod-on-" + instance_of(state.pod);
  pod.node_name = "node";
  world.pod = pod;
  world.node = {true, instance_of(state.pod)};
  auto& instance = world.instance;
  if (state.process.instance != state.pod || state.process.instance_asked < 0) return;
  instance.asked = time_of(state.process.instance_asked);
  instance.found = true;
  instance.availability_zone = "zone";
  instance.state = "running";
  instance.device_indexes = {0};
  if (state.pod == At::one) instance.device_indexes.insert(1);  // the VPC CNI's
}

}  // namespace

domain::Eni eni_of(const State& state) {
  domain::Eni eni;
  eni.ns = "ns";
  eni.name = "e";
  eni.uid = kUid;
  eni.generation = state.object.generation;
  eni.deleting = state.object.deleting;
  eni.has_finalizer = state.object.finalizer;
  eni.spec.subnet_id = "subnet";
  eni.spec.security_groups = {"sg-1"};
  eni.spec.tags = {{"team", "a"}};
  eni.spec.secondary_private_ip_address_count = state.object.secondary;
  if (state.object.attach) eni.spec.pod_name = "a";
  eni.status = state.object.status;
  return eni;
}

domain::EniWorld observe(const State& state, const domain::Eni& eni) {
  const domain::InterfaceLedger& ledger = state.process.ledger;
  domain::EniWorld world;
  world.memory = state.process.memory;
  world.looked = domain::Looked{time_of(state.now), time_of(state.now)};  // a look takes no time
  world.account_id = "1";
  world.asked = ledger.asked_by_uid(eni.uid);
  for (const auto* record : ledger.by_uid(eni.uid)) world.interfaces.push_back(*record);
  const std::string& id = eni.status.network_interface_id;
  if (!id.empty()) {
    const auto* named = ledger.find(id);
    if (named && domain::tag(named->view.tags, domain::kUidTag) != eni.uid)
      world.interfaces.push_back(*named);
    if (!named) world.absence = ledger.absence(id);
  }
  world.released = id.empty() ? ledger.released_for(eni.uid) : ledger.was_released(id);
  for (const auto* record : ledger.by_name(eni.ns, eni.name)) {
    const std::string& uid = domain::tag(record->view.tags, domain::kUidTag);
    if (uid != kOtherUid && uid != eni.uid) world.restorable.push_back(*record);
  }
  observe_pod(state, world);
  if (state.wanted_address != 0)
    for (int i = 0; i < static_cast<int>(state.interfaces.size()); ++i)
      world.wanted_addresses.insert(ip_of(i, state.wanted_address));
  return world;
}

std::vector<Shown> reads(const Setup& setup, const State& state) {
  return reads_of<Version>(state.interfaces, setup.delay, state.now);
}

void read_everything(State& state, const Shown& shown) {
  std::vector<domain::InterfaceView> found;
  std::vector<domain::InterfaceView> named_found;
  const auto& id = state.object.status.network_interface_id;
  for (int i = 0; i < static_cast<int>(shown.size()); ++i) {
    const Version& version = shown[static_cast<std::size_t>(i)];
    const bool named = id_of(i) == id;
    const bool of_cluster = version.exists && version.owner != Owner::nobody;
    if (of_cluster) found.push_back(view_of(i, version));
    if (named && version.exists) named_found.push_back(view_of(i, version));
    if (of_cluster || named) state.interfaces[static_cast<std::size_t>(i)].tell(version, state.now);
  }
  domain::InterfaceLedger& ledger = state.process.ledger;
  ledger.read_all(kCluster, found, time_of(state.now));
  const auto* known = id.empty() ? nullptr : ledger.find(id);
  if (!id.empty() && !(known && domain::tag(known->view.tags, domain::kClusterTag) == kCluster))
    ledger.read_by_id({id}, named_found, time_of(state.now));
}

}  // namespace model::eni
