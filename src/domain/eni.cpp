#include "domain/eni.hpp"

namespace domain {

std::string client_token(const Eni& eni, std::int64_t sequence) {
  return eni.uid + "-" + std::to_string(sequence);
}

}  // namespace domain
