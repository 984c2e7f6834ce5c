// SPDX-License-Identifier: MIT
// One module for both ends of a connection. As a source its signal is the simulated time [ms] plus
// 1000 × element, and every element spikes once per step, at a tick of its own. As a target it
// knows what it must see, and throws where it sees anything else. Both can misbehave on demand.
#include <cmath>
#include <cstdlib>
#include <map>
#include <thread>

#include "tutti/config/view.hpp"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;

const config::Table& schema() {
  static const config::Table table{
      "witness",
      "Sends time, or checks what arrives.",
      {config::choice("role", {"source", "latest", "linear", "all", "deaf"}, "").needed(),
       config::integer("message", "bytes that a source sends each step").by_default("0"),
       config::quantity("pause", "ms", "that the last rank sleeps each step").by_default("0 ms"),
       config::integer("dies", "at this step").by_default("-1"),
       config::integer("leaves", "at this step").by_default("-1"),
       config::boolean("stray", "sends a spike of somebody else's").by_default("false"),
       config::integer("elements", "").needed(), config::time("delay", "").by_default("0 ms"),
       config::time("source_step", "").by_default("1 ms"),
       config::time("source_end", "").by_default("1 ms")}};
  return table;
}

Time spike_time(Time begin, Duration step, std::uint64_t element) {
  return begin + Duration{1 + static_cast<std::int64_t>(element * 7'919) % step.count()};
}

/// Message number `n`.
std::string message_text(std::int64_t n, std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t k = 0; k < size; ++k)
    text[k] = static_cast<char>('a' + (static_cast<std::size_t>(n) * 31 + k * 7) % 26);
  return text;
}

/// The ways in which a module fails on demand, at a step of its own.
class Trouble {
 public:
  Trouble(const config::View& view, Ranks ranks)
      : dies_{view.integer("dies")}, leaves_{view.integer("leaves")} {
    if (ranks.rank == ranks.count - 1) pause_ms_ = view.real("pause");
  }
  /// True where it is time to leave.
  bool strikes() {
    if (pause_ms_ > 0)
      std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(pause_ms_));
    if (step_ == dies_) std::abort();
    return step_++ == leaves_;
  }

 private:
  std::int64_t dies_, leaves_, step_ = 0;
  double pause_ms_ = 0;
};

void deaf(Module& module) {
  module.signal_input("u", {.unit = "ms"});
  module.spike_input("drive");
  while (module.next_window()) {
  }
}

void source(Module& module, std::uint64_t count, const config::View& view) {
  auto& messages = module.message_output("notes", {});
  const auto message_size = static_cast<std::size_t>(view.integer("message"));
  Trouble trouble{view, module.ranks()};
  auto& signal = module.signal_output("t", {.unit = "ms", .element = "thing"});
  auto& spikes = module.spike_output("spikes", {.element = "thing"});
  const auto [rank, ranks] = module.ranks();
  ElementTable table;
  table.kind = "thing";
  std::vector<std::uint64_t> mine;
  for (auto e = static_cast<std::uint64_t>(rank); e < count; e += static_cast<std::uint64_t>(ranks))
    mine.push_back(e);
  table.ids = Elements::of(mine);
  signal.offer(table);
  spikes.offer(table);
  std::vector<double> values(mine.size());
  while (const auto window = module.next_window()) {
    for (std::size_t k = 0; k < mine.size(); ++k)
      values[k] = to_ms(window->begin) + 1000.0 * static_cast<double>(mine[k]);
    signal.put(window->begin, values);
    if (window->empty()) continue;
    if (trouble.strikes()) return;
    if (view.boolean("stray")) spikes.send(count + 5, window->end);
    if (message_size > 0 && rank == 0) {
      const auto text =
          message_text(window->begin.time_since_epoch() / module.step(), message_size);
      messages.send(window->end, "text/plain", std::as_bytes(std::span{text}));
    }
    for (const auto e : mine) spikes.send(e, spike_time(window->begin, window->length(), e));
  }
}

/// A target's memory of what came and what must come.
class Witness {
 public:
  Witness(Module& module, const config::View& view)
      : module_{module},
        role_{view.text("role")},
        delay_{view.time("delay")},
        source_step_{view.time("source_step")},
        source_end_{time_zero + view.time("source_end")},
        signal_{module.signal_input("u", {.unit = "ms",
                                          .take = role_ == "all"      ? Take::all
                                                  : role_ == "linear" ? Take::linear
                                                                      : Take::latest})},
        spikes_{module.spike_input("drive")},
        messages_{module.message_input("notes", {.optional = true})},
        message_size_{static_cast<std::size_t>(view.integer("message"))},
        trouble_{view, module.ranks()} {}

