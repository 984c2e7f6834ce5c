// SPDX-License-Identifier: MIT
// A broker among peers who say anything in any order. An input is a list of: peer (a byte: 0 to 3;
// 4 and more are what the broker's shell does), a message as `piece`; time goes on by 0.1 s each.
#include "core/core.hpp"
#include "target.hpp"

using namespace tutti;

namespace {

config::RunSpec two_modules() {
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

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  broker::Core core{two_modules(), {}, 0};
  broker::Seconds now = 0;
  for (int k = 0; k < 200 && !input.empty(); ++k) {
    now += 0.1;
    const auto peer = input.take<std::uint8_t>();
    if (peer == 4) {
      now += 60;
    } else if (peer == 5) {
      core.gone(100 + input.take<std::uint8_t>(), "fuzz", now);
    } else {
      try {
        core.receive(std::string(1, static_cast<char>('a' + peer % 4)),
                     control::decode(input.piece()), now);
      } catch (const Error&) {  // as the broker's shell: a stranger's bytes do not end a run
      }
    }
    for (const auto& [to, message] : core.tick(now)) control::encode(message);
    core.take_log();
  }
  control::encode(core.status());
  return 0;
}
