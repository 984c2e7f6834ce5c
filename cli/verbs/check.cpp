// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "../child.hpp"
#include "../prepare.hpp"
#include "../report.hpp"
#include "input.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

using nlohmann::ordered_json;

std::string loop_text(const Prepared& p, const std::vector<std::size_t>& edges) {
  const auto& graph = p.matching.graph;
  std::string text;
  for (const auto e : edges) {
    if (text.empty()) text = graph.modules[graph.edges[e].from].name;
    text += " → " + graph.modules[graph.edges[e].to].name;
  }
  return text;
}

void print_modules(const Prepared& p) {
  fmt::print("run {}: {}, seed {}\n\nmodules\n", p.run.name, p.run.stop, p.run.seed);
  std::size_t width = 0, step_width = 0;
  for (const auto& m : p.run.modules) {
    width = std::max(width, m.name.size());
    step_width = std::max(step_width, to_string(m.step).size());
  }
  int ranks = 0;
  for (const auto& m : p.run.modules) {
    ranks += m.ranks;
    const auto found = p.descriptions.find(m.name);
    const Duration cut = p.run.stop % m.step;
    fmt::print("  {:<{}}  {:<9}  {} rank{}  step {:<{}}  {}{}\n", m.name, width,
               m.use.empty() ? "program" : m.use, m.ranks, m.ranks == 1 ? " " : "s",
               to_string(m.step), step_width,
               found == p.descriptions.end() ? "" : found->second.summary,
               cut == Duration::zero() ? "" : fmt::format("  ends {} before the run does", cut));
  }
  const auto cores = std::thread::hardware_concurrency();
  fmt::print("  {} rank{} on {} cores{}\n", ranks, ranks == 1 ? "" : "s", cores,
             ranks > static_cast<int>(cores) ? ": those that wait sleep" : "");
}

/// What a connection may hold back at most, by the plan; 0 where nobody knows how much flows.
double buffer_bytes(const Prepared& p, std::uint32_t connection) {
  const auto& edges = p.matching.planned.plan.edges;
  return connection < edges.size() ? edges[connection].buffer_bytes : 0.0;
}

std::string memory_text(double bytes) {
  if (bytes < 1024 * 1024) return fmt::format("{:.3g} KiB", bytes / 1024);
  return fmt::format("{:.3g} MiB", bytes / (1024 * 1024));
}

void print_connections(const Prepared& p) {
  fmt::print("\nconnections{}\n", p.matching.connections.empty() ? ": none" : "");
  std::size_t from = 0, to = 0;
  for (const auto& c : p.matching.connections) {
    from = std::max(from, c.from().size());
    to = std::max(to, c.to().size());
  }
  for (const auto& c : p.matching.connections) {
    fmt::print("  {:<{}} → {:<{}}  {:<7}  delay {:<8}  a frame every {}", c.from(), from, c.to(),
               to, to_string(c.kind), to_string(c.delay), to_string(c.interval));
    for (const auto& change : p.matching.conversions)
      if (change.connection == c.id)
        fmt::print("  {} to {}: × {:g}", change.from_unit, change.to_unit, change.factor);
    if (const double bytes = buffer_bytes(p, c.id); bytes > 0)
      fmt::print("  at most {}", memory_text(bytes));
    fmt::print("\n");
  }
}

void print_plan(const Prepared& p) {
  const auto& plan = p.matching.planned.plan;
  fmt::print("\ngrid {}\n", plan.grid);
  double all = 0;
  for (const auto& c : p.matching.connections) all += buffer_bytes(p, c.id);
  if (all > 0)
    fmt::print(
        "memory for what is under way: at most {} (spikes: if each element fired at 100 Hz)\n",
        memory_text(all));
  for (const auto& loop : plan.loops) {
    fmt::print("loop {}: ", loop_text(p, loop.tightest.empty() ? loop.edges : loop.tightest));
    if (loop.slack)
      fmt::print("slack {}\n", *loop.slack);
    else
      fmt::print("runs ({})\n",
                 loop.proof == plan::Proof::sum ? "by its delays" : "played through");
  }
  for (const auto& note : plan.notes) fmt::print("note: {}\n", note);
  for (const auto& m : p.run.modules)
    if (!p.ports.contains(m.name))
      fmt::print("note: the ports of {} are known only at run time\n", m.name);
}

