#include "app/eni_look.hpp"

#include "domain/decide_eni.hpp"

namespace app {

EniLook look_of(const domain::Eni& eni, const domain::EniWorld& world, const domain::EniStep& step,
                const EniObserver& observer) {
  EniLook look;
  if (step.look_interfaces) {
    std::set<std::string> ids;
    for (const auto& record : world.interfaces) ids.insert(record.view.id);
    for (const auto& record : world.restorable) ids.insert(record.view.id);
    if (!eni.status.network_interface_id.empty()) ids.insert(eni.status.network_interface_id);
    look.network_interface_ids.assign(ids.begin(), ids.end());
    if (domain::own_interface(eni, world) == nullptr) look.uid = eni.uid;
  }
  if (step.look_instance) look.instance_id = observer.instance_of(eni);
  if (step.look_groups) {
    look.groups = true;
    look.subnet_id = eni.spec.subnet_id;
    for (const auto& group : eni.spec.security_groups)
      if (!domain::is_group_id(group)) look.group_names.push_back(group);
  }
  return look;
}

base::Task<base::Result<>> read(EniInventory& inventory, EniLook look) {
  base::Result<> done;
  if (look.groups) done = co_await inventory.look_at_groups(look.subnet_id, look.group_names);
  if (done && !look.uid.empty()) done = co_await inventory.look_at_uid(look.uid);
  if (done) done = co_await inventory.look_at_interfaces(look.network_interface_ids);
  if (done && !look.instance_id.empty()) done = co_await inventory.look_at_instance(look.instance_id);
  co_return done;
}

}  // namespace app
