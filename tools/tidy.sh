#!/bin/bash
# clang-tidy over every source file, with the checks of .clang-tidy. Clang cannot read the precompiled headers of GCC, so this
# configures once more, without them.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake -S . -B build/tidy -G Ninja -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCMAKE_CXX_COMPILER_LAUNCHER= \
  -DBUILD_TESTING=OFF >/dev/null
find src -name '*.cpp' ! -name '*_test.cpp' -print0 \
  | xargs -0 -n 1 -P "$(nproc)" clang-tidy-14 --quiet -p build/tidy 2> >(grep -v 'warnings\? generated' >&2)
