#pragma once
// What objects of Kubernetes say of things in EC2. Pure.

#include <string>

namespace app {

// The instance of a node's spec.providerID, "aws:///us-east-1a/i-0abc"; empty if it is none of EC2.
std::string instance_id_of(const std::string& provider_id);
// The interface of the annotation vpc.amazonaws.com/pod-eni, a JSON list of objects with eniId.
std::string branch_eni_of(const std::string& annotation);

}  // namespace app
