// SPDX-License-Identifier: MIT
#include "rules/formula.hpp"

#include <algorithm>
#include <optional>

#include "expressions/error.hpp"
#include "expressions/parser.hpp"
#include "tutti/error.hpp"

namespace cell::rules {
namespace {

using expressions::Expr;
using expressions::Names;
using expressions::Op;
using expressions::Pool;

constexpr std::array axes{"x", "y", "z"};

/// Distances along the axes and across, of what pre_ and post_ names stand for.
void define_distances(const Words& words, Names& names, Pool& pool) {
  std::array<Expr, 3> apart{}, share{};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto* pre = names.find(std::string{"pre_"} + axes[k]);
    const auto* post = names.find(std::string{"post_"} + axes[k]);
    if (pre == nullptr || post == nullptr) return;
    apart[k] = pool.unary(Op::abs, pool.subtract(*pre, *post));
    const Expr size = pool.constant(words.size[k]);
    if (words.periodic[k])  // the shorter way round
      apart[k] = pool.binary(Op::minimum, apart[k], pool.subtract(size, apart[k]));
    share[k] = pool.divide(apart[k], size);
    names.define(std::string{"dist_"} + axes[k], apart[k]);
  }
  const auto length = [&](const std::array<Expr, 3>& d, bool flat) {
    Expr sum = pool.add(pool.multiply(d[0], d[0]), pool.multiply(d[2], d[2]));
    if (!flat) sum = pool.add(sum, pool.multiply(d[1], d[1]));
    return pool.unary(Op::sqrt, sum);
  };
  names.define("dist_2D", length(apart, true));
  names.define("dist_3D", length(apart, false));
  if (words.size[0] > 0 && words.size[2] > 0) names.define("dist_norm2D", length(share, true));
  if (std::ranges::all_of(words.size, [](double s) { return s > 0; }))
    names.define("dist_norm3D", length(share, false));
}

}  // namespace

Formula::Formula(std::string_view text, const Words& words, About about) : text_{text} {
  Pool pool;
  Names names;
  std::vector<Input> all;
  const auto input = [&](std::string name, Input what) {
    names.define(std::move(name), pool.input(static_cast<std::uint32_t>(all.size())));
    all.push_back(std::move(what));
  };
  for (const auto& [name, value] : words.numbers) names.define(name, pool.constant(value));
  for (const auto& attribute : words.attributes) {
    if (about == About::cell) {
      input(attribute, {Input::From::target, attribute});
    } else if (about == About::cell_in_time) {
      input(attribute, {Input::From::source, attribute});
    } else {
      input("pre_" + attribute, {Input::From::source, attribute});
      input("post_" + attribute, {Input::From::target, attribute});
    }
  }
  if (about == About::pair || about == About::contact) define_distances(words, names, pool);
  if (about == About::contact) input("path", {Input::From::path});
  if (about == About::cell_in_time) input("t", {Input::From::time});
  input("uniform", {Input::From::uniform});
  input("normal", {Input::From::normal});
  Expr e = expressions::parse(text, names, pool);

  // what is not read is not gathered either
  std::vector<Expr> numbered(all.size());
  for (const auto k : pool.inputs(e)) {
    numbered[k] = pool.input(static_cast<std::uint32_t>(inputs_.size()));
    if (all[k].from == Input::From::source) of_sources_.push_back(all[k].column);
    if (all[k].from == Input::From::target) of_targets_.push_back(all[k].column);
    path_ = path_ || all[k].from == Input::From::path;
    random_ = random_ || all[k].from == Input::From::uniform || all[k].from == Input::From::normal;
    time_ = time_ || all[k].from == Input::From::time;
    inputs_.push_back(all[k]);
  }
  e = pool.substitute(e, numbered);
  program_ = expressions::Program{pool, std::span{&e, 1}};
}

void Formula::evaluate(const Pairs& p, std::span<double> values) const {
  constexpr auto block = expressions::Program::block;
  const auto column = [&](const Columns& columns, const std::string& name,
                          const char* whose) -> const std::vector<double>& {
    const auto found = columns.find(name);
    if (found == columns.end())
      throw tutti::Error{tutti::Fault::config, "\"{}\" needs {} of the {}, of which nobody says it",
                         text_, name, whose};
    return found->second;
  };
  auto workspace = program_.workspace();
  std::vector<double> gathered(inputs_.size() * block);
  std::vector<const double*> arrays;
  for (std::size_t k = 0; k < inputs_.size(); ++k) arrays.push_back(gathered.data() + k * block);
  for (std::size_t from = 0; from < values.size(); from += block) {
    const auto count = std::min(block, values.size() - from);
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      double* to = gathered.data() + k * block;
      const auto& in = inputs_[k];
      switch (in.from) {
        case Input::From::source: {
          const auto& c = column(*p.of_sources, in.column, "source");
          for (std::size_t i = 0; i < count; ++i) to[i] = c[p.sources[from + i]];
          break;
        }
        case Input::From::target:
          std::fill_n(to, count, column(*p.of_targets, in.column, "target")[p.target]);
          break;
        case Input::From::uniform:
          for (std::size_t i = 0; i < count; ++i) to[i] = p.random->uniform(2 * p.draws[from + i]);
          break;
        case Input::From::normal:
          for (std::size_t i = 0; i < count; ++i)
            to[i] = p.random->normal(2 * p.draws[from + i] + 1);
          break;
        case Input::From::path:
          std::copy_n(p.path.data() + from, count, to);
          break;
        case Input::From::time:
          std::fill_n(to, count, p.time);
          break;
      }
    }
    program_.run(arrays, 0, count, workspace);
    const double* result = workspace.result(0);
    for (std::size_t i = 0; i < count; ++i) values[from + i] = factor_ * result[i];
  }
}

double Formula::of_cell(const Columns& columns, std::uint64_t row,
                        const tutti::Random& random) const {
  const std::uint64_t none = 0;
  double value = 0;
  evaluate({.of_targets = &columns,
            .target = row,
            .sources = {&none, 1},
            .draws = {&none, 1},
            .random = &random},
           {&value, 1});
  return value;
}

}  // namespace cell::rules
