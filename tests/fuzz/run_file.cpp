// SPDX-License-Identifier: MIT
// A run file from anybody: read, checked and matched as `tutti check` does, then written as the run
// folder keeps it; what is written must read back without a complaint.
#include "tutti/config/run_file.hpp"
#include "target.hpp"
#include "tutti/config/match.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace tutti::config;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  const auto file = scratch.file("run.yaml", fuzz::text_of(data, size));
  Problems problems;
  try {
    const auto run = load_run({{file}, {}, scratch.folder()}, problems);
    if (!problems.ok()) return 0;
    PortsByModule ports;
    match(run, ports, problems);
    const auto text = resolved_yaml(run);
    Problems again;
    load_run({{scratch.file("resolved.yaml", text)}, {}, scratch.folder()}, again);
    fuzz::require(again.ok());
  } catch (const tutti::Error&) {
  }
  return 0;
}
