// SPDX-License-Identifier: MIT
#include "random_case.hpp"

#include <set>
#include <stdexcept>

namespace contract {

using namespace tutti::plan;

namespace {

ModuleSpec random_module(Dice& dice, int number, std::int64_t unit) {
  ModuleSpec m;
  m.name = std::string(1, static_cast<char>('A' + number));
  m.step = dice.one_of<std::int64_t>({1, 1, 2, 3, 4, 5, 6, 10}) * unit;
  m.first = 10 * number;
  m.count = dice.between(1, 3);
  if (dice.chance(60))
    m.train = Train{dice.between(1, 3 * m.step), dice.between(m.step / 2 + 1, 6 * m.step),
                    dice.between(0, m.step)};
  if (dice.chance(50))
    m.relay = Relay{
        dice.one_of<std::int64_t>({0, 1, m.step / 3, m.step, dice.between(0, 3 * m.step)}), 3};
  switch (dice.between(0, 3)) {
    case 0:
      m.ramp =
          Ramp{static_cast<double>(dice.between(1, 9)), static_cast<double>(dice.between(-9, 9)),
               static_cast<double>(dice.between(-99, 99))};
      break;
    case 1:
      m.square = unit / dice.between(1, 2);
      break;
    default:
      break;  // the state
  }
  if (dice.chance(40))
    m.threshold = Threshold{dice.one_of({0.5, 2.0, 7.25}), dice.between(0, m.step - 1)};
  if (dice.chance(30)) m.messages = dice.between(m.step / 2 + 1, 3 * m.step);
  return m;
}

ConnectionSpec random_connection(Dice& dice, const ModuleSpec& a, const ModuleSpec& b,
                                 std::int64_t unit) {
  ConnectionSpec c;
  c.kind = dice.one_of({Kind::spikes, Kind::spikes, Kind::signal, Kind::signal, Kind::message});
  c.delay = dice.one_of<std::int64_t>(
      {0, 0, 0, a.step, b.step, dice.between(0, 4) * unit, dice.between(0, 3 * b.step)});
  c.delay = std::max<std::int64_t>(0, c.delay + dice.one_of<std::int64_t>({0, 0, 0, -1, 1}));
  if (c.kind != Kind::message && dice.chance(30)) c.offset = 100;
  switch (c.kind) {
    case Kind::spikes:
      c.from = a.name + ".spikes", c.to = b.name + ".in";
      break;
    case Kind::message:
      c.from = a.name + ".m", c.to = b.name + ".m";
      break;
    case Kind::signal:
      c.take = dice.one_of({Take::latest, Take::linear, Take::latest, Take::linear, Take::all});
      c.from = a.name + (dice.chance(33) ? ".y" : ".x");
      c.to = b.name + (c.take == Take::all ? ".w" : ".u");
      if (c.delay > 0) c.initial = dice.one_of({0.0, -1.5, 42.0});
      if (dice.chance(20)) c.scale = 0.001;
      break;
  }
  return c;
}

}  // namespace

Case random_case(Dice& dice) {
  Case model;
  const auto unit = dice.one_of<std::int64_t>({1000, 25'000'000, 7'812'500, 999'983});
  const int count = static_cast<int>(dice.between(1, 5));
  for (int n = 0; n < count; ++n) model.modules.push_back(random_module(dice, n, unit));
  std::set<std::tuple<std::string, std::string, Kind>> used;
  for (std::int64_t n = dice.between(1, 8); n > 0; --n) {
    const auto& a = model.modules[static_cast<std::size_t>(dice.between(0, count - 1))];
    const auto& b = model.modules[static_cast<std::size_t>(dice.between(0, count - 1))];
    const auto c = random_connection(dice, a, b, unit);
    if (used.emplace(a.name, b.name, c.kind).second) model.connections.push_back(c);
  }
  model.stop = dice.between(8, 40) * unit + dice.one_of<std::int64_t>({0, 0, 1, unit / 2});
  return model;
}

void mend(Case& model) {
  for (int attempt = 0; attempt < 30; ++attempt) {
    const Graph graph = model.graph();
    const Planned planned = make_plan(graph);
    if (!planned.mistakes.empty()) throw std::runtime_error(planned.mistakes.front().text);
    if (planned.refusals.empty()) return;
    const Refusal& refusal = planned.refusals.front();
    for (std::size_t k = 0; k < refusal.loop.size(); ++k) {
      const Edge& here = graph.edges[refusal.loop[k]];
      const Edge& next = graph.edges[refusal.loop[(k + 1) % refusal.loop.size()]];
      if (here.to != next.from) throw std::runtime_error("not a loop: " + refusal.text);
    }
    auto& connection = model.connections[refusal.best];
    connection.delay = tutti::ticks(refusal.best_delay);
    if (!connection.initial) connection.initial = 3.0;
  }
  throw std::runtime_error("advice does not end");
}

std::vector<EdgePlan> random_plan(const Case& model, Dice& dice) {
  const Graph graph = model.graph();
  std::vector<EdgePlan> plan;
  for (const Edge& edge : graph.edges) {
    EdgePlan p;
    p.interval = graph.modules[edge.from].step * dice.one_of<std::int64_t>({1, 1, 1, 1, 2, 3});
    p.credits = dice.one_of<std::int64_t>({0, 0, 0, 2, 4, 8});
    if (p.credits > 2) p.credit_batch = dice.between(1, p.credits / 2);
    plan.push_back(p);
  }
  return plan;
}

}  // namespace contract
