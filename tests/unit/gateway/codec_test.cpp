// SPDX-License-Identifier: MIT
#include <random>

#include "test.hpp"
#include "tutti/control/batch_print.hpp"
#include "tutti/control/source_notes.hpp"
#include "tutti/control/tap.hpp"

using namespace tutti;

namespace {

std::vector<tap::Word> words() {
  tap::Welcome welcome{"run", "/folder", time_of(7), {}, {}};
  PortDescription port;
  port.name = "v", port.unit = "mV", port.kind = PortKind::signal;
  welcome.outputs.push_back({"cortex", port, Duration{5}, 3});
  tap::Stream stream{
      4, welcome.outputs[0], {"segment", Elements::range(2, 3), {}, {}}, Duration{5}, {}};
  stream.table.set("x", "um", std::vector<double>{1, 2, 3});
  tap::Batch spikes, samples;
  spikes.times = {1, 2}, spikes.elements = {3, 4}, spikes.sequence = 9;
  samples.kind = PortKind::signal, samples.times = {1}, samples.values.resize(24);
  control::Command send;
  send.verb = control::Command::Verb::send;
  send.send.port = "cortex.drive", send.send.kind = PortKind::signal, send.send.value = 2.5;
  return {tap::Hello{"me", "token"},
          welcome,
          tap::Subscribe{1, "a.b", Elements::range(0, 9)},
          stream,
          tap::Unsubscribe{3},
          spikes,
          samples,
          control::Status{},
          send,
          control::Answer{1, true, time_of(3), "text"},
          tap::Refused{2, "no"},
          tap::Bye{}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gateway_codec)

BOOST_AUTO_TEST_CASE(every_word_comes_back_as_it_was) {
  for (const auto& word : words()) {
    const auto bytes = tap::encode(word);
    const auto back = tap::decode(bytes);
    BOOST_TEST(back.index() == word.index());
    BOOST_TEST((tap::encode(back) == bytes));
  }
}

BOOST_AUTO_TEST_CASE(copies_of_a_print_differ_in_subscription_and_number_only) {
  tap::Batch spikes, samples;
  spikes.times.resize(5000, 7), spikes.elements.resize(5000, 8), spikes.lost = 3;
  samples.kind = PortKind::signal, samples.times = {1, 2}, samples.values.resize(70'000);
  for (auto batch : {spikes, samples}) {
    tap::BatchPrint print{batch};
    for (const std::uint32_t id : {5U, 6U}) {
      std::vector<std::byte> bytes(print.size());
      print.copy(id, 10 * id, bytes);
      batch.id = id, batch.sequence = 10 * id;
      BOOST_TEST((tap::encode(tap::decode(bytes)) == tap::encode(batch)));
    }
  }
}

BOOST_AUTO_TEST_CASE(damaged_words_are_refused_or_read_never_worse) {
  std::mt19937_64 random{11};  // NOLINT(cert-msc51-cpp): the same damage every time
  std::size_t refused = 0;
  for (const auto& word : words()) {
    const auto whole = tap::encode(word);
    for (int k = 0; k < 3000; ++k) {
      auto bytes = whole;
      if (k % 3 == 0) bytes.resize(random() % (bytes.size() + 1));
      for (std::uint64_t n = random() % 4; n > 0 && !bytes.empty(); --n)
        bytes[random() % bytes.size()] = static_cast<std::byte>(random());
      try {
        tap::decode(bytes);
      } catch (const Error& e) {
        ++refused;
        BOOST_TEST((e.fault() == Fault::protocol || e.fault() == Fault::config));
      }
      try {
        tap::decode_note(bytes);
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  BOOST_TEST(refused > 10'000U);
}

BOOST_AUTO_TEST_SUITE_END()
