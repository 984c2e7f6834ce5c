// SPDX-License-Identifier: MIT
#include "case.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace contract {

using namespace tutti::plan;

namespace {

Kind kind_of(const std::string& text) {
  for (const Kind kind : {Kind::spikes, Kind::signal, Kind::message})
    if (text == name(kind)) return kind;
  throw std::runtime_error("unknown kind " + text);
}

Take take_of(const std::string& text) {
  for (const Take take : {Take::latest, Take::linear, Take::all})
    if (text == name(take)) return take;
  throw std::runtime_error("unknown take " + text);
}

ModuleSpec read_module(const json& j) {
  ModuleSpec m;
  m.name = j.at("name");
  m.step = j.at("step");
  m.first = j.value("first", std::int64_t{0});
  m.count = j.value("count", std::int64_t{1});
  if (j.contains("relay"))
    m.relay = Relay{j["relay"].at("offset"), j["relay"].value("most", std::size_t{4})};
  if (j.contains("threshold"))
    m.threshold = Threshold{j["threshold"].at("at"), j["threshold"].at("lag")};
  if (j.contains("train"))
    m.train = Train{j["train"].at("phase"), j["train"].at("period"),
                    j["train"].value("stagger", std::int64_t{0})};
  if (j.contains("messages")) m.messages = j["messages"].get<std::int64_t>();
  if (j.contains("signal") && j["signal"].contains("ramp")) {
    const auto& r = j["signal"]["ramp"];
    m.ramp = Ramp{r.at(0), r.at(1), r.at(2)};
  }
  if (j.contains("signal") && j["signal"].contains("square"))
    m.square = j["signal"]["square"].get<std::int64_t>();
  return m;
}

ConnectionSpec read_connection(const json& j) {
  ConnectionSpec c;
  c.from = j.at("from");
  c.to = j.at("to");
  c.kind = kind_of(j.at("kind"));
  c.take = take_of(j.value("take", std::string{"latest"}));
  c.delay = j.value("delay", std::int64_t{0});
  c.offset = j.value("offset", std::int64_t{0});
  if (j.contains("initial") && !j["initial"].is_null()) c.initial = j["initial"].get<double>();
  c.scale = j.value("scale", 1.0);
  return c;
}

}  // namespace

Case read_case(const json& text) {
  Case result;
  result.name = text.at("name");
  result.stop = text.at("stop");
  for (const auto& m : text.at("modules")) result.modules.push_back(read_module(m));
  for (const auto& c : text.at("connections")) result.connections.push_back(read_connection(c));
  return result;
}

Graph Case::graph() const {
  Graph graph;
  graph.stop = tutti::duration_of(stop);
  for (const auto& m : modules) graph.modules.push_back({m.name, tutti::duration_of(m.step)});
  const auto number = [&](const std::string& module) {
    const auto found = std::ranges::find(modules, module, &ModuleSpec::name);
    if (found == modules.end()) throw std::runtime_error("no module " + module);
    return static_cast<std::size_t>(found - modules.begin());
  };
  for (const auto& c : connections) {
    Edge edge;
    const auto from_dot = c.from.find('.'), to_dot = c.to.find('.');
    edge.from = number(c.from.substr(0, from_dot));
    edge.to = number(c.to.substr(0, to_dot));
    edge.from_port = c.from.substr(from_dot + 1);
    edge.to_port = c.to.substr(to_dot + 1);
    edge.kind = c.kind;
    edge.take = c.take;
    edge.direct = c.kind == Kind::signal && edge.from_port == "y";
    edge.delay = tutti::duration_of(c.delay);
    edge.has_initial = c.initial.has_value();
    edge.elements = {{modules[edge.from].first + c.offset, modules[edge.from].count}};
    graph.edges.push_back(std::move(edge));
  }
  return graph;
}

std::vector<std::filesystem::path> case_files(const std::filesystem::path& shared) {
  std::vector<std::filesystem::path> files;
  const auto folder = shared / "contract" / "cases";
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

json read_json(const std::filesystem::path& path) {
  std::ifstream in{path};
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return json::parse(in);
}

json verdict(const Graph& graph, const Planned& planned) {
  json result{{"runs", planned.runs()}};
  for (const auto& mistake : planned.mistakes) {
    json where = mistake.where;
    if (mistake.what == Mistake::What::step) where = graph.modules[mistake.where].name;
    result["mistakes"].push_back(json::array({name(mistake.what), where}));
  }
  for (const auto& refusal : planned.refusals) {
    std::vector<std::string> names;
    json fixes = json::object();
    for (const auto m : refusal.modules) names.push_back(graph.modules[m].name);
    std::ranges::sort(names);
    for (const auto& [edge, delay] : refusal.mends)
      fixes[std::to_string(edge)] = delay ? json(tutti::ticks(*delay)) : json();
    result["refusals"].push_back(
        {{"modules", names},
         {"loop", refusal.loop},
         {"loop_alone", refusal.loop_alone},
         {"mends", fixes},
         {"best", {{"connection", refusal.best}, {"delay", tutti::ticks(refusal.best_delay)}}}});
  }
  return result;
}

}  // namespace contract
