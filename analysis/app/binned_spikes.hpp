// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "measures/rates.hpp"
#include "tutti/element_table.hpp"
#include "tutti/time.hpp"

namespace analysis {

/// Spikes in bins, by population, while a run goes on.
class BinnedSpikes {
 public:
  BinnedSpikes() = default;
  /// One stream of bins for each population of a spike port.
  BinnedSpikes(std::vector<tutti::Population> populations, tutti::Duration bin)
      : populations_{std::move(populations)} {
    for (const auto& p : populations_) streams_.emplace_back(bin.count(), p.count);
  }

  /// Counts what came, and closes the bins that end at `now` or before.
  template <typename Spikes>
  void take(const Spikes& spikes, tutti::Time now) {
    for (const auto& spike : spikes)
      for (std::size_t k = 0; k < populations_.size(); ++k)
        if (spike.element - populations_[k].first < populations_[k].count)
          streams_[k].add(tutti::ticks(spike.time));
    for (auto& stream : streams_) stream.advance(tutti::ticks(now));
  }

  const std::vector<tutti::Population>& populations() const { return populations_; }
  const std::vector<measures::RateStream>& streams() const { return streams_; }

  /// Calls fields(x) for what has been counted, to be written or read.
  template <typename Fields>
  void visit(Fields& fields) {
    for (auto& stream : streams_) stream.visit(fields);
  }

 private:
  std::vector<tutti::Population> populations_;
  std::vector<measures::RateStream> streams_;
};

}  // namespace analysis
