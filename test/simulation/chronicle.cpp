#include "simulation/chronicle.hpp"

namespace simulation {

using namespace std::chrono_literals;

void Chronicle::denied(const std::string& association, const Holdings& holdings, ec2_double::Time now) {
  for (const auto& [id, address] : holdings.addresses)
    if (address.association && address.association->id == association) denied_[id] = now;
}

void Chronicle::changed(const std::string& process, const Holdings& before, const Holdings& after,
                        ec2_double::Time now) {
  for (const auto& [id, address] : after.addresses) {
    const auto former = before.addresses.find(id);
    if (address.association &&
        (former == before.addresses.end() || former->second.association != address.association))
      placed_[id] = {process, now};
  }
}

void Chronicle::tell(Past& past, const std::string& process, ec2_double::Span visibility) const {
  for (const auto& [key, writer] : writer_of_)
    if (writer != process) past.contradicted.insert(key);
  for (const auto& [id, at] : denied_)
    if (at + past.unaware >= past.now) past.denied.insert(id);
  for (const auto& [id, placed] : placed_) {
    const bool unseen = placed.by.empty() || (placed.by != process && placed.at >= begun_.at(process));
    if (unseen && placed.at + visibility + 15s >= past.now) past.placed_by_another.insert(id);
  }
}

}  // namespace simulation
