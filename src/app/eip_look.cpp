#include "app/eip_look.hpp"

#include <set>

#include "domain/decide_eip.hpp"

namespace app {

EipLook look_of(const domain::Eip& eip, const domain::EipWorld& world, const domain::Step& step,
                const EipObserver& observer) {
  EipLook look;
  if (step.look_addresses) {
    std::set<std::string> ids;
    for (const auto& record : world.addresses) ids.insert(record.view.allocation_id);
    for (const auto& record : world.restorable) ids.insert(record.view.allocation_id);
    if (!eip.status.allocation_id.empty()) ids.insert(eip.status.allocation_id);
    look.allocation_ids.assign(ids.begin(), ids.end());
    if (domain::own_address(eip, world) == nullptr) look.uid = eip.uid;
  }
  if (step.look_target) look.target = observer.target_place(eip);
  look.pools = step.look_pools;
  return look;
}

base::Task<base::Result<>> read(Inventory& inventory, EipLook look) {
  base::Result<> done;
  if (look.pools) done = co_await inventory.look_at_pools();
  if (done && !look.uid.empty()) done = co_await inventory.look_at_uid(look.uid);
  if (done) done = co_await inventory.look_at_addresses(look.allocation_ids);
  const EipObserver::TargetPlace& target = look.target;
  if (done && !target.instance_id.empty()) done = co_await inventory.look_at_instance(target.instance_id);
  if (done && !target.network_interface_id.empty())
    done = co_await inventory.look_at_interface(target.network_interface_id);
  if (done) done = co_await inventory.look_at_instances(target.unread_instances);
  if (done && !target.private_ip.empty()) done = co_await inventory.look_at_private_ip(target.private_ip);
  co_return done;
}

}  // namespace app
