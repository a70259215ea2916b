#!/bin/bash
# The live tests on each stand-in for EC2: moto with a network interface per pod address, the double with secondary addresses and
# with prefixes. Side by side, since they mostly wait. What each says is in build/live-NAME.log, and here if it failed.
set -uo pipefail
cd "$(dirname "$0")/.."
python=$(test/ground/install --print-python)
declare -A options=(
  [moto]="--ec2 moto"
  [double-secondary]="--ec2 double --pod-addresses secondary"
  [double-prefix]="--ec2 double --pod-addresses prefix"
)
declare -A running=()
mkdir -p build
trap 'kill "${running[@]}" 2>/dev/null; wait' INT TERM
for name in "${!options[@]}"; do
  # shellcheck disable=SC2086
  "$python" -m pytest -p no:cacheprovider ${options[$name]} test/live "$@" > "build/live-$name.log" 2>&1 &
  running[$name]=$!
done
failed=0
for name in "${!running[@]}"; do
  wait "${running[$name]}" || { failed=1; cat "build/live-$name.log"; }
  echo "$name: $(grep -E '(passed|failed|error).* in [0-9.]+s' "build/live-$name.log" | tail -n 1 | sed -E 's/^=+ | =+$//g')"
done
exit "$failed"
