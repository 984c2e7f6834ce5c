// SPDX-License-Identifier: MIT
#include "test.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/random.hpp"

using namespace tutti;
using namespace tutti::control;

namespace {

std::vector<Message> one_of_each() {
  ElementTable table{"segment", Elements::strided(3, 4, 5), {{"p", 3, 16}}, {}};
  table.set("x", "um", {1.0, 2.0, 3.0, 4.0});
  table.set("parent", {-1, 3, 8, 13});
  PortDescription port{
      "v",  Direction::out, PortKind::signal, "mV", "segment", Take::latest, true, false, false,
      true, false,          "voltage"};
  Connection c;
  c.id = 7, c.from_module = "a", c.to_port = "in", c.delay = Duration{5}, c.scale = 1e-3;
  c.credits = 9, c.interval = Duration{100};
  Status status;
  status.members = {{"a", 1, 42, Time{Duration{9}}, Activity::waiting, "b.x", "line", 1, 2}};
  status.ok = false, status.reason = "why", status.culprit = "a";
  return {Join{"a", 1, 2, 42, "host", 3, "avx2", {port}, "0.1.0", 1, "ipc:///x"},
          Matched{{c}, "avx2"},
          Offer{"v", table},
          Table{4, {table, table}},
          Want{"in", Elements::of({1, 2, 9, 40})},
          Start{{{7, {Elements::range(0, 5)}, {Elements::range(1, 2)}}},
                {{0, 1}},
                {{"a", {0, 1}, 1, {"ipc:///x", "tcp://127.0.0.1:9"}}},
                Time{Duration{77}}},
          Progress{Time{Duration{5}}, Activity::waiting, 3, 1, Time{Duration{6}}, "line", "what",
                   1.5, 2.5},
          Lease{Time{Duration{99}}},
          Done{Time{Duration{5}}, {{"v", {1, 2, 3}}}, 1, 2, 3, 4},
          Bye{},
          Failed{Fault::io, "disk full", Time{Duration{5}}},
          Stop{Fault::peer, "because"},
          Watch{50},
          status,
          Command{5, Command::Verb::step, Duration{3}, ""},
          Answer{5, true, Time{Duration{4}}, "at once"},
          Projection{3, 1, 0, 2, 40, {1, 2}, {1, 2, 3, 4, 5, 6}},
          Lost{"a", "exit code 1"}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(control_codec)

BOOST_AUTO_TEST_CASE(every_message_comes_back_as_it_went) {
  for (const auto& message : one_of_each()) {
    const auto bytes = encode(message);
    const auto again = decode(bytes);
    BOOST_TEST(again.index() == message.index());
    BOOST_TEST((encode(again) == bytes));
  }
}

BOOST_AUTO_TEST_CASE(cut_off_or_garbled_bytes_are_refused_never_worse) {
  std::uint64_t counter = 0;
  const Random random{1, stream_id("garble"), 0};
  for (const auto& message : one_of_each()) {
    const auto bytes = encode(message);
    for (std::size_t cut = 0; cut < bytes.size(); cut += 8) {
      const std::span head{bytes.data(), cut};
      try {
        decode(head);
      } catch (const Error&) {
      }
    }
    for (int k = 0; k < 300; ++k) {
      auto wrong = bytes;
      for (int n = 0; n < 3; ++n) {
        const auto place = random.below(counter++, wrong.size());
        wrong[place] = static_cast<std::byte>(random.below(counter++, 256));
      }
      try {
        decode(wrong);
      } catch (const Error&) {
      }
    }
  }
  BOOST_CHECK_THROW(decode(std::vector<std::byte>(7)), Error);
  BOOST_CHECK_THROW(decode({}), Error);
}

BOOST_AUTO_TEST_SUITE_END()
