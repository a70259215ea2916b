#pragma once
// The laws over states. (Those over single calls stand where the calls are made, in operator.cpp.)
//
//  - One EIP never has two addresses: at most one address in EC2 carries the object's uid tag. (Reads lag for
//  less than
//    the settle time here, so not even a spare may come to be.)
//  - Nothing leaks: once the object is gone, no address carries its uid tag and no allocation is under way.
//  What someone
//    took from the object by hand, its tags or the whole address, is that person's.
//  - A quiet world comes to rest as wished: see unwished().

#include <string>

#include "state.hpp"

namespace model {

// Empty: none.
std::string broken_law(const State& state);

}  // namespace model
