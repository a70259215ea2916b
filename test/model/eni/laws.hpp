#pragma once
// The laws.
//
//  - One ENI never has two network interfaces: at most one in EC2 carries the object's uid tag.
//  - Nothing leaks: once the object is gone, no interface carries its uid tag. What someone took from the
//    object by hand, its tags or the whole interface, is that person's.
//  - Single calls: an interface is ours if EC2 says so in truth; if it stopped being so by someone's hand, a
//    call is forgiven as long as the newest read that the process was given still said so. Deleting and
//    unassigning rest on a read of this very moment, since they can't be undone. The status does not say
//    attached while the attachment is changed.
//  - A quiet world comes to rest as wished.

#include <string>

#include "state.hpp"

namespace model::eni {

// Empty: none is broken.
std::string broken_law(const State& state);
std::string broken_call(const State& state, const domain::EniStep& step);

// What is not as wished, in a world where nothing more will happen; null: all is well.
const char* unwished(const State& state, const domain::EniStep& step);

}  // namespace model::eni
