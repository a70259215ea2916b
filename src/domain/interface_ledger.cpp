#include "domain/interface_ledger.hpp"

#include <algorithm>

namespace domain {
namespace {

InterfaceView on_nothing(InterfaceView view) {
  view.attachment_id.clear();
  view.attachment_status.clear();
  view.instance_id.clear();
  view.device_index = -1;
  return view;
}

}  // namespace

void InterfaceLedger::attaching(const std::string& id, const std::string& attachment_id,
                                const std::string& instance_id, int device_index, Time at) {
  over(id, at);  // EC2 would not attach it otherwise
  write(id, at, [&](InterfaceView& view) {
    view.attachment_id = attachment_id;
    view.attachment_status = "attaching";
    view.instance_id = instance_id;
    view.device_index = device_index;
  });
}

void InterfaceLedger::detaching(const std::string& id, Time at) {
  const auto* known = find(id);
  if (!known) return;
  const InterfaceView free = on_nothing(known->view);
  write(id, at, [](InterfaceView& view) { view.attachment_status = "detaching"; });
  expect(id, [&](const InterfaceView& view) { return view.same_state(free); });
}

void InterfaceLedger::attachment_unknown(const std::string& id, Time at) {
  if (const auto* known = find(id)) denied(id, on_nothing(known->view), at);
}

void InterfaceLedger::detached(const std::string& id, Time at) {
  write(id, at, [](InterfaceView& view) { view = on_nothing(view); });
}

void InterfaceLedger::described(const std::string& id, const std::string& description, Time at) {
  write(id, at, [&](InterfaceView& view) { view.description = description; });
}

void InterfaceLedger::grouped(const std::string& id, const std::set<std::string>& groups, Time at) {
  write(id, at, [&](InterfaceView& view) { view.security_group_ids = groups; });
}

void InterfaceLedger::assigned(const std::string& id, const std::vector<std::string>& ips, Time at) {
  write(id, at, [&](InterfaceView& view) {
    for (const auto& ip : ips)
      if (!view.find(ip)) view.addresses.push_back({ip, false, ""});
  });
}

void InterfaceLedger::unassigned(const std::string& id, const std::vector<std::string>& ips, Time at) {
  write(id, at, [&](InterfaceView& view) {
    std::erase_if(view.addresses, [&](const PrivateAddressView& address) {
      return std::find(ips.begin(), ips.end(), address.ip) != ips.end();
    });
  });
}

std::vector<const InterfaceLedger::Record*> InterfaceLedger::by_instance(
    const std::string& instance_id) const {
  std::vector<const Record*> result;
  for (const auto& [id, record] : records())
    if (record.view.instance_id == instance_id) result.push_back(&record);
  return result;
}

}  // namespace domain
