#pragma once
// Which assignment each EIP has, by its own spec or by an EIPAssociation, and who wants what. Reads memory
// only: the stores that the watches fill.

#include <set>
#include <string>
#include <vector>

#include "app/association_codec.hpp"
#include "app/eip_codec.hpp"
#include "kube/store.hpp"

namespace app {

class Wishes {
 public:
  Wishes(kube::Store<EipObject>& eips, kube::Store<AssociationObject>& associations);

  domain::Wish of(const domain::Eip& eip) const;

  // EIPs whose wish is for this pod, for an address of this ENI, for this private address as such.
  std::set<kube::Key> for_pod(const kube::Key& pod) const;
  std::set<kube::Key> for_eni(const kube::Key& eni) const;
  std::set<kube::Key> for_private_ip(const std::string& ip) const;

  // All that name the EIP, whether it is there or not.
  std::vector<kube::Key> associations_of(const kube::Key& eip) const;

 private:
  std::set<kube::Key> wanting(const std::string& place) const;

  kube::Store<EipObject>& eips_;
  kube::Store<AssociationObject>& associations_;
  const kube::Store<EipObject>::Index& eips_by_place_;
  const kube::Store<AssociationObject>::Index& associations_by_place_;
  const kube::Store<AssociationObject>::Index& associations_by_eip_;
};

// The EIP that an association names.
kube::Key eip_of(const domain::Association& association);

}  // namespace app
