// SPDX-License-Identifier: MIT
#include "rules/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tutti/error.hpp"

namespace cell::rules {
namespace {

using Kind = Distribution::Kind;

/// One try of Marsaglia and Tsang (ACM Trans. Math. Softw. 26, 363, 2000) for a shape of at least
/// 1; a negative number where it is rejected.
double try_gamma(double shape, const tutti::Random& random, std::uint64_t counter) {
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  const double x = random.normal(counter), v = std::pow(1 + c * x, 3);
  if (1 + c * x <= 0) return -1;
  const double u = random.uniform(counter + 1);
  return std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v) ? d * v : -1;
}

/// One try; NaN where it is rejected. Reads counters from `counter` to `counter` + 3.
double attempt(const Distribution& d, const tutti::Random& random, std::uint64_t counter) {
  switch (d.kind) {
    case Kind::constant:
      return d.a;
    case Kind::uniform:
      return d.a + (d.b - d.a) * random.uniform(counter);
    case Kind::normal:
      return d.a + d.b * random.normal(counter);
    case Kind::lognormal: {  // of mean a and standard deviation b
      const double s2 = std::log1p(d.b * d.b / (d.a * d.a));
      return d.a * std::exp(std::sqrt(s2) * random.normal(counter) - s2 / 2);
    }
    case Kind::exponential:
      return d.a * random.exponential(counter);
    case Kind::gamma: {
      const double x = try_gamma(d.a < 1 ? d.a + 1 : d.a, random, counter);
      if (x < 0) return std::numeric_limits<double>::quiet_NaN();
      // a shape below 1 is one above it, times a power of a uniform number
      return d.b * (d.a < 1 ? x * std::pow(random.uniform(counter + 2), 1 / d.a) : x);
    }
  }
  return 0;
}

}  // namespace

double draw(const Distribution& d, const tutti::Random& random, std::uint64_t number) {
  if (d.kind == Kind::constant) return d.a;
  // 2^16 counters for each number lie apart from those of the next
  const std::uint64_t step = d.kind == Kind::gamma ? 4 : 1;
  for (std::uint64_t again = 0; again < 0x4000; ++again) {
    const double x = attempt(d, random, number << 16 | again * step);
    if (x >= d.least && x <= d.most) return x;
  }
  throw tutti::Error{tutti::Fault::config,
                     "16384 draws in a row lie outside {} to {}, the bounds of a distribution with "
                     "the parameters {} and {}; widen them",
                     d.least,
                     d.most,
                     d.a,
                     d.b};
}

double least_of(const Distribution& d) {
  double least = -std::numeric_limits<double>::infinity();
  if (d.kind == Kind::constant || d.kind == Kind::uniform) least = d.a;
  if (d.kind == Kind::lognormal || d.kind == Kind::exponential || d.kind == Kind::gamma) least = 0;
  return std::max(least, d.least);
}

}  // namespace cell::rules
