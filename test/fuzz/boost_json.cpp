// Boost.JSON compiled here and not linked: so the sanitizers see into it, and the fuzzer learns from its
// branches.
#include <boost/json/src.hpp>
