#!/bin/bash
# Every test. Stops at the first step that fails. Ends with a table of the steps, and a line with the sums of the Python suites.
set -euo pipefail
cd "$(dirname "$0")/.."
export STEPS=$PWD/build/steps.txt
mkdir -p build; : > "$STEPS"
start=$SECONDS
sums() {
  local status=$?
  printf '\n'; cat "$STEPS"
  printf '%5d s  %s\n\n' "$((SECONDS - start))" "$([[ $status -eq 0 ]] && echo "everything, all passed" || echo "then it failed")"
  # Of lines like "3 failed, 120 passed, 4 skipped in 61.20s"; a step that failed without one counts as one.
  awk -v status="$status" '
    !/tests passed/ { while (match($0, /[0-9]+ (passed|failed|skipped|error)/)) {
      split(substr($0, RSTART, RLENGTH), word, " "); sum[word[2] == "error" ? "failed" : word[2]] += word[1]
      $0 = substr($0, RSTART + RLENGTH) } }
    END { if (status && !sum["failed"]) sum["failed"] = 1
          printf "%d passed, %d failed, %d skipped\n", sum["passed"], sum["failed"], sum["skipped"] }' "$STEPS"
}
trap sums EXIT
python=$(test/ground/install --print-python)
export PYTHONPATH=$PWD/test/ground PYTHONDONTWRITEBYTECODE=1

# No dev build here: its tests run under the sanitizers, all but the model test, which is built alone and optimised.
tools/step.sh "layers" tools/check-layers
tools/step.sh "reasons" tools/check-reasons
tools/step.sh "format" tools/format.sh --check
tools/step.sh "sanitizer build" tools/build.sh asan
tools/step.sh "every header compiles alone" tools/check-headers asan
tools/step.sh "unit tests under the sanitizers" ctest --test-dir build/asan -LE "model|simulation" --output-on-failure -j "$(nproc)"
tools/step.sh "fuzzing, a short run" tools/fuzz.sh
tools/step.sh "optimised test build" tools/build.sh test model_test simulation_all
tools/step.sh "model test" ctest --test-dir build/test -L model --output-on-failure -j "$(nproc)"
tools/step.sh "2,000 histories of the whole operator" build/test/test/simulation/simulate --seeds 2000 --jobs "$(nproc)"
tools/step.sh "mistakes in the operator, which histories find" ctest --test-dir build/test -L mistakes --output-on-failure -j "$(nproc)"
tools/step.sh "release build" tools/build.sh release
tools/step.sh "request bodies as botocore makes them" "$python" test/aws_wire/wire.py --check
export EC2_DOUBLE_BINARY=$PWD/build/asan/test/ec2_double/ec2-double
tools/step.sh "EC2 contract on moto and on the double" "$python" -m pytest -n "$(nproc)" test/contract
tools/step.sh "Kubernetes contract on the double and on a real API server" \
  "$python" test/kube_double/contract/contract.py build/asan/test/kube_double/kube_contract_test
# One stand-in after the other: side by side, six control planes leave two cores no time to answer in.
for stand_in in moto double-secondary double-prefix; do
  ON=$stand_in SHARDS=3 tools/step.sh "live tests on $stand_in" tools/live
done
