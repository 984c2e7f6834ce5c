// SPDX-License-Identifier: MIT
#pragma once
#include "tutti/config/run_file.hpp"

namespace tutti::broker::two_modules_run {

/// A source of two ranks that sends spikes and a signal to a target of one, for 100 ms.
inline config::RunSpec two_modules() {
  config::RunSpec run;
  run.name = "pair";
  run.stop = parse_duration("100 ms");
  run.hash_bin = parse_duration("10 ms");
  config::ModuleSpec source, target;
  source.name = "source", source.ranks = 2, source.step = parse_duration("1 ms");
  target.name = "target", target.step = parse_duration("1 ms");
  run.modules = {source, target};
  config::ConnectionSpec spikes, v;
  spikes.from = {"source", "spikes"}, spikes.to = {"target", "drive"};
  v.from = {"source", "v"}, v.to = {"target", "v"};
  run.connections = {spikes, v};
  return run;
}

}  // namespace tutti::broker::two_modules_run
