// SPDX-License-Identifier: MIT
#include "measures/dpss.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "measures/require.hpp"

namespace measures {

namespace {
using Vector = std::vector<double>;

// The symmetric tridiagonal matrix that commutes with the concentration problem and, unlike it,
// has well separated eigenvalues (Percival & Walden 1993, section 8.3).
struct Tridiagonal {
  Vector diagonal;
  Vector beside;  // beside[i] couples i and i + 1
};

Tridiagonal slepian_matrix(std::size_t n, double nw) {
  Tridiagonal m{Vector(n), Vector(n - 1)};
  const double length = static_cast<double>(n);
  const double cosine = std::cos(2 * std::numbers::pi * nw / length);
  for (std::size_t i = 0; i < n; ++i) {
    const double half = (length - 1) / 2 - static_cast<double>(i);
    m.diagonal[i] = half * half * cosine;
    if (i > 0) m.beside[i - 1] = static_cast<double>(i) * (length - static_cast<double>(i)) / 2;
  }
  return m;
}

// Shifts that are looked at together: their chains of divisions do not wait for one another.
constexpr std::size_t lanes = 8;
using Lanes = std::array<double, lanes>;

// How many eigenvalues lie above each x: signs of the pivots of A − x (Sylvester's law of inertia).
Lanes count_above(const Tridiagonal& m, const Lanes& x) {
  Lanes above{}, pivot;
  pivot.fill(1);
  for (std::size_t i = 0; i < m.diagonal.size(); ++i) {
    const double square = i == 0 ? 0 : m.beside[i - 1] * m.beside[i - 1];
    for (std::size_t l = 0; l < lanes; ++l) {
      const double next = m.diagonal[i] - x[l] - square / pivot[l];
      pivot[l] = next == 0 ? -1e-300 : next;
      above[l] += next > 0 ? 1 : 0;
    }
  }
  return above;
}

double gershgorin_bound(const Tridiagonal& m) {
  double bound = 0;
  for (std::size_t i = 0; i < m.diagonal.size(); ++i) {
    const double left = i > 0 ? std::abs(m.beside[i - 1]) : 0;
    const double right = i < m.beside.size() ? std::abs(m.beside[i]) : 0;
    bound = std::max(bound, std::abs(m.diagonal[i]) + left + right);
  }
  return bound;
}

// The largest eigenvalues, by bisection down to neighbouring doubles.
Vector largest_eigenvalues(const Tridiagonal& m, std::size_t count) {
  const double bound = gershgorin_bound(m);
  Vector values;
  for (std::size_t first = 0; first < count; first += lanes) {
    Lanes low, high, middle;
    low.fill(-bound), high.fill(bound);
    for (int step = 0; step < 200; ++step) {
      bool between = false;
      for (std::size_t l = 0; l < lanes; ++l) {
        middle[l] = low[l] + (high[l] - low[l]) / 2;
        between |= middle[l] > low[l] && middle[l] < high[l];
      }
      if (!between) break;
      const auto above = count_above(m, middle);
      for (std::size_t l = 0; l < lanes; ++l)
        (above[l] > static_cast<double>(first + l) ? low : high)[l] = middle[l];
    }
    for (std::size_t l = 0; l < lanes && first + l < count; ++l) values.push_back(low[l]);
  }
  return values;
}

// Solves (A − shift) x = b in place by elimination with row exchanges.
void solve_shifted(const Tridiagonal& m, double shift, Vector& b) {
  const auto n = b.size();
  Vector d(n), up(n, 0.0), up2(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) d[i] = m.diagonal[i] - shift;
  for (std::size_t i = 0; i + 1 < n; ++i) up[i] = m.beside[i];
  for (std::size_t i = 0; i + 1 < n; ++i) {
    double low = m.beside[i];
    if (std::abs(low) > std::abs(d[i])) {
      std::swap(d[i], low);
      std::swap(up[i], d[i + 1]);
      std::swap(up2[i], up[i + 1]);
      std::swap(b[i], b[i + 1]);
    }
    const double factor = low / d[i];
    d[i + 1] -= factor * up[i];
    up[i + 1] -= factor * up2[i];
    b[i + 1] -= factor * b[i];
  }
  const double tiny = 1e-300;
  for (std::size_t i = n; i-- > 0;) {
    double x = b[i];
    if (i + 1 < n) x -= up[i] * b[i + 1];
    if (i + 2 < n) x -= up2[i] * b[i + 2];
    b[i] = x / (d[i] == 0 ? tiny : d[i]);
  }
}

void normalise(Vector& v) {
  // Inverse iteration returns huge vectors: scale by the largest before squaring.
  double largest = 0, squares = 0;
  for (const double x : v) largest = std::max(largest, std::abs(x));
  for (double& x : v) x /= largest, squares += x * x;
  for (double& x : v) x /= std::sqrt(squares);
}

void fix_sign(Vector& v, bool symmetric) {
  double sum = 0;
  for (std::size_t i = 0; i < v.size(); ++i) sum += symmetric || i < v.size() / 2 ? v[i] : 0;
  if (sum < 0)
    for (double& x : v) x = -x;
}
}  // namespace

std::vector<Vector> dpss(std::size_t n, double nw, std::size_t count) {
  require(nw > 0 && 2 * nw < static_cast<double>(n),
          "tapers of {} points need a time-half-bandwidth between 0 and {}, not {}", n, n / 2, nw);
  require(count >= 1 && count <= n, "cannot make {} tapers of {} points", count, n);
  const auto matrix = slepian_matrix(n, nw);
  const auto values = largest_eigenvalues(matrix, count);
  std::vector<Vector> tapers;
  for (std::size_t k = 0; k < count; ++k) {
    Vector v(n);  // neither symmetric nor antisymmetric, so that it meets every taper
    for (std::size_t i = 0; i < n; ++i)
      v[i] = i < n / 3 ? 1 + static_cast<double>(i % 5) : 1 / static_cast<double>(1 + i % 7);
    for (int round = 0; round < 4; ++round) {
      solve_shifted(matrix, values[k], v);
      normalise(v);
    }
    fix_sign(v, k % 2 == 0);
    tapers.push_back(std::move(v));
  }
  return tapers;
}

}  // namespace measures
