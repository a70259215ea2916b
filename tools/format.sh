#!/bin/bash
# Format our C++ files, or with --check say which are not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."
options=(-i)
[[ ${1:-} != --check ]] || options=(--dry-run -Werror)
find src test -name '*.[ch]pp' -print0 | xargs -0 clang-format-14 --style=file "${options[@]}"
