#pragma once
// The operator's loop as src/app runs it, one step at a time, around the real decision, ledger, fold and
// report.

#include "moves.hpp"

namespace model {

domain::Eip eip_of(const Setup& setup, const State& state);
domain::EipWorld observe(const State& state, const domain::Eip& eip);

// One versions' index per address: what a read shows.
using Shown = std::vector<Version>;
std::vector<Shown> reads(const Setup& setup, const State& state);
// A read of all addresses of the cluster, and by id of those that statuses name.
void read_everything(State& state, const Shown& shown, domain::Time asked, int tick);

// Adds what the operator's next step may lead to.
void operator_moves(const Setup& setup, const State& state, Moves<State>& moves);

// What is not as wished, in a world where nothing more will happen; null: all is well.
const char* unwished(const Setup& setup, const State& state, const domain::Step& step);

}  // namespace model
