// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <vector>

#include "app/model.hpp"
#include "forward/matrix.hpp"
#include "tutti/ports.hpp"

namespace lfp {

/// The other way round: what currents at the electrodes do to the segments. The same matrix,
/// transposed: what a contact sees of a segment's current, the segment sees of the contact's
/// (reciprocity), as a mean over its length where it counts as a line.
class Stimulation {
 public:
  /// For the segments of `mine`, whose table this is. `current` [nA] of any electrodes; contacts
  /// that nobody gives a current have none. Throws std::invalid_argument where something lies
  /// outside the tissue.
  Stimulation(const Model& model, const tutti::ElementTable& mine, tutti::SignalInput& current);

  /// The potential [mV] at each segment at `t`. Valid until the next call.
  std::span<const double> read(tutti::Time t);

 private:
  tutti::SignalInput* current_;
  ForwardMatrix forward_;
  std::vector<double> potential_;
};

}  // namespace lfp
