#!/bin/bash
# Every test. Stops at the first step that fails; a run that passes ends with a table of the steps.
set -euo pipefail
cd "$(dirname "$0")/.."
export STEPS=$PWD/build/steps.txt
mkdir -p build; : > "$STEPS"
start=$SECONDS
python=$(test/ground/install --print-python)
export PYTHONPATH=$PWD/test/ground PYTHONDONTWRITEBYTECODE=1

# No dev build here: its tests run under the sanitizers, all but the model test, which is built alone and optimised.
tools/step.sh "layers" tools/check-layers
tools/step.sh "reasons" tools/check-reasons
tools/step.sh "format" tools/format.sh --check
tools/step.sh "sanitizer build" tools/build.sh asan
tools/step.sh "every header compiles alone" tools/check-headers asan
tools/step.sh "unit tests under the sanitizers" ctest --test-dir build/asan -LE model --output-on-failure -j "$(nproc)"
tools/step.sh "fuzzing, a short run" tools/fuzz.sh
tools/step.sh "optimised test build" tools/build.sh test model_test
tools/step.sh "model test" ctest --test-dir build/test -L model --output-on-failure -j "$(nproc)"
tools/step.sh "release build" tools/build.sh release
tools/step.sh "request bodies as botocore makes them" "$python" test/aws_wire/wire.py --check
export EC2_DOUBLE_BINARY=$PWD/build/asan/test/ec2_double/ec2-double
tools/step.sh "EC2 contract on moto and on the double" "$python" -m pytest test/contract
tools/step.sh "Kubernetes contract on the double and on a real API server" \
  "$python" test/kube_double/contract/contract.py build/asan/test/kube_double/kube_contract_test
tools/step.sh "live tests" "$python" -m pytest test/live

printf '\n'; cat "$STEPS"
printf '%5d s  %s\n' "$((SECONDS - start))" "everything, all passed"
