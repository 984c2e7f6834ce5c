// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace measures {

/// How much of the uncertainty about a spike train's next bin another train's present bin removes.
struct TransferEntropy {
  double bits = 0;      ///< TE = H(F|P) − H(F|P,S), future F and present P of target, S of source
  double shuffled = 0;  ///< mean TE of shuffled sources: the bias of a finite sample [bit]
  double uncertainty = 0;   ///< H(F|P) [bit]
  double normalised = 0;    ///< (bits − shuffled) / uncertainty; 0 where there is no uncertainty
  std::size_t samples = 0;  ///< transitions that were counted
};

/// From spike counts in bins (20 ms by custom; Gourévitch & Eggermont 2007). Shuffles permute the
/// source and are a function of `seed`. Throws std::invalid_argument unless both have one length.
TransferEntropy transfer_entropy(std::span<const double> source, std::span<const double> target,
                                 std::size_t shuffles = 30, std::uint64_t seed = 1);

}  // namespace measures
