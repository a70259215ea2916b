#include "ec2_double/table.hpp"

#include "ec2_double/draw.hpp"

namespace ec2_double {

Time View::as_of(std::string_view id) const {
  const auto share = fraction(mix(draw_ ^ hash(id)));
  return now_ - std::chrono::duration_cast<Span>(
                    std::chrono::duration<double, Span::period>(static_cast<double>(delay_.count()) * share));
}

}  // namespace ec2_double
