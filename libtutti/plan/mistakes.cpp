// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "tutti/plan/planner.hpp"
#include "wide.hpp"

namespace tutti::plan {
namespace {

bool overlap(const std::vector<ElementRange>& a, const std::vector<ElementRange>& b) {
  for (const auto& x : a)
    for (const auto& y : b)
      if (x.first < y.first + y.count && y.first < x.first + x.count) return true;
  return false;
}

std::string describe(const Graph& graph, const Edge& edge) {
  return graph.source_port(edge) + " → " + graph.target_port(edge);
}

bool too_long(Duration d) { return d.count() > longest_ticks; }

void check_steps(const Graph& graph, std::vector<Mistake>& found) {
  for (std::size_t m = 0; m < graph.modules.size(); ++m) {
    const auto& module = graph.modules[m];
    if (module.step <= Duration::zero())
      found.push_back({Mistake::What::step, m,
                       fmt::format("{}: a step of {} leads nowhere; give it one above 0",
                                   module.name, module.step)});
    else if (too_long(module.step))
      found.push_back({Mistake::What::step, m,
                       fmt::format("{}: a step of {} is longer than any run can be (26 days)",
                                   module.name, module.step)});
  }
}

}  // namespace

const char* name(Kind kind) {
  switch (kind) {
    case Kind::spikes:
      return "spikes";
    case Kind::signal:
      return "signal";
    case Kind::message:
      return "message";
  }
  return "?";
}

const char* name(Take take) {
  switch (take) {
    case Take::latest:
      return "latest";
    case Take::linear:
      return "linear";
    case Take::all:
      return "all";
  }
  return "?";
}

const char* name(Mistake::What what) {
  switch (what) {
    case Mistake::What::step:
      return "step";
    case Mistake::What::delay:
      return "delay";
    case Mistake::What::duplicate:
      return "duplicate";
    case Mistake::What::initial:
      return "initial";
    case Mistake::What::overlap:
      return "overlap";
  }
  return "?";
}

std::vector<Mistake> find_mistakes(const Graph& graph) {
  std::vector<Mistake> found;
  check_steps(graph, found);
  std::map<std::pair<std::string, std::string>, std::size_t> pairs;
  std::map<std::string, std::vector<std::size_t>> sources;  // of one input port
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    const Edge& edge = graph.edges[e];
    const std::string where = describe(graph, edge);
    const auto add = [&](Mistake::What what, std::string text) {
      found.push_back({what, e, where + ": " + std::move(text)});
    };
    if (edge.delay < Duration::zero())
      add(Mistake::What::delay,
          fmt::format("a delay of {} would look into the future; give it 0 or more", edge.delay));
    else if (too_long(edge.delay))
      add(Mistake::What::delay, fmt::format("a delay of {} is longer than 26 days", edge.delay));
    const bool first =
        pairs.emplace(std::pair{graph.source_port(edge), graph.target_port(edge)}, e).second;
    if (!first)
      add(Mistake::What::duplicate, "is connected twice; two delays need two input ports");
    if (edge.kind == Kind::signal && edge.take != Take::all && edge.delay > Duration::zero() &&
        !edge.has_initial)
      add(Mistake::What::initial,
          fmt::format("what is read before {}, when nothing has arrived yet? say `initial:`",
                      edge.delay));
    if (edge.kind == Kind::message) continue;
    auto& others = sources[graph.target_port(edge)];
    const auto rival = std::ranges::find_if(others, [&](std::size_t other) {
      return overlap(graph.edges[other].elements, edge.elements);
    });
    if (first && rival != others.end())
      add(Mistake::What::overlap,
          fmt::format("claims elements that {} has, too; say `offset:` on one of them",
                      graph.source_port(graph.edges[*rival])));
    others.push_back(e);
  }
  return found;
}

}  // namespace tutti::plan
