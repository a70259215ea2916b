#pragma once
// EC2's things as the domain sees them.

#include <vector>

#include "aws/ec2_types.hpp"
#include "domain/ledger.hpp"
#include "domain/network_interface.hpp"

namespace app {

domain::AddressView view_of(const aws::Address& address);
domain::InterfaceView view_of(const aws::NetworkInterface& interface);

template <class Item>
auto views_of(const std::vector<Item>& items) {
  std::vector<decltype(view_of(items.front()))> views;
  views.reserve(items.size());
  for (const auto& item : items) views.push_back(view_of(item));
  return views;
}

}  // namespace app
