#pragma once
// What the watches keep up to date.

#include "app/association_codec.hpp"
#include "app/eip_codec.hpp"
#include "app/eni_codec.hpp"
#include "kube/node.hpp"
#include "kube/pod.hpp"
#include "kube/store.hpp"

namespace app {

struct Stores {
  kube::Store<EipObject>& eips;
  kube::Store<EniObject>& enis;
  kube::Store<AssociationObject>& associations;
  kube::Store<kube::Pod>& pods;
  kube::Store<kube::Node>& nodes;
};

}  // namespace app
