#pragma once
// Faults of EC2 in the domain's words: which reason an object shows, what to do about it, and whether trying
// again can help.

#include "base/fault.hpp"
#include "base/result.hpp"
#include "domain/fold.hpp"

namespace app {

domain::Answer answer_of(const base::Fault& fault);

// OutcomeT is a domain::Answer with more about what a call brings.
template <class OutcomeT = domain::Outcome>
OutcomeT failed_outcome(const base::Fault& fault) {
  OutcomeT outcome;
  static_cast<domain::Answer&>(outcome) = answer_of(fault);
  return outcome;
}

template <class OutcomeT, class T>
OutcomeT outcome_of(const base::Result<T>& result) {
  return result ? OutcomeT{} : failed_outcome<OutcomeT>(result.error());
}

}  // namespace app
