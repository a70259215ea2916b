#include "hash.hpp"

namespace model {

void Hash::number(std::uint64_t value) {
  print_.a = (print_.a ^ value) * 0x9E3779B97F4A7C15u;
  print_.a ^= print_.a >> 29;
  print_.b = (print_.b + value) * 0xD6E8FEB86659FD93u;
  print_.b ^= print_.b >> 32;
}

void Hash::text(const std::string& text) {
  number(text.size());
  std::uint64_t word = 0;
  int filled = 0;
  for (const char c : text) {
    word = word << 8 | static_cast<unsigned char>(c);
    if (++filled % 8 == 0) number(word), word = 0;
  }
  number(word);
}

void Hash::minted(const std::string& id) {
  if (id.empty()) return number(0);
  auto found = std::find(minted_.begin(), minted_.end(), id);
  if (found == minted_.end()) found = minted_.insert(found, id);
  number(static_cast<std::uint64_t>(found - minted_.begin() + 1));
}

void Hash::age(domain::Time at, int old) {
  if (at == domain::Time{}) return number(99);
  const auto ticks = (now_ - at + kTick - std::chrono::milliseconds(1)) / kTick;
  number(static_cast<std::uint64_t>(std::min<std::int64_t>(ticks, old)));
}

void add_conditions(Hash& h, const std::vector<domain::Condition>& conditions, std::int64_t generation,
                    const char* held) {
  for (const auto& condition : conditions) {
    h.text(condition.reason);
    h.text(condition.message);
    h.flags(condition.status, condition.observed_generation == generation);
    if (condition.type == held && condition.status) h.age(condition.last_transition, kOldSettle);
  }
}

}  // namespace model
