# SPDX-License-Identifier: MIT
# Installs Tutti into an empty folder, builds a project that only knows that folder, and asks and runs its
# module. Needs SOURCE, BUILD and WORK.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out
                  WORKING_DIRECTORY ${WORK})
  if(NOT code STREQUAL "0")
    message(FATAL_ERROR "${what} ended with ${code}:\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# The page shows what is compiled here, and nothing else.
file(READ ${SOURCE}/docs/guide/module.md page)
foreach(shown leaky.cpp CMakeLists.txt)
  file(READ ${SOURCE}/tests/install/project/${shown} code)
  string(REGEX REPLACE "^[^\n]*SPDX[^\n]*\n" "" code "${code}")
  string(FIND "${page}" "${code}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "docs/guide/module.md does not show tests/install/project/${shown} as it is")
  endif()
endforeach()

step("installing" ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
step("configuring the project" ${CMAKE_COMMAND} -S ${SOURCE}/tests/install/project -B ${WORK}/build
     -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_BUILD_TYPE=Release)
step("building the project" ${CMAKE_COMMAND} --build ${WORK}/build)

step("asking the module" ${WORK}/build/tutti-leaky --describe ${SOURCE}/tests/install/project/leaky.yaml)
foreach(word "\"drive\"" "\"spikes\"")
  string(FIND "${output}" "${word}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "leaky --describe does not name ${word}:\n${output}")
  endif()
endforeach()

step("installing the project" ${CMAKE_COMMAND} --install ${WORK}/build --prefix ${WORK}/prefix)
step("running it" ${WORK}/prefix/bin/tutti run ${SOURCE}/tests/install/project/run.yaml)
# Two spikes of 0.6, 5 ms apart, reach 0.6 e^(-5/20) + 0.6 = 1.07: a cell fires at each second one. Of the spikes at
# 5, 10, ... 100 ms the last arrives at 101 ms, after the end; so each of 8 cells fires 9 times.
step("reading the result" /usr/bin/python3 -c "
import glob, h5py
with h5py.File(glob.glob('results/leaky-*/spikes.h5')[0]) as f:
    print('fired', sum(p['timestamps'].shape[0] for p in f['spikes'].values()))")
string(FIND "${output}" "fired 72" at)
if(at EQUAL -1)
  message(FATAL_ERROR "72 spikes were to be recorded: ${output}")
endif()
