// SPDX-License-Identifier: MIT
// machine_cases SEED COUNT MOST_RANKS: random models that run, each as one line of JSON: a run file
// and what the reference executor says that every module sees, and the hashes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "case.hpp"
#include "random_case.hpp"
#include "reference.hpp"
#include "tutti/time.hpp"

namespace {

using namespace contract;
using tutti::plan::Kind;
using tutti::plan::Take;

json spec_of(const ModuleSpec& m) {
  json j{{"name", m.name}, {"step", m.step}, {"first", m.first}, {"count", m.count}};
  if (m.relay) j["relay"] = {{"offset", m.relay->offset}, {"most", m.relay->most}};
  if (m.threshold) j["threshold"] = {{"at", m.threshold->at}, {"lag", m.threshold->lag}};
  if (m.train)
    j["train"] = {
        {"phase", m.train->phase}, {"period", m.train->period}, {"stagger", m.train->stagger}};
  if (m.messages) j["messages"] = *m.messages;
  if (m.ramp) j["signal"] = {{"ramp", {m.ramp->a, m.ramp->b, m.ramp->c}}};
  if (m.square) j["signal"] = {{"square", *m.square}};
  return j;
}

std::string ps(std::int64_t ticks) { return fmt::format("{} ps", ticks); }

json connection_of(const ConnectionSpec& c) {
  const auto target = c.to.substr(0, c.to.find('.'));
  const char* unit = c.scale == 1.0 ? "mV" : "V";
  json j{{"from", c.from}, {"delay", ps(c.delay)}};
  if (c.offset != 0) j["offset"] = c.offset;
  if (c.kind == Kind::spikes) j["to"] = target + ".in";
  if (c.kind == Kind::message) j["to"] = target + ".notes";
  if (c.kind == Kind::signal) {
    j["to"] = fmt::format("{}.{}_{}", target, tutti::plan::name(c.take), unit);
    if (c.initial && c.take != Take::all) j["initial"] = fmt::format("{} {}", *c.initial, unit);
  }
  return j;
}

json run_of(const Case& model, Dice& dice, std::int64_t most_ranks) {
  json modules = json::object(), connections = json::array();
  for (const auto& m : model.modules)
    modules[m.name] = {{"use", "machine"},
                       {"step", ps(m.step)},
                       {"ranks", dice.between(1, most_ranks)},
                       {"job", dice.chance(40) ? "own" : "shared"},
                       {"model", {{"spec", spec_of(m).dump()}, {"deal", dice.between(0, 5)}}}};
  for (const auto& c : model.connections) connections.push_back(connection_of(c));
  // the last one counts as a network: its sockets are encrypted
  constexpr std::array addresses{"ipc", "tcp", "tcp://127.0.0.2"};
  return {{"tutti", 1},
          {"run",
           {{"name", "machines"},
            {"stop", ps(model.stop)},
            {"latency", ps(dice.between(1, model.stop))},
            {"transport", dice.chance(50) ? "auto" : "mpi"},
            {"listen", addresses[static_cast<std::size_t>(dice.between(0, 2))]}}},
          {"modules", modules},
          {"connections", connections}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto seed = std::strtoull(argv[1], nullptr, 10);
  const auto count = std::strtoull(argv[2], nullptr, 10);
  const auto most_ranks = std::strtoll(argv[3], nullptr, 10);
  std::uint64_t made = 0;
  for (std::uint64_t n = 0; made < count; ++n) {
    Dice dice{seed * 100'000 + n};
    Case model = random_case(dice);
    if (!tutti::plan::find_mistakes(model.graph()).empty() || model.connections.empty()) continue;
    if (std::ranges::any_of(model.modules, [&](const auto& m) { return m.step > model.stop; }))
      continue;  // the checker refuses a module that never takes a step
    mend(model);
    const auto log = sequential_reference(model);
    const json line{{"case", n},
                    {"run", run_of(model, dice, most_ranks)},
                    {"inputs", log.inputs},
                    {"hashes", log.hash_text()}};
    fmt::print("{}\n", line.dump());
    ++made;
  }
}
