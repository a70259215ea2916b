# room(NAME SOURCES... LINKS ...): one static library per room. Tests stand beside the files as NAME_test.cpp and are
# gathered into one executable per room, ROOM_test.

function(room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS;TEST_LINKS" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC operator_options ${ROOM_LINKS})
  if(BUILD_TESTING)
    file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
    if(tests)
      room_test(${name}_test SOURCES ${tests} LINKS ${name} ${ROOM_TEST_LINKS})
    endif()
  endif()
endfunction()

function(room_test name)
  cmake_parse_arguments(T "" "" "SOURCES;LINKS" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${T_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/test)
  target_link_libraries(${name} PRIVATE ${T_LINKS} GTest::gmock GTest::gtest_main)
  # Names are found when the tests run: asking a sanitizer build for them at link time would cost a start each.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()
