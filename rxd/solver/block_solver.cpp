// SPDX-License-Identifier: MIT
#include "block_solver.hpp"

#include <algorithm>
#include <array>

#include "kernels.hpp"

namespace rxd {

namespace {

/// Inverts a small matrix in place by Gauss–Jordan elimination without pivoting.
template <typename Matrix>
void invert(Matrix& a, std::size_t size) {
  for (std::size_t p = 0; p < size; ++p) {
    const double pivot = 1 / a[p * size + p];
    a[p * size + p] = 1;
    for (std::size_t l = 0; l < size; ++l) a[p * size + l] *= pivot;
    for (std::size_t k = 0; k < size; ++k) {
      if (k == p) continue;
      const double f = a[k * size + p];
      a[k * size + p] = 0;
      for (std::size_t l = 0; l < size; ++l) a[k * size + l] -= f * a[p * size + l];
    }
  }
}

}  // namespace

BlockSolver::BlockSolver(const Network& network)
    : n_{network.variables().size()}, mobile_{network.mobile()}, slot_(n_ * n_, none) {
  for (std::size_t k = 0; k < n_; ++k)
    for (std::size_t l = 0; l < n_; ++l)
      if (network.filled(k, l)) slot_[k * n_ + l] = entries_++;
  std::size_t begin = 0;
  for (const std::size_t end : network.group_ends()) {
    for (std::size_t k = begin; k < end; ++k)  // a group is dense, whatever its pattern
      for (std::size_t l = begin; l < end; ++l)
        if (!filled(k, l)) slot_[k * n_ + l] = entries_++;
    groups_.push_back({begin, end, {}, {}, {}});
    begin = end;
  }
}

void BlockSolver::set_tree(std::span<const std::ptrdiff_t> parent,
                           std::span<const double> conductance) {
  parent_.assign(parent.begin(), parent.end());
  conductance_.assign(conductance.begin(), conductance.end());
  matrix_.resize(entries_ * points());
  for (auto& group : groups_) {
    const std::size_t size = group.end - group.begin;
    for (auto* blocks : {&group.inverse, &group.upward, &group.downward})
      blocks->resize(points() * size * size);
  }
}

void BlockSolver::clear() { std::ranges::fill(matrix_, 0.0); }

void BlockSolver::factor() {
  for (std::size_t q = n_; q-- > mobile_;) {
    double* pivot = entry(q, q);
    for (std::size_t i = 0; i < points(); ++i) pivot[i] = 1 / pivot[i];
    for (std::size_t k = 0; k < q; ++k) {
      if (!filled(k, q)) continue;
      double* f = entry(k, q);
      kernels::multiply(points(), f, pivot);
      for (std::size_t l = 0; l < q; ++l)
        if (filled(q, l)) kernels::subtract_product(points(), entry(k, l), f, entry(q, l));
    }
  }
  for (auto& group : groups_) {
    switch (group.end - group.begin) {
      case 1:
        factor_group<1>(group);
        break;
      case 2:
        factor_group<2>(group);
        break;
      case 3:
        factor_group<3>(group);
        break;
      case 4:
        factor_group<4>(group);
        break;
      default:
        factor_large(group);
    }
  }
}

template <std::size_t size>
void BlockSolver::factor_group(Group& group) {
  std::array<double*, size * size> m{};
  std::array<const double*, size> g{};
  for (std::size_t k = 0; k < size; ++k) {
    g[k] = &conductance_[(group.begin + k) * points()];
    for (std::size_t l = 0; l < size; ++l)
      m[k * size + l] = entry(group.begin + k, group.begin + l);
  }
  for (std::size_t i = points(); i-- > 0;) {
    std::array<double, size * size> block;
    for (std::size_t e = 0; e < size * size; ++e) block[e] = m[e][i];
    invert(block, size);
    double* inverse = &group.inverse[i * size * size];
    double* upward = &group.upward[i * size * size];
    double* downward = &group.downward[i * size * size];
    std::copy(block.begin(), block.end(), inverse);
    if (i == 0) continue;
    const auto p = static_cast<std::size_t>(parent_[i]);
    for (std::size_t k = 0; k < size; ++k)
      for (std::size_t l = 0; l < size; ++l) {
        upward[k * size + l] = g[k][i] * block[k * size + l];
        downward[k * size + l] = block[k * size + l] * g[l][i];
        m[k * size + l][p] -= upward[k * size + l] * g[l][i];
      }
  }
}

template <std::size_t size>
void BlockSolver::solve_group(const Group& group, double* x) const {
  std::array<double*, size> r{};
  for (std::size_t k = 0; k < size; ++k) r[k] = x + (group.begin + k) * points();
  const auto product = [](const double* matrix, const std::array<double, size>& v, std::size_t k) {
    double sum = matrix[k * size] * v[0];
    for (std::size_t l = 1; l < size; ++l) sum += matrix[k * size + l] * v[l];
    return sum;
  };
  const auto at = [&](std::size_t i) {
    std::array<double, size> v;
    for (std::size_t k = 0; k < size; ++k) v[k] = r[k][i];
    return v;
  };
  for (std::size_t i = points(); i-- > 1;) {  // leaves first: what each hands on to its parent
    const auto p = static_cast<std::size_t>(parent_[i]);
    const auto v = at(i);
    for (std::size_t k = 0; k < size; ++k) r[k][p] += product(&group.upward[i * size * size], v, k);
  }
  const auto root = at(0);
  for (std::size_t k = 0; k < size; ++k) r[k][0] = product(group.inverse.data(), root, k);
  for (std::size_t i = 1; i < points(); ++i) {
    const auto own = at(i), above = at(static_cast<std::size_t>(parent_[i]));
    for (std::size_t k = 0; k < size; ++k)
      r[k][i] = product(&group.inverse[i * size * size], own, k) +
                product(&group.downward[i * size * size], above, k);
  }
}

void BlockSolver::factor_large(Group& group) {
  const std::size_t size = group.end - group.begin;
  std::vector<double> block(size * size);
  const auto conductance = [&](std::size_t k, std::size_t i) {
    return conductance_[(group.begin + k) * points() + i];
  };
  for (std::size_t i = points(); i-- > 0;) {
    for (std::size_t e = 0; e < size * size; ++e)
      block[e] = entry(group.begin + e / size, group.begin + e % size)[i];
    invert(block, size);
    std::ranges::copy(block, &group.inverse[i * size * size]);
    if (i == 0) continue;
    for (std::size_t e = 0; e < size * size; ++e)
      entry(group.begin + e / size, group.begin + e % size)[parent_[i]] -=
          conductance(e / size, i) * block[e] * conductance(e % size, i);
  }
}

void BlockSolver::solve_large(const Group& group, double* x) const {
  const std::size_t size = group.end - group.begin;
  std::vector<double> y(size);
  const auto conductance = [&](std::size_t k, std::size_t i) {
    return conductance_[(group.begin + k) * points() + i];
  };
  const auto r = [&](std::size_t k, std::size_t i) -> double& {
    return x[(group.begin + k) * points() + i];
  };
  for (std::size_t i = points(); i-- > 0;) {
    const double* inverse = &group.inverse[i * size * size];
    std::ranges::fill(y, 0.0);
    for (std::size_t e = 0; e < size * size; ++e) y[e / size] += inverse[e] * r(e % size, i);
    for (std::size_t k = 0; k < size; ++k) r(k, i) = y[k];
    if (i == 0) continue;
    for (std::size_t k = 0; k < size; ++k)
      r(k, static_cast<std::size_t>(parent_[i])) += conductance(k, i) * y[k];
  }
  for (std::size_t i = 0; i < points(); ++i) {
    if (i == 0) continue;
    const double* inverse = &group.inverse[i * size * size];
    for (std::size_t l = 0; l < size; ++l)
      y[l] = conductance(l, i) * r(l, static_cast<std::size_t>(parent_[i]));
    for (std::size_t e = 0; e < size * size; ++e) r(e / size, i) += inverse[e] * y[e % size];
  }
}

void BlockSolver::solve(std::span<double> x) const {
  const auto row = [&](std::size_t k) { return x.data() + k * points(); };
  for (std::size_t q = n_; q-- > mobile_;)
    for (std::size_t k = 0; k < q; ++k)
      if (filled(k, q)) kernels::subtract_product(points(), row(k), entry(k, q), row(q));
  for (const auto& group : groups_) {
    for (std::size_t k = group.begin; k < group.end; ++k)
      for (std::size_t l = 0; l < group.begin; ++l)
        if (filled(k, l)) kernels::subtract_product(points(), row(k), entry(k, l), row(l));
    switch (group.end - group.begin) {
      case 1:
        solve_group<1>(group, x.data());
        break;
      case 2:
        solve_group<2>(group, x.data());
        break;
      case 3:
        solve_group<3>(group, x.data());
        break;
      case 4:
        solve_group<4>(group, x.data());
        break;
      default:
        solve_large(group, x.data());
    }
  }
  for (std::size_t q = mobile_; q < n_; ++q) {
    for (std::size_t l = 0; l < q; ++l)
      if (filled(q, l)) kernels::subtract_product(points(), row(q), entry(q, l), row(l));
    const double* pivot = entry(q, q);
    kernels::multiply(points(), row(q), pivot);
  }
}

}  // namespace rxd
