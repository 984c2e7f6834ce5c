// SPDX-License-Identifier: MIT
// A broker among peers who say anything in any order. An input is a list of: peer (a byte: 0 to 3;
// 4 and more are what the broker's shell does), a message as `piece`; time goes on by 0.1 s each.
#include "core/core.hpp"
#include "target.hpp"
#include "tests/unit/broker/run_of_two.hpp"

using namespace tutti;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  broker::Core core{broker::two_modules_run::two_modules(), {}, 0};
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