  void run(std::uint64_t count) {
    const auto [rank, ranks] = module_.ranks();
    const auto low = count * static_cast<std::uint64_t>(rank) / static_cast<std::uint64_t>(ranks);
    const auto high =
        count * static_cast<std::uint64_t>(rank + 1) / static_cast<std::uint64_t>(ranks);
    mine_ = Elements::range(low, high - low);
    signal_.want(mine_);
    spikes_.want(mine_);
    while (const auto window = module_.next_window()) {
      if (role_ == "all")
        see_samples(window->begin);
      else
        see_value(window->begin);
      see_spikes(*window);
      see_messages(*window);
      last_ = window->end;
      if (!window->empty() && trouble_.strikes()) return;
    }
    must(seen_spikes_ == expected_spikes(), "spikes seen", static_cast<double>(seen_spikes_),
         static_cast<double>(expected_spikes()));
  }

 private:
  static void must(bool holds, const char* what, double saw, double expected) {
    if (!holds) throw Error{Fault::model, "{}: saw {}, expected {}", what, saw, expected};
  }
  double expected_at(Time t) const {
    const Time read = t - delay_;
    if (read < time_zero) return -1;
    const Time before = std::min(read - read.time_since_epoch() % source_step_, source_end_);
    return to_ms(role_ == "linear" && read <= source_end_ ? read : before);
  }
  void see_value(Time t) {
    const auto values = signal_.at(t);
    std::size_t k = 0;
    mine_.for_each([&](std::uint64_t e) {
      const double base = expected_at(t);
      const double expected = base < 0 ? -1 : base + 1000.0 * static_cast<double>(e);
      must(std::abs(values[k] - expected) <= 1e-9, "signal", values[k], expected);
      ++k;
    });
  }
  void see_samples(Time t) {
    for (const auto& sample : signal_.all()) {
      must(sample.arrival == time_zero + next_sample_ * source_step_ + delay_, "arrival",
           to_ms(sample.arrival), to_ms(next_sample_ * source_step_ + delay_));
      must(sample.arrival <= t, "a sample from the future", to_ms(sample.arrival), to_ms(t));
      must(sample.values.size() == mine_.size(), "values",
           static_cast<double>(sample.values.size()), static_cast<double>(mine_.size()));
      const double expected = to_ms(next_sample_ * source_step_) +
                              1000.0 * static_cast<double>(mine_.empty() ? 0 : mine_.front());
      if (!mine_.empty()) must(sample.values[0] == expected, "sample", sample.values[0], expected);
      ++next_sample_;
    }
  }
  void see_spikes(Window window) {
    Time last{};
    std::uint64_t last_element = 0;
    for (const auto& spike : spikes_.take()) {
      must(window.contains(spike.time), "a spike of another window", to_ms(spike.time),
           to_ms(window.begin));
      must(spike.time > last || (spike.time == last && spike.element > last_element), "order",
           to_ms(spike.time), to_ms(last));
      last = spike.time, last_element = spike.element;
      auto& step = next_step_[spike.element];
      const Time expected =
          spike_time(time_zero + step * source_step_, source_step_, spike.element) + delay_;
      must(spike.time == expected, "spike time", to_ms(spike.time), to_ms(expected));
      ++step, ++seen_spikes_;
    }
  }
  void see_messages(Window window) {
    for (const auto& message : messages_.take()) {
      const auto text = message_text(next_message_++, message_size_);
      const Time expected = time_zero + next_message_ * source_step_ + delay_;
      must(message.arrival == expected, "arrival of a message", to_ms(message.arrival),
           to_ms(expected));
      must(window.contains(message.arrival), "a message of another window", to_ms(message.arrival),
           to_ms(window.begin));
      must(std::ranges::equal(message.bytes, std::as_bytes(std::span{text})), "a message's bytes",
           static_cast<double>(message.bytes.size()), static_cast<double>(message_size_));
    }
  }
  /// All that arrive until this module ends.
  std::uint64_t expected_spikes() const {
    std::uint64_t all = 0;
    mine_.for_each([&](std::uint64_t e) {
      for (Time t = time_zero; t + source_step_ <= source_end_; t += source_step_)
        all += spike_time(t, source_step_, e) + delay_ <= last_ ? 1U : 0U;
    });
    return all;
  }

  Module& module_;
  std::string role_;
  Duration delay_, source_step_;
  Time source_end_, last_{};
  SignalInput& signal_;
  SpikeInput& spikes_;
  MessageInput& messages_;
  std::size_t message_size_;
  Trouble trouble_;
  std::int64_t next_message_ = 0;
  Elements mine_;
  std::int64_t next_sample_ = 0;
  std::map<std::uint64_t, std::int64_t> next_step_;
  std::uint64_t seen_spikes_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  return tutti::run(argc, argv, schema(), [](Module& module) {
    config::Problems problems;
    const config::View view{module.model(), schema(), problems};
    const auto count = static_cast<std::uint64_t>(view.integer("elements"));
    if (view.text("role") == "source") return source(module, count, view);
    if (view.text("role") == "deaf") return deaf(module);
    Witness{module, view}.run(count);
  });
}
