#!/bin/bash
# What needs no servers: the dev build and its tests, the layers, the format.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/step.sh "layers" tools/check-layers
tools/step.sh "reasons" tools/check-reasons
tools/step.sh "format" tools/format.sh --check
tools/step.sh "dev build" tools/build.sh dev
tools/step.sh "unit tests" ctest --test-dir build/dev -LE simulation --output-on-failure -j "$(nproc)"
