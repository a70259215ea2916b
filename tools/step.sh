#!/bin/bash
# Run one step: say what it is and how long it took, or how it failed and how to repeat it alone. The steps of a run are
# gathered in the file that $STEPS names, if it names one, together with the closing line of a test runner.
# usage: tools/step.sh "what it is" COMMAND [ARGUMENT...]
set -uo pipefail
cd "$(dirname "$0")/.."
name=$1; shift
output=$(mktemp); trap 'rm -f "$output"' EXIT

echo; echo "==> $name"
start=$SECONDS
"$@" </dev/null 2>&1 | tee "$output"
status=${PIPESTATUS[0]}
took=$((SECONDS - start))
closing=$(grep -E '[0-9]+ (passed|failed)|tests passed' "$output" | tail -n 1 | sed -E 's/^=+ | =+$//g')
[[ -z ${STEPS:-} ]] || printf '%5d s  %-44s %s\n' "$took" "$name" "$closing" >> "$STEPS"
if [[ $status -ne 0 ]]; then
  printf '\nFAILED: %s (exit code %d after %d s). To repeat it alone:\n  %s\n' "$name" "$status" "$took" "${*@Q}" >&2
  exit "$status"
fi
echo "==> $name: $took s"
