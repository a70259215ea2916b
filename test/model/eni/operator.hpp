#pragma once
// The operator's loop as src/app runs it, one step at a time, around the real decision, ledger, fold and
// report.

#include "state.hpp"

namespace model::eni {

domain::Eni eni_of(const State& state);
domain::EniWorld observe(const State& state, const domain::Eni& eni);

std::vector<Shown> reads(const Setup& setup, const State& state);
// A read of all interfaces of the cluster, and by id of that which the status names.
void read_everything(State& state, const Shown& shown);

// Adds what the operator's next step may lead to.
void operator_moves(const Setup& setup, const State& state, Moves<State>& moves);

}  // namespace model::eni
