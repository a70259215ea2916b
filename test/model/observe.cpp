#include "domain/association.hpp"
#include "ec2.hpp"
#include "operator.hpp"

namespace model {
namespace {

domain::Assignment to_pod(Wish wish) {
  return {wish == Wish::pod_a ? "a" : "b", "", 0, ""};
}

std::vector<domain::Association> associations(const State& state, const domain::Eip& eip) {
  if (state.object.association == Wish::none) return {};
  domain::Association association;
  association.ns = eip.ns;
  association.name = "association";
  association.eip_name = eip.name;
  association.assignment = to_pod(state.object.association);
  return {association};
}

domain::TargetFacts facts(const State& state, const std::optional<domain::Assignment>& wish) {
  domain::TargetFacts facts;
  facts.vpc_id = "vpc";
  if (!wish || (wish->pod_name == "a" && state.pod_a == PodA::gone)) return facts;
  const Place place = wish->pod_name == "a" ? Place::pod_a : Place::pod_b;
  domain::PodView pod;
  pod.name = wish->pod_name;
  pod.uid = "uid-" + pod.name;
  pod.ip = private_ip(place);
  pod.has_any_ip = true;
  pod.terminating = place == Place::pod_a && state.pod_a == PodA::terminates;
  facts.pod = pod;
  facts.node = {true, "i-1"};
  const TargetRead& read = state.process.target;
  if (read.asked < 0) return facts;
  facts.asked = time_of(read.asked);
  for (const Place at : {Place::pod_a, Place::pod_b}) {
    const int holder = at == Place::pod_a ? read.holder_a : read.holder_b;
    domain::InterfaceView eni;
    eni.id = interface_of(at);
    eni.vpc_id = "vpc";
    eni.instance_id = "i-1";
    eni.addresses = {{private_ip(at), true, holder < 0 ? "" : id_of(holder)}};
    facts.enis.push_back(std::move(eni));
  }
  return facts;
}

}  // namespace

domain::Eip eip_of(const Setup& setup, const State& state) {
  domain::Eip eip;
  eip.ns = "ns";
  eip.name = "e";
  eip.uid = kUid;
  eip.generation = state.object.generation;
  eip.deleting = state.object.deleting;
  eip.has_finalizer = state.object.finalizer;
  eip.spec.tags = {{"team", "a"}};
  if (setup.exact_address) eip.spec.public_ip_address = ip_of(1);
  if (state.object.wish != Wish::none) eip.spec.assignment = to_pod(state.object.wish);
  if (state.object.copy) {
    eip.spec.assignment = to_pod(Wish::pod_a);
    eip.spec.assignment->private_ip_address = private_ip(Place::pod_a);
  }
  eip.status = state.object.status;
  return eip;
}

// As app::EipObserver does it.
domain::EipWorld observe(const State& state, const domain::Eip& eip) {
  const domain::Ledger& ledger = state.process.ledger;
  domain::EipWorld world;
  world.memory = state.process.memory;
  world.account_id = "1";
  world.asked = ledger.asked_by_uid(eip.uid);
  for (const auto* record : ledger.by_uid(eip.uid)) world.addresses.push_back(*record);
  const std::string& id = eip.status.allocation_id;
  if (!id.empty()) {
    const auto* named = ledger.find(id);
    if (named && domain::tag(named->view.tags, domain::kUidTag) != eip.uid) world.addresses.push_back(*named);
    if (!named) world.absence = ledger.absence(id);
  }
  world.released = id.empty() ? ledger.released_for(eip.uid) : ledger.was_released(id);
  for (const auto* record : ledger.by_name(eip.ns, eip.name)) {
    const std::string& uid = domain::tag(record->view.tags, domain::kUidTag);
    if (uid != kOtherUid && uid != eip.uid) world.restorable.push_back(*record);
  }
  const domain::Wish wish = domain::effective_wish(eip, associations(state, eip));
  world.assigned_by = wish.by;
  world.obsolete_copy = wish.obsolete_copy;
  world.target = domain::resolve_target(wish.assignment, facts(state, wish.assignment));
  if (world.target.holder.empty()) return world;
  const auto* holder = ledger.find(world.target.holder);
  const bool elsewhere = holder && (holder->view.network_interface_id != world.target.network_interface_id ||
                                    holder->view.private_ip_address != world.target.private_ip_address);
  if (elsewhere || ledger.was_released(world.target.holder) || ledger.absence(world.target.holder))
    world.target.holder.clear();
  else if (holder)
    world.holder_is_ours = domain::tag(holder->view.tags, domain::kUidTag) == kUid;
  return world;
}

std::vector<Shown> reads(const Setup& setup, const State& state) {
  return reads_of<Version>(state.addresses, setup.delay, state.now);
}

void read_everything(State& state, const Shown& shown, domain::Time asked, int tick) {
  std::vector<domain::AddressView> found;
  std::vector<std::string> named;
  std::vector<domain::AddressView> named_found;
  for (int address = 0; address < static_cast<int>(shown.size()); ++address) {
    const Version& version = shown[static_cast<std::size_t>(address)];
    const bool of_cluster = version.exists && version.owner != Owner::nobody;
    if (of_cluster) found.push_back(view_of(state, address, version));
    if (id_of(address) == state.object.status.allocation_id && version.exists)
      named_found.push_back(view_of(state, address, version));
    if (of_cluster || id_of(address) == state.object.status.allocation_id)
      state.addresses[static_cast<std::size_t>(address)].tell(version, tick);
  }
  domain::Ledger& ledger = state.process.ledger;
  ledger.read_all(kCluster, found, asked);
  const auto& id = state.object.status.allocation_id;
  const auto* known = id.empty() ? nullptr : ledger.find(id);
  if (!id.empty() && !(known && domain::tag(known->view.tags, domain::kClusterTag) == kCluster))
    ledger.read_by_id({id}, named_found, asked);
}

}  // namespace model
