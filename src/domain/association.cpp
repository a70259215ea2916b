#include "domain/association.hpp"

#include <algorithm>
#include <tuple>

namespace domain {
namespace {

bool has_mark(const Assignment& assignment) {
  return !assignment.private_ip_address.empty() && !(assignment.pod_name.empty() && assignment.eni.empty());
}

}  // namespace

bool same_target(const Assignment& a, const Assignment& b) {
  if (!a.pod_name.empty() || !b.pod_name.empty()) return a.pod_name == b.pod_name;
  if (!a.eni.empty() || !b.eni.empty())
    return a.eni == b.eni && a.eni_private_ip_address_index == b.eni_private_ip_address_index;
  return a.private_ip_address == b.private_ip_address;
}

Wish effective_wish(const Eip& eip, const std::vector<Association>& associations) {
  std::vector<const Association*> naming;  // the oldest first
  for (const auto& association : associations)
    if (association.ns == eip.ns && association.eip_name == eip.name && association.assignment)
      naming.push_back(&association);
  std::sort(naming.begin(), naming.end(), [](const Association* a, const Association* b) {
    return std::tie(a->created, a->uid) < std::tie(b->created, b->uid);
  });
  const auto of = [](const Association& association, std::optional<Assignment> copy) {
    return Wish{association.assignment, AssignedBy{association.name, std::move(copy)}, std::nullopt};
  };

  Wish wish;
  if (const auto& own = eip.spec.assignment) {
    bool copied = has_mark(*own) && eip.status.assigned_by && eip.status.assigned_by->copy == own;
    for (const auto* association : naming) {
      if (!has_mark(*own) || !same_target(*association->assignment, *own)) continue;
      if (!association->deleting) return of(*association, own);
      copied = true;
    }
    if (!copied) return {own, std::nullopt, std::nullopt};
    wish.obsolete_copy = own;
  }
  for (const auto* association : naming) {
    if (association->deleting) continue;
    Wish theirs = of(*association, std::nullopt);
    theirs.obsolete_copy = wish.obsolete_copy;
    return theirs;
  }
  return wish;
}

}  // namespace domain
