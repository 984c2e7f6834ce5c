// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "solver/error.hpp"
#include "solver/flush_to_zero.hpp"
#include "solver/kernels.hpp"
#include "voxels/space.hpp"

namespace rxd {

namespace {

constexpr std::size_t lanes = Octet::lanes;
constexpr std::size_t block = Program::block;

double* numbers(std::vector<Octet>& field) { return &field[0].lane[0]; }
const double* numbers(const std::vector<Octet>& field) { return &field[0].lane[0]; }

}  // namespace

/// What one thread needs for the reactions of a block of voxels.
struct Space::Work {
  explicit Work(const Network& network)
      : n{network.variables().size()},
        full{network.program().workspace()},
        matrix(n * n * block),
        factor(block),
        scaled(block) {}
  double* entry(std::size_t row, std::size_t column) { return &matrix[(row * n + column) * block]; }
  std::size_t n;
  Program::Workspace full;
  std::vector<double> matrix;  // [row][column][block]: 1 - h times the Jacobian
  std::vector<double> factor, scaled;
};

/// Adds dt times the rates to the right side of `count` voxels and builds their matrices.
void Space::add_rates(std::uint32_t first, std::size_t count, double dt_ms, double h_ms,
                      Work& work) {
  const auto& processes = network_.processes();
  network_.program().run(inputs_, first, count, work.full);
  std::ranges::fill(work.matrix, 0.0);
  for (std::size_t k = 0; k < work.n; ++k) std::fill_n(work.entry(k, k), count, 1.0);
  const auto add = [&](double* to, double factor, const Field& weight, const double* rate) {
    if (weight.empty()) {
      kernels::add_multiple(count, to, factor, rate);
      return;
    }
    kernels::weigh(count, work.scaled.data(), numbers(weight) + first, rate);
    kernels::add_multiple(count, to, factor, work.scaled.data());
  };
  for (std::size_t p = 0; p < processes.size(); ++p)
    for (std::size_t t = 0; t < processes[p].terms.size(); ++t) {
      const Term& term = processes[p].terms[t];
      add(numbers(change_[term.variable]) + first, dt_ms * term.change, weight_[p][t],
          work.full.result(p));
    }
  for (const Slope& slope : network_.slopes())
    for (std::size_t t = 0; t < processes[slope.process].terms.size(); ++t) {
      const Term& term = processes[slope.process].terms[t];
      add(work.entry(term.variable, slope.variable), -h_ms * term.change, weight_[slope.process][t],
          work.full.result(slope.result));
    }
}

/// Solves the dense systems of `count` voxels, in place in change_, in loops over the voxels.
void Space::solve_blocks(std::uint32_t first, std::size_t count, Work& work) {
  const auto right = [&](std::size_t k) { return numbers(change_[k]) + first; };
  for (std::size_t q = work.n; q-- > 0;) {  // the last ones first, as filled() is made for
    double* inverse = work.entry(q, q);
    for (std::size_t i = 0; i < count; ++i) inverse[i] = 1 / inverse[i];
    for (std::size_t k = 0; k < q; ++k) {
      if (!network_.coupled(k, q)) continue;
      std::copy_n(work.entry(k, q), count, work.factor.data());
      kernels::multiply(count, work.factor.data(), inverse);
      for (std::size_t l = 0; l < q; ++l)
        if (network_.coupled(q, l))
          kernels::subtract_product(count, work.entry(k, l), work.factor.data(), work.entry(q, l));
      kernels::subtract_product(count, right(k), work.factor.data(), right(q));
    }
  }
  for (std::size_t k = 0; k < work.n; ++k) {
    for (std::size_t l = 0; l < k; ++l)
      if (network_.coupled(k, l))
        kernels::subtract_product(count, right(k), work.entry(k, l), right(l));
    kernels::multiply(count, right(k), work.entry(k, k));
  }
}

void Space::react(const Lattice::Batch& batch, double dt_ms, double h_ms, Work& work) {
  const std::size_t end = batch.end * lanes;
  for (std::size_t first = batch.begin * lanes; first < end; first += block) {
    const std::size_t count = std::min(block, end - first);
    add_rates(static_cast<std::uint32_t>(first), count, dt_ms, h_ms, work);
    solve_blocks(static_cast<std::uint32_t>(first), count, work);
  }
}

/// Where there is no voxel nothing changes: what reactions made of it must not reach neighbours.
void Space::clear_absent(const Lattice::Batch& batch) {
  for (std::uint32_t o = batch.begin; o < batch.end; ++o) {
    if (lattice_.full(o)) continue;
    for (Field& change : change_)
      for (std::size_t l = 0; l < lanes; ++l)
        if (!lattice_.has(o, l)) change[o].lane[l] = 0;
  }
}

void Space::exchange_ghosts() {
  const auto part = [](Field& field, Lattice::Range r) {
    return std::span{field[r.begin].lane, (r.end - r.begin) * lanes};
  };
  for (std::size_t k = 0; k < network_.mobile(); ++k) {
    if (links_.below()) links_.send_below(part(value_[k], lattice_.bottom));
    if (links_.above()) links_.send_above(part(value_[k], lattice_.top));
    if (links_.below()) links_.receive_below(part(value_[k], lattice_.below));
    if (links_.above()) links_.receive_above(part(value_[k], lattice_.above));
  }
}

/// Fills change_ with the solution of (1 - h J) Π (1 - h D) change = dt F - 2 minus_twice, and adds
/// it to the values if asked.
void Space::stage(double dt_ms, double h_ms, bool add, const std::vector<Field>* minus_twice) {
  const std::size_t mobile = network_.mobile(), n = network_.variables().size();
  for (auto& diffuser : diffusers_) diffuser->factor(h_ms, links_);
  exchange_ghosts();
  run_(lattice_.batches.size(), [&](std::size_t b) {
    const FlushToZero small;
    const Lattice::Batch& batch = lattice_.batches[b];
    const std::size_t begin = batch.begin * lanes, count = (batch.end - batch.begin) * lanes;
    for (std::size_t k = 0; k < n; ++k) {
      if (k < mobile)
        diffusers_[diffuser_of_[k]]->diffuse(batch, dt_ms, value_[k].data(), change_[k].data());
      else
        std::fill_n(numbers(change_[k]) + begin, count, 0.0);
      if (!source_[k].empty())
        kernels::add_multiple(count, numbers(change_[k]) + begin, dt_ms,
                              numbers(source_[k]) + begin);
      if (minus_twice != nullptr)
        kernels::add_multiple(count, numbers(change_[k]) + begin, -2,
                              numbers((*minus_twice)[k]) + begin);
    }
    if (!network_.processes().empty()) {
      Work work{network_};
      react(batch, dt_ms, h_ms, work);
      clear_absent(batch);
    }
    for (std::size_t k = 0; k < mobile; ++k)
      diffusers_[diffuser_of_[k]]->within_planes(batch, change_[k].data());
    for (std::size_t k = mobile; k < n && add; ++k)
      kernels::add_multiple(count, numbers(value_[k]) + begin, 1, numbers(change_[k]) + begin);
  });
  along_columns(add);
  ++steps_;
}

/// Solves along the third axis. Between slabs, the way up and the way down go tile by tile, so that
/// a neighbour begins as soon as it has the first.
void Space::along_columns(bool add) {
  const auto solve_down = [&](std::size_t k, std::size_t t) {
    const Diffuser& diffuser = *diffusers_[diffuser_of_[k]];
    if (add)
      diffuser.down_and_add(t, change_[k].data(), value_[k].data());
    else
      diffuser.down(t, change_[k].data());
  };
  const std::size_t mobile = network_.mobile();
  if (!links_.below() && !links_.above()) {
    run_(lattice_.tiles * mobile, [&](std::size_t task) {
      const FlushToZero small;
      const std::size_t t = task / mobile, k = task % mobile;
      diffusers_[diffuser_of_[k]]->up(t, change_[k].data());
      solve_down(k, t);
    });
    return;
  }
  const auto part = [&](std::size_t k, Lattice::Range r) {
    return std::span{change_[k][r.begin].lane, (r.end - r.begin) * lanes};
  };
  const auto go_up = [&](std::size_t k, std::size_t t) {
    const auto& [below, bottom, top, above] = lattice_.rims[t];
    if (links_.below()) links_.receive_below(part(k, below));
    diffusers_[diffuser_of_[k]]->up(t, change_[k].data());
    if (links_.above()) links_.send_above(part(k, top));
  };
  const auto go_down = [&](std::size_t k, std::size_t t) {
    const auto& [below, bottom, top, above] = lattice_.rims[t];
    if (links_.above()) links_.receive_above(part(k, above));
    solve_down(k, t);
    if (links_.below()) links_.send_below(part(k, bottom));
  };
  for (std::size_t k = 0; k < mobile; ++k)
    for (std::size_t t = 0; t < lattice_.tiles; ++t) {
      go_up(k, t);
      if (!links_.above()) go_down(k, t);
    }
  if (links_.above())
    for (std::size_t k = 0; k < mobile; ++k)
      for (std::size_t t = 0; t < lattice_.tiles; ++t) go_down(k, t);
}

void Space::step(double dt_ms, Scheme scheme) {
  const FlushToZero small;
  stage(dt_ms, scheme == Scheme::backward_euler ? dt_ms : dt_ms / 2, true, nullptr);
}

}  // namespace rxd
