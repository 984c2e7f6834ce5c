// SPDX-License-Identifier: MIT
#include "network/atlas.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "tutti/error.hpp"
#include "tutti/random.hpp"

namespace cell {
namespace {

/// The columns that any formula of the model reads.
std::set<std::string> names_read(const Model& model) {
  std::set<std::string> names;
  const auto add = [&](const std::optional<rules::Formula>& f) {
    if (!f) return;
    names.insert(f->reads_of_targets().begin(), f->reads_of_targets().end());
    names.insert(f->reads_of_sources().begin(), f->reads_of_sources().end());
  };
  const auto add_projection = [&](const Projection& p) {
    for (const auto* f : {&p.from_where, &p.to_where, &p.where, &p.probability, &p.weight.formula,
                          &p.delay_ms.formula})
      add(*f);
  };
  for (const auto& p : model.connections) add_projection(p);
  for (const auto& input : model.inputs)
    for (const auto& p : input.second) add_projection(p);
  for (const auto& current : model.currents) add(current.where), add(current.formula);
  for (const auto& kind : model.cells)
    for (const auto& [which, value] : kind.drawn) add(value.formula);
  for (const auto& kind : model.cells)
    for (const auto& [which, formula] : kind.courses) add(formula);
  for (const auto& population : model.populations) {
    for (const auto& [which, value] : population.initial) add(value.formula);
    for (const auto& attribute : population.attributes) add(attribute.value.formula);
    for (const auto& turn : population.rotation) add(turn.formula);
  }
  return names;
}

}  // namespace

Atlas::Atlas(const Model& model, std::uint64_t seed)
    : model_{&model},
      seed_{seed},
      inputs_(model.inputs.size()),
      input_sizes_(model.inputs.size(), 0) {
  make_columns();
}

Point Atlas::position(std::uint64_t gid) const {
  const auto& p = model_->population_of(gid);
  return cell::position(p.placement, model_->words,
                        {seed_, tutti::stream_id("position/" + p.name), gid}, gid - p.first);
}

Rotation Atlas::rotation(std::uint64_t gid) const {
  const auto& p = model_->population_of(gid);
  const auto node = gid - p.first;
  if (!p.rotation_each.empty()) return p.rotation_each[node];
  return Rotation::of_angles({one(p, "rotation/x", p.rotation[0], node),
                              one(p, "rotation/y", p.rotation[1], node),
                              one(p, "rotation/z", p.rotation[2], node)});
}

void Atlas::make_columns() {
  const auto names = names_read(*model_);
  if (names.empty()) return;
  const auto total = model_->cell_count();
  for (std::uint64_t gid = total; gid-- > 0;)
    set_position(columns_, gid, position(gid), model_->words);
  for (const auto& name : names)
    if (!columns_.contains(name))
      columns_[name].assign(total, std::numeric_limits<double>::quiet_NaN());
  const auto fill = [&](const char* name, auto&& value) {
    if (!names.contains(name)) return;
    for (std::uint64_t gid = 0; gid < total; ++gid) columns_[name][gid] = value(gid);
  };
  const auto word = [&](const std::string& name) { return model_->words.numbers.at(name); };
  fill("node", [&](std::uint64_t gid) {
    return static_cast<double>(gid - model_->population_of(gid).first);
  });
  fill("population", [&](std::uint64_t gid) { return word(model_->population_of(gid).name); });
  fill("cell", [&](std::uint64_t gid) { return word(model_->cell_of(gid).name); });
  for (const auto& p : model_->populations)
    for (const auto& a : p.attributes) {
      if (!names.contains(a.name)) continue;
      const auto values = a.each.empty() ? each(p, "attribute/" + a.name, a.value) : a.each;
      std::ranges::copy(values, columns_[a.name].begin() + static_cast<std::ptrdiff_t>(p.first));
    }
}

std::vector<double> Atlas::each(const PopulationModel& p, const std::string& name,
                                const rules::Quantity& quantity) const {
  std::vector<double> values;
  for (std::uint64_t node = 0; node < p.number; ++node)
    values.push_back(one(p, name, quantity, node));
  return values;
}

/// Of one cell.
double Atlas::one(const PopulationModel& p, const std::string& name,
                  const rules::Quantity& quantity, std::uint64_t node) const {
  if (quantity.is_constant()) return quantity.drawn.a;
  const tutti::Random random{seed_, tutti::stream_id(name + "/" + p.name), node};
  return quantity.formula ? quantity.formula->of_cell(columns_, p.first + node, random)
                          : rules::draw(quantity.drawn, random, 0);
}

point::Values Atlas::values_of(const PopulationModel& p) const {
  const auto& kind = model_->cells[p.cell];
  auto values = kind.values;
  if (p.number == 0) return values;
  if (!p.kinds.empty())
    for (int k = 0; k < static_cast<int>(kind.point->parameters.size()); ++k) {
      std::vector<double> each;
      for (const auto one : p.kinds) each.push_back(model_->cells[one].values.of(k, 0));
      values.set(k, std::move(each));
    }
  for (const auto& [which, value] : kind.drawn) {
    const auto& name = kind.point->parameters[static_cast<std::size_t>(which)].name;
    values.set(which, each(p, "parameter/" + name, value));
  }
  for (const auto& [which, formula] : kind.courses)
    values.set_course(which,
                      course(p, kind.point->parameters[static_cast<std::size_t>(which)], formula));
  return values;
}

/// A formula of cells in time; one value will do where they are alike.
void Atlas::evaluate(const rules::Formula& formula, std::uint64_t stream, double t,
                     std::span<const std::uint64_t> gids, std::span<double> values) const {
  const tutti::Random random{seed_, stream, 0};
  const bool alike = !formula.differs_by_cell();
  const auto some = alike ? gids.first(1) : gids;
  formula.evaluate(
      {.of_sources = &columns_, .sources = some, .draws = some, .random = &random, .time = t},
      values.first(some.size()));
  if (alike) std::ranges::fill(values, values[0]);
}

point::Current Atlas::current_of(const CurrentModel& c) const {
  auto current = c.current;
  if (!c.formula) return current;
  current.course = [this, &c, stream = tutti::stream_id(c.name)](
                       double t, std::span<const std::uint64_t> gids, std::span<double> values) {
    evaluate(*c.formula, stream, t, gids, values);
    for (std::size_t k = 0; k < gids.size(); ++k)
      if (!std::isfinite(values[k]))
        throw tutti::Error{tutti::Fault::config,
                           "{}: {} is {} at t = {} ms into cell {}",
                           c.name,
                           c.formula->text(),
                           values[k],
                           t,
                           gids[k]};
  };
  return current;
}

point::Course Atlas::course(const PopulationModel& p, const point::Parameter& parameter,
                            const rules::Formula& formula) const {
  const auto stream = tutti::stream_id("course/" + parameter.name + "/" + p.name);
  return [this, &formula, &parameter, stream](double t, std::span<const std::uint64_t> gids,
                                              std::span<double> values) {
    evaluate(formula, stream, t, gids, values);
    for (const double v : values)
      if (!(v >= parameter.least))
        throw tutti::Error{tutti::Fault::config,
                           "{} = {} is {} {} at t = {} ms; it must be {} or more, as is "
                           "max(0, {})",
                           parameter.name,
                           formula.text(),
                           v,
                           parameter.unit,
                           t,
                           parameter.least,
                           formula.text()};
  };
}

void Atlas::set_input(std::size_t input, const tutti::ElementTable& elements) {
  input_sizes_[input] = elements.ids.size();
  auto& columns = inputs_[input];
  for (const auto& column : elements.columns) {
    auto& values = columns[column.name];
    if (const auto* reals = std::get_if<std::vector<double>>(&column.values))
      values = *reals;
    else
      for (const auto x : elements.integers(column.name)) values.push_back(static_cast<double>(x));
  }
}

tutti::Elements Atlas::chosen(const std::vector<std::size_t>& populations,
                              const std::optional<rules::Formula>& where,
                              const std::string& stream) const {
  tutti::Elements all;
  for (const auto k : populations) {
    const auto& p = model_->populations[k];
    if (p.number == 0) continue;
    if (!where) {
      all = united(all, tutti::Elements::range(p.first, p.number));
      continue;
    }
    std::vector<std::uint64_t> gids;
    for (std::uint64_t gid = p.first; gid < p.first + p.number; ++gid)
      if (where->of_cell(columns_, gid, {seed_, tutti::stream_id(stream), gid}) != 0)
        gids.push_back(gid);
    all = united(all, tutti::Elements::of(std::move(gids)));
  }
  return all;
}

rules::Connections Atlas::connections(const Projection& p) const {
  rules::Connections c;
  c.name = p.name;
  c.rule = p.rule;
  c.same = !p.input;
  c.sources = p.input ? tutti::Elements::range(0, input_sizes_[*p.input])
                      : chosen(p.from, p.from_where, p.name + "/from");
  c.targets = chosen(p.targets, p.to_where, p.name + "/to");
  c.weight = p.weight;
  c.delay_ms = p.delay_ms;
  c.probability = p.probability;
  c.where = p.where;
  c.pre = p.input ? &inputs_[*p.input] : &columns_;
  c.post = &columns_;
  return c;
}

tutti::config::Problems idle_conditions(const Atlas& atlas) {
  tutti::config::Problems problems;
  const auto warn = [&](const Projection& p, const char* side, const rules::Formula& where) {
    problems.warning(p.place,
                     "{}: no cell is chosen by `{}: {{where: \"{}\"}}`, so nothing is connected",
                     p.name, side, where.text());
  };
  const auto look = [&](const Projection& p) {
    if (!p.from_where && !p.to_where) return;
    const auto c = atlas.connections(p);
    if (p.from_where && c.sources.empty()) warn(p, "from", *p.from_where);
    if (p.to_where && c.targets.empty()) warn(p, "to", *p.to_where);
  };
  for (const auto& p : atlas.model().connections) look(p);
  for (const auto& input : atlas.model().inputs)
    for (const auto& p : input.second) look(p);
  return problems;
}

}  // namespace cell
