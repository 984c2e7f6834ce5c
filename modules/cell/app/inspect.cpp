// SPDX-License-Identifier: MIT
#include "app/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/inspect_morphology.hpp"
#include "app/model_json.hpp"
#include "app/save_sonata.hpp"
#include "network/contacts.hpp"
#include "sonata/build.hpp"
#include "tutti/config/check.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace cell {
namespace {

using tutti::Error;
using tutti::Fault;

/// Eight heights of a bar, for a line of text.
std::string bars(const Spread& s) {
  static const char* const heights[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (s.number == 0 || s.least == s.most) return {};
  const double top = *std::ranges::max_element(s.counts);
  std::string line;
  for (const double c : s.counts)
    line += heights[c == 0 ? 0 : 1 + static_cast<std::size_t>(7 * c / top)];
  return line;
}

std::string told(const Spread& s, const char* unit) {
  if (s.number == 0) return "none";
  if (s.least == s.most) return fmt::format("{:.4g}{} each", s.least, unit);
  return fmt::format("{:.4g} ± {:.2g}{} ({:.4g} … {:.4g}) {}", s.mean, s.deviation, unit, s.least,
                     s.most, bars(s));
}

std::string names(const Model& model, const std::vector<std::size_t>& populations) {
  if (populations.size() == model.populations.size() && populations.size() > 1) return "all";
  std::string all;
  for (const auto k : populations) all += (all.empty() ? "" : ", ") + model.populations[k].name;
  return all;
}

std::string rule_of(const Projection& p) {
  using Kind = rules::Rule::Kind;
  const auto& r = p.rule;
  std::string text;
  switch (r.kind) {
    case Kind::all_to_all:
      text = "all to all";
      break;
    case Kind::one_to_one:
      text = "one to one";
      break;
    case Kind::probability:
      text = p.probability ? "probability " + p.probability->text()
                           : fmt::format("probability {}", r.probability);
      break;
    case Kind::fixed_indegree:
      text = fmt::format("{} sources each", r.number);
      break;
    case Kind::fixed_outdegree:
      text = fmt::format("{} targets each", r.number);
      break;
    case Kind::fixed_total:
      text = fmt::format("{} in all", r.number);
      break;
    case Kind::small_world:
      text = fmt::format("small world of {} neighbours, {} rewired", r.number, r.probability);
      break;
    case Kind::list:
      text = fmt::format("list of {}", r.pairs.size());
      break;
  }
  if (p.where) text += ", where " + p.where->text();
  return text;
}

std::string range(const char* axis, double low, double high) {
  return low == high ? fmt::format("{} {:.4g}", axis, low)
                     : fmt::format("{} {:.4g} … {:.4g}", axis, low, high);
}

std::string where(const Atlas& atlas, const PopulationModel& p) {
  if (p.number == 0) return "nowhere";
  Point low = atlas.position(p.first), high = low;
  for (std::uint64_t k = 1; k < p.number; ++k) {
    const auto at = atlas.position(p.first + k);
    low = {std::min(low.x, at.x), std::min(low.y, at.y), std::min(low.z, at.z), 0};
    high = {std::max(high.x, at.x), std::max(high.y, at.y), std::max(high.z, at.z), 0};
  }
  return range("x", low.x, high.x) + ", " + range("y", low.y, high.y) + ", " +
         range("z", low.z, high.z);
}

std::string matrix_of(const Model& model, const Survey& s) {
  std::size_t width = 10;
  for (const auto& p : model.populations) width = std::max(width, p.name.size() + 2);
  std::string text = fmt::format("{:<{}}", "from \\ to", width + 2);
  for (const auto& p : model.populations) text += fmt::format("{:>{}}", p.name, width);
  text += "\n";
  for (std::size_t from = 0; from < model.populations.size(); ++from) {
    text += fmt::format("{:<{}}", model.populations[from].name, width + 2);
    for (const auto n : s.matrix[from])
      text += n == 0 ? fmt::format("{:>{}}", "·", width) : fmt::format("{:>{}}", n, width);
    text += "\n";
  }
  return text;
}

tutti::config::Node load(const std::string& path, tutti::config::Problems& problems) {
  auto node = tutti::config::read_yaml(path, problems);
  if (!circuit::is_circuit(node)) tutti::config::check(node, model_schema(), problems);
  problems.raise();
  return node;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file{path};
  file << text;
  if (!file.flush()) throw Error{Fault::io, "cannot write {}", path};
  fmt::print("written {}\n", path);
}

/// One CSV for each projection, in the columns that `rule: {file: ...}` reads, and more.
void write_connections(const Atlas& atlas, const std::string& folder) {
  std::filesystem::create_directories(folder);
  const auto& model = atlas.model();
  for (const auto& p : model.connections) {
    auto name = fmt::format("{}_{}.csv", p.name, model.populations[p.to].name);
    std::ranges::replace(name, '/', '_');
    const auto c = atlas.connections(p);
    const auto* point = model.cells[model.populations[p.to].cell].point;
    std::string text = fmt::format("# {} to {}; weight [{}], delay [ms]\n", names(model, p.from),
                                   model.populations[p.to].name,
                                   point == nullptr ? "uS" : point->unit_of(p.receptor));
    text += "source,target,weight,delay,segment,source_gid,target_gid\n";
    const auto line = [&](std::uint64_t source, std::uint64_t target, double weight, double delay,
                          int segment) {
      text += fmt::format("{},{},{},{},{},{},{}\n", *c.sources.index_of(source),
                          *c.targets.index_of(target), weight, delay, segment, source, target);
    };
    std::vector<std::uint64_t> mine;
    const auto& to = model.populations[p.to];
    for (std::uint64_t gid = to.first; gid < to.first + to.number; ++gid)
      if (c.targets.contains(gid)) mine.push_back(gid);
    if (point != nullptr)
      c.for_each(atlas.seed(), mine, [&](const rules::Connection& one) {
        line(one.source, one.target, one.weight, one.delay_ms, 0);
      });
    else
      for_each_contact(atlas, p, mine, [&](const Contact& one) {
        line(one.source, one.target, one.weight_uS, one.delay_ms, one.segment);
      });
    write(folder + "/" + name, text);
  }
}

struct Flags {
  std::string model, picture, json, connections, sonata;
  std::uint64_t seed = 1;
  tutti::Duration step{};
};

Flags flags_of(int argc, char** argv) {
  constexpr const char* usage =
      "usage: tutti-cell --inspect MODEL [-o FILE.svg] [--json FILE.json] [--connections FOLDER] "
      "[--sonata FOLDER] [--seed N] [--step STEP], or tutti-cell --inspect FILE.swc [-o FILE.svg]";
  Flags flags;
  for (int k = 2; k < argc; ++k) {
    const std::string_view flag{argv[k]};
    const auto value = [&]() -> std::string {
      if (k + 1 >= argc) throw Error{Fault::usage, "{} needs a value; {}", flag, usage};
      return argv[++k];
    };
    if (flag == "-o") {
      flags.picture = value();
    } else if (flag == "--json") {
      flags.json = value();
    } else if (flag == "--connections") {
      flags.connections = value();
    } else if (flag == "--sonata") {
      flags.sonata = value();
    } else if (flag == "--seed") {
      flags.seed = std::stoull(value());
    } else if (flag == "--step") {
      flags.step = tutti::parse_duration(value());
    } else if (flags.model.empty() && !flag.starts_with("-")) {
      flags.model = flag;
    } else {
      throw Error{Fault::usage, "{} is not understood; {}", flag, usage};
    }
  }
  if (flags.model.empty()) throw Error{Fault::usage, "{}", usage};
  return flags;
}

}  // namespace

std::string inspect(const Atlas& atlas, const Survey& s) {
  const auto& model = atlas.model();
  std::string text = fmt::format("{} cells, {} connections, {} synapses; seed {}\n\npopulations\n",
                                 model.cell_count(), s.connections, s.synapses, atlas.seed());
  for (const auto& p : model.populations) {
    const auto& kind = model.cells[p.cell];
    text += fmt::format("  {:<14} {:>8} {:<14} gids from {:<8} {} um\n", p.name, p.number,
                        kind.point == nullptr ? fmt::format("{} ({} segments)", kind.name,
                                                            kind.type.cable.segments.size())
                                              : kind.point->name,
                        p.first, where(atlas, p));
  }
  if (!s.projections.empty()) text += "\nconnections\n" + matrix_of(model, s) + "\n";
  for (const auto& one : s.projections) {
    const auto& p = *one.projection;
    const auto* point = model.cells[model.populations[p.to].cell].point;
    const std::string said = point == nullptr ? "uS" : point->unit_of(p.receptor);
    const auto unit = said == "1" ? std::string{} : " " + said;
    text += fmt::format("{}: {} → {}, {}{}\n", p.name, names(model, p.from),
                        model.populations[p.to].name, rule_of(p),
                        p.plasticity   ? ", plastic"
                        : p.short_term ? ", Tsodyks-Markram"
                                       : "");
    text += fmt::format(
        "  connections {}{}\n", one.connections,
        one.synapses == one.connections ? "" : fmt::format(", synapses {}", one.synapses));
    text += fmt::format("  in-degree   {}\n  out-degree  {}\n  weight      {}\n  delay       {}\n",
                        told(one.in_degree, ""), told(one.out_degree, ""),
                        told(one.weight, unit.c_str()), told(one.delay_ms, " ms"));
  }
  for (const auto& [port, projections] : model.inputs)
    for (const auto& p : projections)
      text += fmt::format("input {} → {}, {}{}\n", port, model.populations[p.to].name, rule_of(p),
                          p.rule.kind == rules::Rule::Kind::list
                              ? fmt::format("; connections {}", p.rule.pairs.size())
                              : "; how many is known when its source is");
  return text;
}

int inspect_main(int argc, char** argv) {
  try {
    const auto flags = flags_of(argc, argv);
    if (flags.model.ends_with(".swc") || flags.model.ends_with(".SWC")) {
      inspect_morphology(flags.model, flags.picture);
      return 0;
    }
    tutti::config::Problems problems;
    const auto node = load(flags.model, problems);
    if (!flags.json.empty()) write(flags.json, json_of(node).dump(2) + "\n");
    const bool circuit = circuit::is_circuit(node);
    if (circuit && !flags.sonata.empty())
      throw Error{Fault::usage, "{} is a SONATA circuit already", flags.model};
    const auto model =
        circuit ? circuit::read_circuit(node, flags.step) : read_model(node, flags.step);
    const Atlas atlas{model, flags.seed};
    for (const auto& idle : {idle_conditions(atlas), idle_places(atlas)})
      if (!idle.empty()) fmt::print(stderr, "{}", idle.text());
    const auto found = survey(atlas);
    fmt::print("{}", inspect(atlas, found));
    if (!flags.connections.empty()) write_connections(atlas, flags.connections);
    if (!flags.sonata.empty()) {
      for (const auto& missing : save_sonata(atlas, node, flags.sonata))
        fmt::print(stderr, "warning: not in the circuit: {}\n", missing);
      fmt::print("written {}/simulation_config.json\n", flags.sonata);
    }
    if (!flags.picture.empty()) write(flags.picture, picture(atlas, found));
    return 0;
  } catch (const Error& e) {
    fmt::print(stderr, "{}\n", e.what());
    return 2;
  }
}

}  // namespace cell
