#!/bin/bash
# Install the Debian packages of the given lists, if any is missing.
# usage: tools/packages.sh build [test]
set -euo pipefail
cd "$(dirname "$0")"

missing=()
for list in "$@"; do
  while read -r package; do
    state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [[ $state == installed ]] || missing+=("$package")
  done < "packages-$list.txt"
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

echo "==> installing ${#missing[@]} Debian packages: ${missing[*]}"
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "not root and no sudo: install these packages by hand" >&2; exit 1; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