ordered_json as_json(const Prepared& p) {
  ordered_json all{{"name", p.run.name},
                   {"stop_ps", ticks(p.run.stop)},
                   {"ok", p.problems.ok()},
                   {"grid_ps", ticks(p.matching.planned.plan.grid)}};
  auto& modules = all["modules"] = ordered_json::array();
  for (const auto& m : p.run.modules) {
    const auto found = p.descriptions.find(m.name);
    modules.push_back({{"name", m.name},
                       {"use", m.use},
                       {"ranks", m.ranks},
                       {"step_ps", ticks(m.step)},
                       {"summary", found == p.descriptions.end() ? "" : found->second.summary}});
  }
  auto& connections = all["connections"] = ordered_json::array();
  for (const auto& c : p.matching.connections)
    connections.push_back({{"from", c.from()},
                           {"to", c.to()},
                           {"kind", to_string(c.kind)},
                           {"delay_ps", ticks(c.delay)},
                           {"interval_ps", ticks(c.interval)},
                           {"credits", c.credits},
                           {"buffer_bytes", buffer_bytes(p, c.id)},
                           {"scale", c.scale}});
  auto& loops = all["loops"] = ordered_json::array();
  for (const auto& loop : p.matching.planned.plan.loops) {
    ordered_json one{{"path", loop_text(p, loop.tightest.empty() ? loop.edges : loop.tightest)}};
    if (loop.slack) one["slack_ps"] = ticks(*loop.slack);
    loops.push_back(std::move(one));
  }
  auto& problems = all["problems"] = ordered_json::array();
  for (const auto& problem : p.problems.all())
    problems.push_back(
        {{"severity", problem.severity == config::Severity::error ? "error" : "warning"},
         {"file", problem.place.file},
         {"line", problem.place.line},
         {"column", problem.place.column},
         {"text", problem.text}});
  return all;
}

std::string as_dot(const Prepared& p) {
  std::string text = fmt::format(
      "digraph \"{}\" {{\n  rankdir=LR; node [shape=box, style=rounded, fontname=\"sans\"]; "
      "edge [fontname=\"sans\", fontsize=10];\n",
      p.run.name);
  for (const auto& m : p.run.modules)
    text += fmt::format("  \"{}\" [label=\"{}\\n{} × {}\"];\n", m.name, m.name, m.ranks,
                        to_string(m.step));
  for (const auto& c : p.matching.connections)
    text += fmt::format("  \"{}\" -> \"{}\" [label=\"{}{}\"{}];\n", c.from_module, c.to_module,
                        c.from_port, c.delay == Duration::zero() ? "" : "\\n" + to_string(c.delay),
                        c.kind == PortKind::spikes ? ", penwidth=2" : "");
  return text + "}\n";
}

int check(const config::RunInput& input, bool json) {
  const auto prepared = prepare(input);
  if (json) {
    fmt::print("{}\n", as_json(prepared).dump(1));
    return prepared.problems.ok() ? 0 : exit_code(Fault::config);
  }
  if (prepared.problems.ok()) {
    print_modules(prepared);
    print_connections(prepared);
    print_plan(prepared);
  }
  if (!report(prepared.problems)) return exit_code(Fault::config);
  fmt::print("{}: fine\n", prepared.run.name);
  return 0;
}

int graph(const config::RunInput& input, const std::filesystem::path& file) {
  const auto prepared = prepare(input);
  if (!report(prepared.problems)) return exit_code(Fault::config);
  const auto dot = as_dot(prepared);
  if (file.empty()) {
    fmt::print("{}", dot);
    return 0;
  }
  const auto type = file.extension().string();
  if (type != ".svg" && type != ".dot" && type != ".png" && type != ".pdf")
    throw Error{Fault::usage, "{}: graphs are written as .svg, .png, .pdf or .dot", file.string()};
  const bool draw = type != ".dot";
  auto source = file;
  if (draw) source += ".dot";
  std::ofstream out{source};
  out << dot;
  out.close();
  if (!out) throw Error{Fault::io, "cannot write {}", file.string()};
  if (!draw) return 0;
  const auto drawn = run_child({"dot", "-T" + type.substr(1), "-o", file.string(), source.string()},
                               std::chrono::seconds{20});
  std::filesystem::remove(source);
  if (drawn.code != 0)
    throw Error{Fault::io, "dot could not draw {} ({}); install graphviz, or write -o FILE.dot",
                file.string(), drawn.how()};
  return 0;
}

}  // namespace

void add_check(CLI::App& app, int& code) {
  auto input = std::make_shared<config::RunInput>();
  auto json = std::make_shared<bool>(false);
  auto* verb = app.add_subcommand("check", "everything that can be known without running");
  add_input(*verb, *input);
  verb->add_flag("--json", *json, "for programs");
  verb->footer("Example: tutti check configs/column");
  verb->callback([=, &code] { code = check(*input, *json); });
}

void add_graph(CLI::App& app, int& code) {
  auto input = std::make_shared<config::RunInput>();
  auto picture = std::make_shared<std::filesystem::path>();
  auto* verb = app.add_subcommand("graph", "the modules and their connections as a picture");
  add_input(*verb, *input);
  verb->add_option("-o,--output", *picture,
                   "FILE.svg, .png, .pdf or .dot; DOT on the screen without it");
  verb->footer("Example: tutti graph configs/column -o column.svg");
  verb->callback([=, &code] { code = graph(*input, *picture); });
}

}  // namespace tutti::cli
