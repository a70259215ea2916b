#!/bin/bash
# Configure and build one preset of CMakePresets.json.
# usage: tools/build.sh dev|asan|tsan|release [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1; shift
targets=()
[[ $# -eq 0 ]] || targets=(--target "$@")
# Ninja configures again by itself when a CMake file has changed.
[[ -f build/$preset/build.ninja ]] || cmake --preset "$preset"
cmake --build --preset "$preset" "${targets[@]}"
