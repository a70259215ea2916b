#include "domain/pause.hpp"

namespace domain {

Pause look(std::string reason, std::string message) {
  return {{std::move(reason), std::move(message), false, std::nullopt}, Pause::Kind::look};
}

Pause wait(std::string reason, std::string message, std::optional<Time> due) {
  return {{std::move(reason), std::move(message), false, due}, Pause::Kind::wait};
}

Pause blocked(std::string reason, std::string message, bool stalled, std::optional<Time> due) {
  return {{std::move(reason), std::move(message), stalled, due}, Pause::Kind::blocked};
}

}  // namespace domain
