#pragma once
// A value or a fault. The expected goes this way; exceptions are for a stop and for bugs.

#include <boost/system/result.hpp>
#include <stdexcept>

#include "base/fault.hpp"

namespace base {

template <class T = void>
using Result = boost::system::result<T, Fault>;

// Called by Result::value() on a fault: asking for the value without a check is a bug.
[[noreturn]] inline void throw_exception_from_error(const Fault& fault, const boost::source_location&) {
  throw std::logic_error("value of a failed result: " + fault.text());
}

}  // namespace base
