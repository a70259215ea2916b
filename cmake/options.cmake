# Compiler and linker settings that every target shares.

set(SANITIZE "" CACHE STRING "Comma separated list for -fsanitize, empty for none")
option(WARNINGS_AS_ERRORS "Warnings stop the build" ON)

add_library(operator_options INTERFACE)
# mismatched-new-delete: a false positive of GCC 12 at coroutine frames, when it optimises.
target_compile_options(operator_options INTERFACE -Wall -Wextra -Wpedantic -Wno-mismatched-new-delete)
# False positives of GCC 12's optimiser, inside its own string headers.
target_compile_options(operator_options INTERFACE $<$<CONFIG:Release>:-Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict
                                                   -Wno-array-bounds>)
if(WARNINGS_AS_ERRORS)
  target_compile_options(operator_options INTERFACE -Werror)
endif()
if(SANITIZE)
  target_compile_options(operator_options INTERFACE -fsanitize=${SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(operator_options INTERFACE -fsanitize=${SANITIZE})
  if(SANITIZE MATCHES "thread")
    # GCC says of its own standard headers that atomic_thread_fence is not instrumented.
    target_compile_options(operator_options INTERFACE -Wno-tsan)
  endif()
endif()

find_program(MOLD mold)
if(MOLD)
  target_link_options(operator_options INTERFACE -fuse-ld=mold)
endif()
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness, and -fpch-preprocess below: without them ccache takes no file that uses a precompiled header.
  # The base directory: another checkout of the same sources finds in the cache what this one has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
