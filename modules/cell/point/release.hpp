// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "point/delivery.hpp"
#include "point/short_term.hpp"
#include "tutti/random.hpp"

namespace cell::point {

/// Release of single vesicles at the synapses of one projection onto one part: each of a synapse's
/// sites holds one, lets it go at a spike with the probability u of Tsodyks and Markram, and is
/// filled again with the time constant tau_rec (Fuhrmann, Segev, Markram & Tsodyks 2002). The mean
/// is that of ShortTermStates; tau_rec 0 and tau_facil 0 make a synapse that fails now and then.
class Release {
 public:
  /// Random numbers hang on (seed, stream, source, target gid, which of several synapses between
  /// the two). `first_source` is added to sources, `gid_of` tells places from gids.
  Release(const ShortTerm& parameters, const SynapseTable& table, std::size_t sources, double dt_ms,
          std::uint64_t seed, std::uint64_t stream, std::uint64_t first_source,
          const std::vector<std::uint32_t>& gids, std::size_t stride);

  /// A spike of `source`: adds weight times the share of sites that release, as
  /// SynapseTable::deliver.
  void deliver(std::size_t source, std::uint64_t instant, const SynapseTable& table, double* ring,
               std::size_t width, std::uint64_t mask);

 private:
  struct Row {
    double u = 0;
    std::uint64_t last = 0, spikes = 0;
  };
  ShortTerm p_;
  double dt_ms_;
  std::uint64_t seed_, stream_;
  std::vector<Row> rows_;
  std::vector<std::uint64_t> first_;    // of each row
  std::vector<std::uint64_t> element_;  // of each synapse: what random numbers hang on
  std::vector<std::uint8_t> empty_;     // sites
  std::vector<std::uint8_t> copy_;      // which of several between the same two cells
};

}  // namespace cell::point
