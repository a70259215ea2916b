#include "domain/ledger.hpp"

#include <algorithm>

namespace domain {

void Ledger::associated(const std::string& id, const std::string& association_id, const std::string& eni,
                        const std::string& private_ip, Time at) {
  doubts_.erase(id);
  placed(id, association_id, eni, private_ip, at);
}

void Ledger::placed(const std::string& id, const std::string& association_id, const std::string& eni,
                    const std::string& private_ip, Time at) {
  write(id, at, [&](AddressView& view) {
    view.association_id = association_id;
    view.network_interface_id = eni;
    view.private_ip_address = private_ip;
    view.instance_id.clear();
  });
}

void Ledger::disassociated(const std::string& id, Time at) {
  associated(id, "", "", "", at);
}

void Ledger::associating(const std::string& id, const std::string& eni, const std::string& private_ip) {
  doubts_.emplace(id, Doubt{eni, private_ip, Time::max()});
}

void Ledger::association_failed(const std::string& id, bool effect_possible, Time at) {
  std::erase_if(doubts_, [&](const auto& entry) { return entry.second.until <= at; });
  const auto [begin, end] = doubts_.equal_range(id);
  const auto on_its_way =
      std::find_if(begin, end, [](const auto& entry) { return entry.second.until == Time::max(); });
  if (on_its_way == end) return;
  if (effect_possible)
    on_its_way->second.until = at + visibility();
  else
    doubts_.erase(on_its_way);
}

void Ledger::association_unknown(const std::string& id, Time at) {
  const auto* known = find(id);
  if (!known) return;
  const std::string association = known->view.association_id;
  const Doubt doubt{known->view.network_interface_id, known->view.private_ip_address, lags_until(id)};
  placed(id, "", "", "", at);  // not for sure: other doubts stay
  std::erase_if(doubts_, [&](const auto& entry) { return entry.second.until <= at; });
  if (at < doubt.until) doubts_.emplace(id, doubt);
  expect(id, [&](const AddressView& before) { return before.association_id == association; });
}

std::string Ledger::doubted_on(const std::string& eni, const std::string& private_ip, const std::string& uid,
                               Time now) const {
  const auto is_of = [&](const Record* record) { return record && tag(record->view.tags, kUidTag) == uid; };
  for (const auto& [id, doubt] : doubts_)
    if (now < doubt.until && doubt.network_interface_id == eni && doubt.private_ip_address == private_ip &&
        !is_of(find(id)) && !was_released(id))
      return id;
  return "";
}

std::vector<const Ledger::Record*> Ledger::by_interface(const std::string& eni) const {
  std::vector<const Record*> result;
  for (const auto& [id, record] : records())
    if (record.view.network_interface_id == eni) result.push_back(&record);
  return result;
}

}  // namespace domain
