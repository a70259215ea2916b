#pragma once
// What the API server itself writes into an object, and what it refuses to write: the strategies of
// kubernetes/pkg/registry, as far as the double's resources need them.

#include <optional>
#include <vector>

#include "kube_double/refusal.hpp"
#include "kube_double/resource.hpp"

namespace kube_double {

// Of an object that is created: status, spec's defaults, and what nobody may bring along.
void prepare_create(const Resource& resource, json::object& object);
// Metadata that a write can't change, as it is now; what is empty goes.
void keep_metadata(json::object& wanted, const json::object& present);
// Drops what is empty or not kept (managedFields), and puts kind, apiVersion and metadata first.
void tidy(const Resource& resource, json::object& object);
// Fills in the defaults and drops unknown fields of a custom kind; then what is wrong with it.
std::vector<Cause> complete_and_check(const Resource& resource, json::object& object,
                                      const json::object* old);
// Whether what the generation counts differs.
bool spec_differs(const json::object& left, const json::object& right);

// What is wrong with a name, if anything.
std::optional<Cause> wrong_name(const Resource& resource, std::string_view name);
// generateName and five characters.
std::string generated_name(std::string_view base, std::uint64_t draw);
std::string uid_of_draw(std::uint64_t draw);

}  // namespace kube_double
