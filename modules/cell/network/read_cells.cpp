// SPDX-License-Identifier: MIT
#include "network/read_cells.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "morphology/stylised.hpp"
#include "morphology/swc.hpp"
#include "network/membrane.hpp"
#include "network/read_point.hpp"
#include "network/read_values.hpp"
#include "tutti/error.hpp"

namespace cell {

using namespace tutti::config;

int region_type(const std::string& name) {
  if (name == "soma") return soma;
  if (name == "axon") return axon;
  if (name == "apic") return apic;
  if (name == "all") return 0;
  return dend;
}

namespace {

const engine::MechanismInfo* find_mechanism(const std::string& name) {
  for (const auto& info : engine::mechanisms())
    if (info.name == name) return &info;
  return nullptr;
}

std::string meant(const std::string& word, const std::vector<std::string>& candidates) {
  const auto near = nearest(word, candidates);
  return near.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", near);
}

void read_mechanism(const Entry& entry, Region& region, Problems& problems) {
  const auto* info = find_mechanism(entry.key);
  if (info == nullptr) {
    std::vector<std::string> names{"cm", "Ra", "ena", "ek"};
    for (const auto& m : engine::mechanisms()) names.push_back(m.name);
    std::string known;
    for (const auto& n : names) known += (known.empty() ? "" : ", ") + n;
    problems.error(entry.place, "\"{}\" is no mechanism; known are {}{}", entry.key, known,
                   meant(entry.key, names));
    return;
  }
  auto& parameters = region.mechanisms[entry.key];
  if (!entry.value.is_map() && !entry.value.is_null()) {
    problems.error(entry.value.place, "{}: {} where its parameters are needed, {{gbar: …}}",
                   entry.key, describe(entry.value));
    return;
  }
  for (const auto& given : entry.value.entries) {
    const auto parameter =
        std::ranges::find(info->parameters, given.key, &engine::MechanismInfo::Parameter::name);
    if (parameter == info->parameters.end()) {
      std::vector<std::string> names;
      for (const auto& p : info->parameters) names.push_back(p.name);
      problems.error(given.place, "{} has no parameter \"{}\"{}", entry.key, given.key,
                     meant(given.key, names));
    } else if (const auto value = number(given.value, parameter->unit, problems)) {
      parameters[given.key] = *value;
    }
  }
}

/// `membrane:` as written, by SWC type; what "all" says goes to every region first.
Membrane read_membrane(const View& view) {
  Membrane regions{{soma, {}}, {axon, {}}, {dend, {}}, {apic, {}}};
  const auto& membrane = view.node("membrane");
  for (const auto& entry : membrane.entries) {
    static const std::vector<std::string> names{"all", "soma", "dend", "apic", "axon"};
    if (std::ranges::find(names, entry.key) == names.end()) {
      view.problems().error(entry.place,
                            "\"{}\" is no region; there are all, soma, dend, apic, axon{}",
                            entry.key, meant(entry.key, names));
      continue;
    }
    for (auto& [type, region] : regions) {
      if (region_type(entry.key) != 0 && region_type(entry.key) != type) continue;
      for (const auto& what : entry.value.entries) {
        if (what.key == "cm")
          region.cm = number(what.value, "uF/cm2", view.problems());
        else if (what.key == "Ra")
          region.Ra = number(what.value, "ohm cm", view.problems());
        else if (what.key == "ena" || what.key == "ek")
          (what.key == "ek" ? region.ek : region.ena) = number(what.value, "mV", view.problems());
        else
          read_mechanism(what, region, view.problems());
      }
    }
  }
  return regions;
}

Morphology read_sections(const View& view) {
  std::vector<Stylised> sections;
  for (const auto& [name, entry] : view.entries("sections")) {
    Stylised s;
    s.name = name;
    s.type = region_type(entry.has("region") ? entry.text("region") : name);
    s.length = entry.real("L");
    s.diameter = entry.real("diam");
    if (entry.has("parent")) s.parent = entry.text("parent");
    s.parent_x = entry.real("at");
    s.nseg = entry.has("nseg") ? static_cast<int>(entry.integer("nseg")) : 0;
    if (entry.has("direction")) {
      const auto d = entry.reals("direction");
      if (d.size() == 3)
        s.direction = {d[0], d[1], d[2]};
      else
        entry.error("direction", "direction: {} numbers; needed are three, x, y and z", d.size());
    }
    sections.push_back(std::move(s));
  }
  try {
    return make_stylised(sections, "sections");
  } catch (const tutti::Error& e) {
    view.error("sections", "{}", e.what());
    return {};
  }
}

Morphology read_morphology(const View& view) {
  if (view.has("morphology") == view.has("sections")) {
    view.error("morphology", "a cell needs either `morphology: FILE.swc` or `sections:`");
    return {};
  }
  if (view.has("sections")) return read_sections(view);
  try {
    auto m = read_swc(view.path("morphology"));
    const auto what = view.text("axon");
    if (what == "remove") return without_axon(m);
    if (what == "stub") return with_axon_stub(m);
    return m;
  } catch (const tutti::Error& e) {
    view.error("morphology", "{}", e.what());
    return {};
  }
}

Discretisation read_discretisation(const View& view) {
  Discretisation how;
  const auto d = view.child("discretisation");
  const int said = int{d.has("length")} + int{d.has("count")} + int{d.has("d_lambda")};
  if (said > 1) view.error("discretisation", "give one of length, count and d_lambda");
  if (d.has("length")) how = {Discretisation::Rule::length, d.real("length")};
  if (d.has("count")) how = {Discretisation::Rule::count, static_cast<double>(d.integer("count"))};
  if (d.has("d_lambda")) how = {Discretisation::Rule::d_lambda, d.real("d_lambda")};
  return how;
}

void use_nernst(const View& view, engine::CellType& type) {
  for (const char* key : {"ena", "ek"})
    if (view.has(key))
      view.error(key,
                 "{}: follows from concentrations, since `reversal: nernst` is asked for; "
                 "leave out one of the two",
                 key);
  const double RT_F = 1000 * type.gas_constant * (type.celsius + 273.15) / type.faraday;  // [mV]
  type.ena = RT_F * std::log(type.nao / type.nai);
  type.ek = RT_F * std::log(type.ko / type.ki);
}

}  // namespace

CellModel read_cell(const std::string& name, const View& view, double celsius, double v_init_mV,
                    const rules::Words& words) {
  CellModel cell;
  cell.name = name;
  if (view.has("model")) {
    read_point_cell(view, words, cell);
    return cell;
  }
  if (!view.has("membrane"))
    view.error("membrane", "cell {} needs a `membrane:`, or a `model:` if it is a point neuron",
               name);
  const auto regions = read_membrane(view);
  const auto how = read_discretisation(view);
  cell.morphology = read_morphology(view);
  cell.threshold_mV = view.real("threshold");
  auto& type = cell.type;
  type.name = name;
  type.celsius = celsius;
  type.v_init = v_init_mV;
  type.ena = view.real("ena"), type.ek = view.real("ek");
  type.cai = view.real("cai"), type.cao = view.real("cao");
  type.nai = view.real("nai"), type.nao = view.real("nao");
  type.ki = view.real("ki"), type.ko = view.real("ko");
  if (view.text("reversal") == "nernst") use_nernst(view, type);
  if (cell.morphology.sections.empty()) return cell;
  build_type(cell, regions, how);
  return cell;
}

}  // namespace cell
