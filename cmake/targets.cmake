# SPDX-License-Identifier: MIT
# How a target is made here: one function for settings, one each for libraries, programs and tests.

# Installed programs find the library beside them.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")

add_library(tutti_settings INTERFACE)
target_compile_features(tutti_settings INTERFACE cxx_std_20)
target_compile_options(tutti_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion
  -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual>
  # g++ 12 sees an overlap in every optimised `"text" + std::string` (GCC bug 105651, mended in 13)
  $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  -ffp-contract=off)   # the same bytes out whatever the instruction set offers
if(TUTTI_SANITIZE)
  target_compile_options(tutti_settings INTERFACE -fsanitize=${TUTTI_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tutti_settings INTERFACE -fsanitize=${TUTTI_SANITIZE})
endif()
if(TUTTI_TIDY)
  find_program(CLANG_TIDY clang-tidy REQUIRED)
endif()

function(tutti_settings target)
  target_link_libraries(${target} PRIVATE tutti_settings)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  if(TUTTI_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${CLANG_TIDY}")
  endif()
endfunction()

# A static library of a solver or a tool: tutti_library(NAME SOURCES ... LINK ...)
function(tutti_library name)
  cmake_parse_arguments(A "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  tutti_settings(${name})
  target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${A_LINK})
endfunction()

# Everything a user of the checkout runs; the tests are not part of it.
add_custom_target(programs)

# A program: tutti_program(NAME SOURCES ... LINK ...); all programs land in one bin folder.
function(tutti_program name)
  cmake_parse_arguments(A "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  tutti_settings(${name})
  target_link_libraries(${name} PRIVATE ${A_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  add_dependencies(programs ${name})
endfunction()

# A Boost.Test program run by CTest:
#   tutti_test(NAME SOURCES ... LINK ... [LABELS quick|slow ...] [TIMEOUT seconds] [RANKS n])
# Tests that start several ranks carry the label `mpi` and never run beside each other.
# Sources begin with `#include "test.hpp"` (tests/support), which brings Boost.Test and tests' helpers.
function(tutti_test name)
  cmake_parse_arguments(A "" "TIMEOUT;RANKS" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 60)
  endif()
  if(NOT A_LABELS)
    set(A_LABELS quick)
  endif()
  add_executable(${name} ${A_SOURCES})
  tutti_settings(${name})
  target_link_libraries(${name} PRIVATE ${A_LINK} test_support)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} --log_level=message)
  set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}"
    ENVIRONMENT "TUTTI_SOURCE=${PROJECT_SOURCE_DIR};TUTTI_BUILD=${PROJECT_BINARY_DIR}")
  if("mpi" IN_LIST A_LABELS)
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK mpi)
  endif()
endfunction()
