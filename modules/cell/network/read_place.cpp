// SPDX-License-Identifier: MIT
#include "network/read_place.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "network/read_point.hpp"
#include "network/read_table.hpp"
#include "network/read_values.hpp"
#include "tutti/error.hpp"
#include "tutti/unit.hpp"

namespace cell {

using namespace tutti::config;

namespace {

constexpr std::array axes{"x", "y", "z"};

std::optional<std::pair<double, double>> interval(const Node& node, const std::string& name,
                                                  Problems& problems) {
  if (node.is_list() && node.items.size() == 2) {
    const auto low = number(node.items[0], "um", problems);
    const auto high = number(node.items[1], "um", problems);
    if (low && high && *low <= *high) return std::pair{*low, *high};
  }
  problems.error(node.place, "{}: needs two lengths, the lower one first: [0 um, 100 um]", name);
  return std::nullopt;
}

double& axis(Point& p, std::size_t k) { return k == 0 ? p.x : k == 1 ? p.y : p.z; }

/// A number with or without a unit, in the solver's own unit of its dimension.
std::optional<double> any_number(const Node& node) {
  for (const char* unit : {"1", "um", "ms", "mV", "nA", "uS", "Hz"}) try {
      return tutti::value_in(node.text, tutti::Unit::parse(unit));
    } catch (const tutti::Error&) {
      continue;
    }
  return std::nullopt;
}

/// Whether an attribute's value is a word rather than a number or a formula.
bool is_word(const Node& node) { return node.is_scalar() && is_name(node.text); }

void read_box(const View& entry, const View& space, const rules::Words& words, Placement& p) {
  static const std::vector<std::string> shapes{"box", "cylinder", "ellipsoid"};
  if (space.has("shape")) {
    const auto found = std::ranges::find(shapes, space.text("shape")) - shapes.begin();
    p.shape = static_cast<Placement::Shape>(found);
  }
  for (std::size_t k = 0; k < 3; ++k) axis(p.high, k) = words.size[k];
  int said = 0;
  for (std::size_t shape = 0; shape < shapes.size(); ++shape) {
    if (!entry.has(shapes[shape])) continue;
    ++said;
    p.shape = static_cast<Placement::Shape>(shape);
    const auto box = entry.child(shapes[shape]);
    for (std::size_t k = 0; k < 3; ++k)
      if (box.has(axes[k]))
        if (const auto ends = interval(box.node(axes[k]), axes[k], entry.problems()))
          axis(p.low, k) = ends->first, axis(p.high, k) = ends->second;
  }
  if (said > 1) entry.error("box", "give one of box, cylinder and ellipsoid");
  if (!entry.has("layer")) return;
  std::vector<std::string> layers;
  for (const auto& layer : space.node("layers").entries) layers.push_back(layer.key);
  const auto before = entry.problems().error_count();
  const auto which = named(entry, "layer", "layer of `space:`", layers);
  if (entry.problems().error_count() > before) return;
  if (const auto ends =
          interval(space.node("layers").entries[which].value, layers[which], entry.problems()))
    p.low.y = ends->first, p.high.y = ends->second;
}

void read_density(const View& entry, const rules::Words& words, PopulationModel& p) {
  auto& problems = entry.problems();
  auto density = quantity(entry.node("density"), "um-3", words, rules::About::cell, problems);
  double expected = density.drawn.a * volume(p.placement);
  if (density.formula) {
    p.placement.density = std::move(density.formula);
    try {
      expected = expected_number(p.placement, words);
    } catch (const tutti::Error& e) {
      entry.error("density", "{}", e.what());
    }
  }
  if (volume(p.placement) <= 0)
    entry.error("density", "a density needs a volume: say `space:` or this population's `box:`");
  if (!(expected < 1e8)) {
    entry.error("density", "{:.3g} cells are more than 1e8", expected);
    expected = 0;
  }
  p.number = static_cast<std::uint64_t>(std::llround(std::max(0.0, expected)));
}

void read_grid(const View& entry, PopulationModel& p) {
  const auto grid = entry.child("grid");
  const auto spacing = grid.reals("spacing");
  if (spacing.size() != 3 || std::ranges::any_of(spacing, [](double s) { return s <= 0; })) {
    entry.error("grid", "spacing: three lengths above 0 are needed, along x, y and z");
    return;
  }
  const auto count = [&](std::size_t k) {
    const double room = axis(p.placement.high, k) - axis(p.placement.low, k);
    return static_cast<std::uint64_t>(std::floor(room / spacing[k] * (1 + 1e-12))) + 1;
  };
  const auto nx = count(0), ny = count(1), nz = count(2);
  if (static_cast<double>(nx) * static_cast<double>(ny) * static_cast<double>(nz) > 1e8) {
    entry.error("grid", "{} by {} by {} cells are more than 1e8", nx, ny, nz);
    return;
  }
  const auto at = [&](double low, double step, std::uint64_t k) {
    return low + step * static_cast<double>(k);
  };
  for (std::uint64_t z = 0; z < nz; ++z)
    for (std::uint64_t y = 0; y < ny; ++y)
      for (std::uint64_t x = 0; x < nx; ++x)
        p.placement.listed.push_back({at(p.placement.low.x, spacing[0], x),
                                      at(p.placement.low.y, spacing[1], y),
                                      at(p.placement.low.z, spacing[2], z), 0});
  p.number = p.placement.listed.size();
}

/// Sets what a list or a file says of each cell: x, y, z and whatever else it has.
void set_columns(const std::vector<std::pair<std::string, std::vector<double>>>& columns,
                 std::size_t number, PopulationModel& p) {
  p.number = number;
  p.placement.listed.resize(number);
  for (const auto& [name, values] : columns) {
    const auto found = std::ranges::find(axes, name);
    if (found == axes.end()) {
      AttributeModel attribute{name};
      attribute.each = values;
      p.attributes.push_back(std::move(attribute));
      continue;
    }
    for (std::size_t i = 0; i < number; ++i)
      axis(p.placement.listed[i], static_cast<std::size_t>(found - axes.begin())) = values[i];
  }
}

void read_listed(const View& entry, const rules::Words& words, PopulationModel& p) {
  const auto& list = entry.node("cells");
  std::vector<std::pair<std::string, std::vector<double>>> columns;
  for (const auto* name : axes) columns.emplace_back(name, std::vector<double>(list.items.size()));
  for (std::size_t i = 0; i < list.items.size(); ++i)
    for (const auto& what : list.items[i].entries) {
      auto found = std::ranges::find(columns, what.key, &decltype(columns)::value_type::first);
      if (found == columns.end())
        found = columns.insert(columns.end(), {what.key, std::vector<double>(list.items.size())});
      const bool length = std::ranges::find(axes, what.key) != axes.end();
      const auto word = words.numbers.find(what.value.text);
      if (!length && is_word(what.value) && word != words.numbers.end())
        found->second[i] = word->second;
      else if (const auto x = number(what.value, length ? "um" : "1", entry.problems()))
        found->second[i] = *x;
    }
  set_columns(columns, list.items.size(), p);
}

void read_from_file(const View& entry, PopulationModel& p) {
  try {
    const auto table = read_table(entry.path("file"));
    for (const auto* name : axes)
      if (table.find(name) == nullptr)
        entry.error("file", "{} has no column \"{}\" [um]; it has {}", entry.path("file").string(),
                    name, list_of(table.names));
    set_columns(table.columns(), table.rows(), p);
  } catch (const tutti::Error& e) {
    entry.error("file", "{}", e.what());
  }
}

void read_number(const View& entry, const rules::Words& words, PopulationModel& p) {
  const char* ways[] = {"number", "density", "grid", "cells", "file"};
  int said = 0;
  for (const char* way : ways) said += entry.has(way) ? 1 : 0;
  if (said != 1) {
    entry.error("number", "population {} needs one of number, density, grid, cells and file{}",
                p.name, said == 0 ? "" : fmt::format("; it has {}", said));
    return;
  }
  if (entry.has("number")) p.number = static_cast<std::uint64_t>(entry.integer("number"));
  if (entry.has("density")) read_density(entry, words, p);
  if (entry.has("grid")) read_grid(entry, p);
  if (entry.has("cells")) read_listed(entry, words, p);
  if (entry.has("file")) read_from_file(entry, p);
}

void read_attributes(const View& entry, const rules::Words& words, PopulationModel& p) {
  for (const auto& a : entry.node("attributes").entries) {
    AttributeModel attribute{a.key};
    if (is_word(a.value))
      attribute.value.drawn.a = words.numbers.at(a.value.text);
    else
      attribute.value = quantity(a.value, "1", words, rules::About::cell, entry.problems());
    p.attributes.push_back(std::move(attribute));
  }
}

/// `rotation:`
void read_rotation(const View& entry, const Model& model, PopulationModel& p) {
  if (!entry.has("rotation")) return;
  if (!model.cells.empty() && model.cells[p.cell].point != nullptr) {
    entry.error("rotation", "rotation: is for cable cells; {} is a point neuron",
                model.cells[p.cell].name);
    return;
  }
  const auto turns = entry.child("rotation");
  for (std::size_t k = 0; k < 3; ++k)
    if (turns.has(axes[k]))
      p.rotation[k] = quantity(turns.node(axes[k]), "degree", model.words, rules::About::cell,
                               entry.problems());
}

/// A parameter with a list for each neuron needs as many lists as there are neurons.
void check_lists(const View& entry, const CellModel& cell, const PopulationModel& p) {
  if (cell.point == nullptr) return;
  for (std::size_t k = 0; k < cell.point->parameters.size(); ++k)
    if (const auto lists = cell.values.lists(static_cast<int>(k)); lists > 1 && lists != p.number)
      entry.error("cell", "{} has {} lists of {} and the population {} cells; give one for each",
                  cell.name, lists, cell.point->parameters[k].name, p.number);
}

/// Names of attributes and the words that are their values, as far as the file itself says.
void collect_attributes(const View& entry, rules::Words& words) {
  const auto add = [&](const std::string& name, const Node* value) {
    if (std::ranges::find(words.attributes, name) == words.attributes.end())
      words.attributes.push_back(name);
    if (value != nullptr && is_word(*value))
      words.numbers.emplace(value->text, static_cast<double>(words.numbers.size()) + 1e6);
  };
  for (const auto& a : entry.node("attributes").entries) {
    if (!is_name(a.key))
      entry.problems().error(a.place, "\"{}\" is no name for an attribute", a.key);
    add(a.key, &a.value);
  }
  for (const auto& cell : entry.node("cells").items)
    for (const auto& a : cell.entries) add(a.key, &a.value);
  if (entry.has("file")) try {
      for (const auto& name : read_table(entry.path("file")).names) add(name, nullptr);
    } catch (const tutti::Error&) {
      return;  // read_from_file says it
    }
}

}  // namespace

rules::Words read_words(const View& view) {
  rules::Words words;
  const auto space = view.child("space");
  for (std::size_t k = 0; k < 3; ++k)
    if (space.has(axes[k])) words.size[k] = space.real(axes[k]);
  for (const auto& name : space.texts("periodic")) {
    const auto k = static_cast<std::size_t>(name[0] - 'x');
    words.periodic[k] = true;
    if (words.size[k] <= 0) space.error("periodic", "periodic: {} needs a size", name);
  }
  words.attributes = {"x", "y", "z", "node", "population", "cell"};
  for (std::size_t k = 0; k < 3; ++k)
    if (words.size[k] > 0) words.attributes.push_back(std::string{axes[k]} + "norm");
  // what stands for a population or a word is some number that nobody would write
  const auto add = [&](const std::string& name) {
    words.numbers.emplace(name, static_cast<double>(words.numbers.size()) + 1e6);
  };
  for (const auto& [name, entry] : view.entries("populations")) add(name);
  for (const auto& [name, entry] : view.entries("cells")) add(name);
  for (const auto& [name, entry] : view.entries("populations")) collect_attributes(entry, words);
  for (const auto& number : view.node("numbers").entries) {
    const auto value = any_number(number.value);
    if (!value)
      view.problems().error(number.value.place, "{}: {} is no number", number.key,
                            describe(number.value));
    words.numbers[number.key] = value.value_or(0);
  }
  return words;
}

void read_populations(const View& view, Model& model) {
  std::uint64_t next = 0;
  const auto space = view.child("space");
  for (const auto& [name, entry] : view.entries("populations")) {
    PopulationModel p;
    p.name = name;
    p.cell = named(entry, "cell", "kind of cell", names_of(model.cells));
    read_box(entry, space, model.words, p.placement);
    read_number(entry, model.words, p);
    read_attributes(entry, model.words, p);
    read_rotation(entry, model, p);
    if (!model.cells.empty()) check_lists(entry, model.cells[p.cell], p);
    p.first = next;
    next += p.number;
    if (const auto* kind = model.cells.empty() ? nullptr : model.cells[p.cell].point)
      read_initial(entry, *kind, model.words, p);
    model.populations.push_back(std::move(p));
  }
}

}  // namespace cell
