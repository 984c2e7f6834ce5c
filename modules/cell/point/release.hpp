// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "point/short_term.hpp"
#include "tutti/random.hpp"

namespace cell::point {

/// Release of single vesicles at the synapses of one projection: each of a synapse's sites holds
/// one, lets it go at a spike with the probability u of Tsodyks and Markram, and is filled again
/// with the time constant tau_rec (Fuhrmann, Segev, Markram & Tsodyks 2002). The mean is that of
/// ShortTermStates; tau_rec 0 and tau_facil 0 make a synapse that fails now and then.
class Release {
 public:
  /// Which cells a synapse joins.
  struct Ends {
    std::uint64_t source = 0, target = 0;
  };
  /// `rows` has the synapses of each source, in the order of their numbers. Random numbers hang on
  /// (seed, stream, source, target, which of several synapses between the two). `dt_ms` is what
  /// instants count.
  Release(const ShortTerm& parameters, const std::vector<std::vector<Ends>>& rows, double dt_ms,
          std::uint64_t seed, std::uint64_t stream);

  /// A spike of `source`: calls `arrive` with each synapse's number in its row and the share of its
  /// sites that release. Instants of one source must not go back.
  template <typename Arrive>
  void deliver(std::size_t source, std::uint64_t instant, Arrive&& arrive) {
    const auto still_empty = begin_spike(source, instant);
    for (auto place = first_[source]; place < first_[source + 1]; ++place)
      arrive(place - first_[source], release(rows_[source], place, still_empty));
    ++rows_[source].spikes;
  }

  /// Saves or finds what is known of each source, as entry first + number of "PART sources", and of
  /// the sites of each target in `gids`, as entries of "PART targets".
  void visit(tutti::State& state, const std::string& part, std::uint64_t first,
             std::span<const std::uint64_t> gids);

 private:
  struct Row {
    double u = 0;
    std::uint64_t last = 0, spikes = 0;
  };
  /// The probability that a site which was empty after the last spike is so still.
  double begin_spike(std::size_t source, std::uint64_t instant);
  double release(const Row& row, std::size_t place, double still_empty);

  ShortTerm p_;
  double dt_ms_;
  std::uint64_t seed_, stream_;
  std::vector<Row> rows_;
  std::vector<std::size_t> first_;      // of each row, and one past the last
  std::vector<std::uint64_t> element_;  // of each synapse: what random numbers hang on
  std::vector<std::uint8_t> empty_;     // sites
  std::vector<std::uint8_t> copy_;      // which of several between the same two cells
};

}  // namespace cell::point
