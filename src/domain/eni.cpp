#include "domain/eni.hpp"

namespace domain {

bool is_group_id(const std::string& group) {
  return group.starts_with("sg-");
}

std::string client_token(const Eni& eni, std::int64_t sequence) {
  return eni.uid + "-" + std::to_string(sequence);
}

}  // namespace domain
