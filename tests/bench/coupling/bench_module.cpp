// SPDX-License-Identifier: MIT
// Tutti's side of the coupling benchmark: sends a fixed number of events, or one sample of every
// element, each step, takes what arrives, and computes for a given time. tests/bench/coupling/run
// puts it into run files.
#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "tutti/config/view.hpp"
#include "tutti/module.hpp"

namespace {

const tutti::config::Table& schema() {
  using namespace tutti::config;
  static const Table table{
      "bench",
      "One side of the coupling benchmark.",
      {
          choice("kind", {"events", "signal"}, "what is sent and taken").needed(),
          boolean("sends", "has an output").by_default("false"),
          boolean("takes", "has an input").by_default("false"),
          integer("width", "elements of the port").at_least(1).by_default("1"),
          integer("rate", "events a step, over all ranks").at_least(0).by_default("0"),
          choice("distribution", {"block", "round_robin"}, "of the elements over the ranks")
              .by_default("block"),
          quantity("work", "us", "CPU time spent in each step").at_least(0).by_default("0 us"),
      }};
  return table;
}

tutti::Elements own_elements(std::uint64_t width, bool round_robin, tutti::Ranks ranks) {
  const auto rank = static_cast<std::uint64_t>(ranks.rank);
  const auto count = static_cast<std::uint64_t>(ranks.count);
  if (round_robin)
    return rank < width ? tutti::Elements::strided(rank, (width - rank - 1) / count + 1, count)
                        : tutti::Elements{};
  const std::uint64_t first = width * rank / count, end = width * (rank + 1) / count;
  return end > first ? tutti::Elements::range(first, end - first) : tutti::Elements{};
}

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// How often this process gave up its core by itself, in all threads.
std::int64_t switches() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_nvcsw;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Spends CPU time by counting, so that being descheduled lengthens it in wall time only.
class Work {
 public:
  explicit Work(double us) {
    if (us <= 0) return;
    constexpr std::int64_t trial = 4'000'000;
    const double begin = cpu_seconds();
    spin(trial);
    rounds_ = static_cast<std::int64_t>(us * 1e-6 / (cpu_seconds() - begin) * trial);
  }
  bool asked() const { return rounds_ > 0; }
  void operator()() { spin(rounds_); }

 private:
  void spin(std::int64_t rounds) {
    double x = 1;
    for (std::int64_t k = 0; k < rounds; ++k) x = x * 1.0000001 + 1e-9;
    sink_ = x;
  }
  std::int64_t rounds_ = 0;
  volatile double sink_ = 0;
};

/// What the sink has seen; printed, so that nothing can be optimised away.
struct Tally {
  std::uint64_t items = 0;
  double sum = 0;
  tutti::Time last{};

  void add(const tutti::Spikes& spikes) {
    double all = 0;
    tutti::Time latest = last;
    for (const auto& spike : spikes) {
      all += static_cast<double>(static_cast<std::int64_t>(spike.element));
      latest = std::max(latest, spike.time);
    }
    items += spikes.size();
    sum += all;
    last = latest;
  }
};

void body(tutti::Module& module) {
  tutti::config::Problems problems;
  const tutti::config::View model{module.model(), schema(), problems};
  const bool events = model.text("kind") == "events";
  const auto width = static_cast<std::uint64_t>(model.integer("width"));
  const auto own = own_elements(width, model.text("distribution") == "round_robin", module.ranks());
  const auto [rank, ranks] = module.ranks();
  const std::int64_t total = model.integer("rate");
  const std::int64_t rate = total / ranks + (rank < total % ranks ? 1 : 0);

  tutti::SpikeInput* spikes_in = nullptr;
  tutti::SpikeOutput* spikes_out = nullptr;
  tutti::SignalInput* signal_in = nullptr;
  tutti::SignalOutput* signal_out = nullptr;
  const tutti::ElementTable table{"neuron", own, {{"bench", 0, width}}, {}};
  if (model.boolean("takes")) {
    if (events)
      spikes_in = &module.spike_input("in");
    else
      signal_in = &module.signal_input("in", {.unit = "1"});
  }
  if (model.boolean("sends")) {
    if (events)
      (spikes_out = &module.spike_output("out"))->offer(table);
    else
      (signal_out = &module.signal_output("out", {.unit = "1"}))->offer(table);
  }
  if (spikes_in != nullptr) spikes_in->want(own);
  if (signal_in != nullptr) signal_in->want(own);

  const std::vector<std::uint64_t> ids = own.numbers();
  std::vector<double> sample(ids.begin(), ids.end());
  Work work{model.real("work")};
  Tally tally;
  std::int64_t steps = 0;
  const bool robin = model.text("distribution") == "round_robin";
  const std::uint64_t stride = robin ? static_cast<std::uint64_t>(ranks) : 1;
  const std::uint64_t first = own.empty() ? 0 : own.front(), last = own.empty() ? 0 : own.back();
  std::uint64_t next = first;
  double begin = 0, worked = 0;
  std::int64_t switched = 0;
  while (const auto window = module.next_window()) {
    if (steps == 0) begin = wall_seconds(), switched = switches();
    if (signal_out != nullptr) signal_out->put(window->begin, sample);
    if (signal_in != nullptr) {
      const auto values = signal_in->at(window->begin);
      tally.items += values.size();
      if (!values.empty()) tally.sum += values.front() + values.back();
    }
    if (window->empty()) continue;  // the last one: nothing is taken, nothing advances
    if (spikes_in != nullptr) tally.add(spikes_in->take());
    if (work.asked()) {  // a clock's syscall costs more than an exchange
      const double used = cpu_seconds();
      work();
      worked += cpu_seconds() - used;
    }
    if (spikes_out != nullptr)
      for (std::int64_t k = 0; k < rate; ++k) {
        spikes_out->send(next, window->end);
        if ((next += stride) > last) next = first;
      }
    ++steps;
  }
  fmt::print("RESULT seconds={:.6f} ticks={} items={} sum={} last={} worked={:.6f} switches={}\n",
             wall_seconds() - begin, steps, tally.items, tally.sum, tutti::ticks(tally.last),
             worked, switches() - switched);
}

}  // namespace

int main(int argc, char** argv) { return tutti::run(argc, argv, schema(), body); }
