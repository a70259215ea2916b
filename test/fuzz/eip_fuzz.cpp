// EIP objects.
//
// Promises: whatever status an object has, the patch for another one makes it that one; a patch of the
// finalizers keeps those of others in their order, and ours is there once or not at all; an address comes
// from one source.

#include <string>

#include "app/eip_codec.hpp"
#include "fuzz.hpp"
#include "stored.hpp"

namespace {

domain::EipStatus written(std::string_view stored, const domain::EipStatus& status) {
  const auto object = app::decode_eip(fuzz::merged(stored, app::status_patch(status, "7")));
  fuzz::require(object.has_value(), "an object with a status that we wrote can't be read");
  return object->eip.status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [stored, wanted] = fuzz::two_objects(fuzz::text_of(data, size));
  const auto before = app::decode_eip(stored);
  if (!before) return 0;
  const auto& spec = before->eip.spec;
  fuzz::require(!before->eip.name.empty(), "an EIP has a name");
  fuzz::require(!spec.assignment || *spec.assignment != domain::Assignment{}, "an empty assignment is none");
  const int sources =
      !spec.public_ip_address.empty() + !spec.public_ipv4_pool.empty() + !spec.public_ipv4_pools.empty();
  fuzz::require(sources <= 1, "an address comes from one source");
  fuzz::check_finalizers(before->meta, true);
  fuzz::check_finalizers(before->meta, false);

  const auto after = app::decode_eip(wanted);
  if (!after) return 0;
  const auto& asked = after->eip.status;
  // What cannot be written as it was read (parts of a second, an index without an ENI) is gone from here on.
  const auto status = written(R"({"metadata":{"name":"a"}})", asked);
  fuzz::require(status.state == asked.state && status.allocation_id == asked.allocation_id &&
                    status.public_ip_address == asked.public_ip_address &&
                    status.tag_keys == asked.tag_keys &&
                    status.intent.has_value() == asked.intent.has_value(),
                "what a status says of the address is kept");
  fuzz::require(written(stored, status) == status, "a patch does not make the status what it says");
  return 0;
}
