// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "point/model.hpp"
#include "tutti/random.hpp"

namespace cell::point {

/// A current that an electrode puts into cells, by PyNN's kinds or by formula; inward positive
/// [nA].
struct Current {
  enum class Kind {
    dc,       ///< `amplitude`.
    ac,       ///< `offset` + `amplitude` sin(2 pi `per_ms` (t - start) + `phase`).
    step,     ///< `amplitudes` from `times_ms` on.
    noise,    ///< Normal of mean `offset` and deviation `amplitude`, anew every `interval_ms`.
    formula,  ///< `course`.
  };
  Kind kind = Kind::dc;
  double start_ms = 0, stop_ms = 1e300;
  double amplitude = 0, offset = 0;
  double per_ms = 0, phase = 0;
  double interval_ms = 0;
  std::vector<double> times_ms{}, amplitudes{};
  Course course{};

  /// At an instant, for the cell that `random` belongs to; not of a formula.
  double at(double t_ms, const tutti::Random& random) const;
};

/// A current and the cells that it goes into.
class Injection {
 public:
  /// Noise hangs on (seed, stream, gid).
  Injection(Current current, std::uint64_t seed, std::uint64_t stream)
      : current_{std::move(current)}, seed_{seed}, stream_{stream} {}
  /// A cell whose sum is at `place`.
  void add_cell(std::size_t place, std::uint64_t gid);
  /// Adds what flows at `t_ms` to the sum of each cell.
  void add_to(std::span<double> sums, double t_ms);

  std::span<const std::size_t> places() const { return places_; }

 private:
  Current current_;
  std::uint64_t seed_, stream_;
  std::vector<std::size_t> places_;
  std::vector<std::uint64_t> gids_;
  std::vector<tutti::Random> random_;
  std::vector<double> values_;  // of a formula
};

}  // namespace cell::point
