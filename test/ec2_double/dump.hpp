#pragma once
// A world, and what else a test asks or tells the double, as JSON. The names are those of the structs in
// world.hpp, faults.hpp and double.hpp; times are milliseconds since 1970 and spans milliseconds, under names
// that end in "_ms". What was before and may still be seen by reads is not in a dump.

#include <boost/json/value.hpp>

#include "ec2_double/double.hpp"
#include "ec2_double/faults.hpp"
#include "ec2_double/world.hpp"

namespace ec2_double {

boost::json::value dump(const World& world);
boost::json::value dump(const Rule& rule);
boost::json::value dump(const LoggedCall& call);

// All of these throw std::invalid_argument, with the path of what is unknown or of the wrong kind; nothing
// has changed then.

// The world of a whole dump, as it is from `now` on.
World restored(const boost::json::value& dump, Time now);
// Puts a part of a world into a present one. A row changes the row of its id, in the fields that it names, or
// is a new one; lists of public IPs and ids are added to those that are there; anything else takes the value
// that is given.
void merge(World& world, const boost::json::value& part, Time now);
Rule read_rule(const boost::json::value& from);

}  // namespace ec2_double
