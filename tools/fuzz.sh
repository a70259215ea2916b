#!/bin/bash
# Fuzz the parsers (test/fuzz): each target over its corpus in the repository, then on from there for a while, as many
# side by side as there are processors. What a run learns stays in build/fuzz/learned and is where the next one begins.
# usage: [TIME=SECONDS | RUNS=EXECUTIONS] [JOBS=N] tools/fuzz.sh [TARGET...]     all targets, 3 seconds each, by default
set -euo pipefail
cd "$(dirname "$0")/.."
bin=build/fuzz/test/fuzz work=build/fuzz

fuzz_one() {
  local name=$1 seeds=test/fuzz/corpus/$1 learned=$work/learned/$1 log=$work/log/$1.txt
  mkdir -p "$learned" "$work/log" "$work/found"
  local options=(-artifact_prefix="$work/found/$name-" -timeout=60 -print_final_stats=1)
  [[ ! -f test/fuzz/$name.dict ]] || options+=(-dict="test/fuzz/$name.dict")
  # Longer inputs teach little and cost much; the seeds count in full, in the first of the two runs.
  local longest=768
  case $name in
    time_text | ipv4 | versions) longest=64 ;;
    url | base64) longest=128 ;;
    line_splitter | options) longest=256 ;;
    kubeconfig) longest=320 ;;
  esac
  local bound=(-max_total_time="${TIME:-3}")
  [[ -z ${RUNS:-} ]] || bound=(-runs="$RUNS")
  "$bin/${name}_fuzz" "${options[@]}" -runs=0 "$seeds" >"$log" 2>&1 &&
    "$bin/${name}_fuzz" "${options[@]}" "${bound[@]}" -max_len="$longest" "$learned" "$seeds" >"$log" 2>&1 || {
    local found
    found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
    {
      printf '\nFAILED: %s: %s\n' "$name" "$(grep -m 1 -E 'PROPERTY BROKEN|ERROR:|runtime error' "$log" || tail -n 1 "$log")"
      [[ -z $found ]] || printf '  the input: %s\n  to repeat it alone:  %s\n' "$found" "$bin/${name}_fuzz $found"
      printf '  all of its output: %s\n' "$log"
    } >&2
    return 1
  }
  local runs seconds
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  seconds=$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) second.*/\1/p' "$log")
  printf '%-14s %10d executions %6d s\n' "$name" "$runs" "$seconds"
}

if [[ ${1:-} == --one ]]; then
  fuzz_one "$2"
  exit
fi

tools/build.sh fuzz
targets=("$@")
[[ $# -gt 0 ]] || mapfile -t targets < <(basename -a -s _fuzz.cpp test/fuzz/*_fuzz.cpp)
# No stacks of allocations, which cost half of the time: the command that repeats a failure shows them.
export ASAN_OPTIONS=malloc_context_size=0:detect_stack_use_after_return=0:quarantine_size_mb=16${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export UBSAN_OPTIONS=print_stacktrace=1
printf '%s\n' "${targets[@]}" | xargs -P "${JOBS:-$(nproc)}" -I '{}' tools/fuzz.sh --one '{}'
printf '%d passed\n' "${#targets[@]}"
