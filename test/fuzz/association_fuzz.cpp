// EIPAssociation objects.
//
// Promises: whatever status an object has, the patch for another one makes it that one; an empty assignment
// is none.

#include <string>

#include "app/association_codec.hpp"
#include "fuzz.hpp"
#include "stored.hpp"

namespace {

domain::AssociationStatus written(std::string_view stored, const domain::AssociationStatus& status) {
  const auto object = app::decode_association(fuzz::merged(stored, app::status_patch(status, "7")));
  fuzz::require(object.has_value(), "an object with a status that we wrote can't be read");
  return object->association.status;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [stored, wanted] = fuzz::two_objects(fuzz::text_of(data, size));
  const auto before = app::decode_association(stored);
  if (!before) return 0;
  const auto& association = before->association;
  fuzz::require(!association.name.empty(), "an association has a name");
  fuzz::require(!association.assignment || *association.assignment != domain::Assignment{},
                "an empty assignment is none");
  fuzz::check_finalizers(before->meta, false);

  const auto after = app::decode_association(wanted);
  if (!after) return 0;
  // What cannot be written as it was read (parts of a second) is gone from here on.
  const auto status = written(R"({"metadata":{"name":"a"}})", after->association.status);
  fuzz::require(status.observed_generation == after->association.status.observed_generation,
                "the generation");
  fuzz::require(written(stored, status) == status, "a patch does not make the status what it says");
  return 0;
}
