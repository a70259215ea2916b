// ENI objects.
//
// Promises: whatever status an object has, the patch for another one makes it that one, maps included; what a
// spec asks for is within its bounds.

#include <string>

#include "app/eni_codec.hpp"
#include "fuzz.hpp"
#include "stored.hpp"

namespace {

domain::EniStatus written(std::string_view stored, const app::EniObject& before,
                          const domain::EniStatus& status) {
  const auto object = app::decode_eni(fuzz::merged(stored, app::status_patch(before, status)));
  fuzz::require(object.has_value(), "an object with a status that we wrote can't be read");
  return object->eni.status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [stored, wanted] = fuzz::two_objects(fuzz::text_of(data, size));
  const auto before = app::decode_eni(stored);
  if (!before) return 0;
  const auto& spec = before->eni.spec;
  fuzz::require(!before->eni.name.empty(), "an ENI has a name");
  fuzz::require(
      spec.secondary_private_ip_address_count >= 0 && spec.secondary_private_ip_address_count <= 255,
      "a number of addresses");

  const auto after = app::decode_eni(wanted);
  if (!after) return 0;
  const auto& asked = after->eni.status;
  // What cannot be written as it was read (parts of a second, empty texts in a list) is gone from here on.
  const auto status = written(R"({"metadata":{"name":"a"}})", app::EniObject{}, asked);
  fuzz::require(status.network_interface_id == asked.network_interface_id &&
                    status.private_ip_addresses == asked.private_ip_addresses &&
                    status.intent.has_value() == asked.intent.has_value(),
                "what a status says of the interface is kept");
  fuzz::require(written(stored, *before, status) == status, "a patch does not make the status what it says");
  return 0;
}
