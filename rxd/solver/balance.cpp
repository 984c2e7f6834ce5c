// SPDX-License-Identifier: MIT
#include "balance.hpp"

#include <algorithm>
#include <array>

#include "kernels.hpp"

namespace rxd {

namespace {

/// Picks the chosen columns out of rows of `width`.
void pick(const std::vector<double>& rows, std::size_t width, std::span<const std::size_t> chosen,
          std::vector<double>& to) {
  const std::size_t count = rows.size() / width;
  to.resize(count * chosen.size());
  double* next = to.data();
  for (std::size_t k = 0; k < count; ++k)
    for (const std::size_t i : chosen) *next++ = rows[k * width + i];
}

}  // namespace

Balance::Balance(const Network& of)
    : network{of},
      solver{of},
      with_slopes{of.program().workspace()},
      rates_alone{of.rates().workspace()} {}

void Balance::set_up() {
  const std::size_t n = network.variables().size(), count = points();
  for (auto* unknown : {&value, &source, &change}) unknown->resize(n * count);
  flux_.resize(count);
  total_conductance.assign(n * count, 0);
  for (std::size_t k = 0; k < network.mobile(); ++k)
    for (std::size_t i = 0; i < count; ++i) {
      const double g = conductance[k * count + i];
      total_conductance[k * count + i] += g;
      total_conductance[k * count + static_cast<std::size_t>(parent[i])] += g;
    }
  inputs.clear();
  for (std::size_t k = 0; k < n; ++k) inputs.push_back(row(value, k));
  for (std::size_t k = 0; k < Network::positions.size(); ++k) inputs.push_back(row(position, k));
  for (std::size_t k = 0; k < network.driven().size(); ++k) inputs.push_back(row(driven, k));
  solver.set_tree(parent, conductance);
}

void Balance::take(const Balance& whole, const std::vector<double>& values,
                   std::span<const std::size_t> chosen, double at_ms) {
  constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  place_.assign(whole.points(), nowhere);
  for (std::size_t i = 0; i < chosen.size(); ++i) place_[chosen[i]] = i;
  for (const auto& [from, to] : {std::pair{&whole.size, &size},
                                 {&whole.conductance, &conductance},
                                 {&whole.process_size, &process_size},
                                 {&whole.position, &position},
                                 {&whole.driven, &driven},
                                 {&whole.held, &held},
                                 {&values, &value},
                                 {&whole.source, &source}})
    pick(*from, whole.points(), chosen, *to);
  parent.assign(chosen.size(), 0);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::size_t above = place_[static_cast<std::size_t>(whole.parent[chosen[i]])];
    if (above != nowhere && above != i)
      parent[i] = static_cast<std::ptrdiff_t>(above);
    else
      for (std::size_t k = 0; k < network.mobile(); ++k) conductance[k * chosen.size() + i] = 0;
  }
  inflows.clear();
  for (const Inflow& inflow : whole.inflows)
    if (place_[inflow.point] != nowhere) {
      inflows.push_back(inflow.from(at_ms));
      inflows.back().point = place_[inflow.point];
    }
  set_up();
}

void Balance::begin_matrix(double inverse_step) {
  solver.clear();
  for (std::size_t k = 0; k < network.variables().size(); ++k) {
    const double* sizes = &size[k * points()];
    const double* total = &total_conductance[k * points()];
    double* diagonal = solver.entry(k, k);
    for (std::size_t i = 0; i < points(); ++i) {
      const double d = sizes[i] * inverse_step + total[i];
      diagonal[i] = d > 0 ? d : 1;  // where a species is absent, it stays what it is
    }
    if (!held.empty())
      for (std::size_t i = 0; i < points(); ++i) diagonal[i] += held[k * points() + i];
  }
}

void Balance::evaluate(bool slopes, double at_ms) {
  change = source;
  for (const Inflow& inflow : inflows)
    change[inflow.variable * points() + inflow.point] += inflow.rate(at_ms);
  add_diffusion();
  add_processes(slopes);
}

void Balance::evaluate_processes() {
  change = source;
  add_processes(false);
}

void Balance::add_processes(bool slopes) {
  const Program& program = slopes ? network.program() : network.rates();
  Program::Workspace& workspace = slopes ? with_slopes : rates_alone;
  const auto& processes = network.processes();
  std::array<double, Program::block> scaled;
  for (std::size_t first = 0; first < points(); first += Program::block) {
    const std::size_t count = std::min(Program::block, points() - first);
    program.run(inputs, first, count, workspace);
    for (std::size_t p = 0; p < processes.size(); ++p) {
      kernels::weigh(count, scaled.data(), &process_size[p * points() + first],
                     workspace.result(p));
      for (const auto& t : processes[p].terms)
        kernels::add_multiple(count, row(change, t.variable) + first, t.change, scaled.data());
    }
    if (!slopes) continue;
    for (const auto& s : network.slopes()) {
      const Process& process = processes[s.process];
      kernels::weigh(count, scaled.data(), &process_size[s.process * points() + first],
                     workspace.result(s.result));
      for (const auto& t : process.terms)
        kernels::add_multiple(count, solver.entry(t.variable, s.variable) + first, -t.change,
                              scaled.data());
    }
  }
}

void Balance::add_diffusion() {
  for (std::size_t k = 0; k < network.mobile(); ++k) {
    double* r = row(change, k);
    kernels::fluxes(points(), flux_.data(), &conductance[k * points()], &value[k * points()],
                    parent.data());
    for (std::size_t i = 1; i < points(); ++i) {
      r[i] += flux_[i];
      r[static_cast<std::size_t>(parent[i])] -= flux_[i];
    }
  }
}

}  // namespace rxd
