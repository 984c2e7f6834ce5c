// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tutti/ports.hpp"
#include "tutti/state.hpp"
#include "tutti/time.hpp"

namespace tutti::rxd_app {

/// Turns samples of a current, each the mean over the step before it, into a current to apply in
/// the next window so that no charge is lost: a source with a shorter step is averaged over the
/// window just past, one with a longer step is held until its next sample. All charge thus enters
/// one step late.
class Charge {
 public:
  /// Of the segments `elements`, in windows of `window`.
  Charge(Elements elements, Duration window);

  /// Takes what arrived in the window that ended now.
  void take(std::span<const Sample> samples);
  /// Current to apply over the next window [nA], by element.
  std::span<const double> current() const { return current_; }
  /// Charge that has come in so far [pC], by element.
  std::span<const double> received() const { return received_; }

  /// What is known of each element, for checkpoints; `part` says of which current.
  void visit(State& state, const std::string& part);

 private:
  struct Source {
    std::uint64_t first;          ///< its first element, which no other source has
    Time last;                    ///< its last sample
    std::vector<std::size_t> at;  ///< where its elements are among ours
  };
  Source& source_of(const Sample& sample, bool& fresh);

  Elements elements_;
  double window_ms_;
  std::vector<Source> sources_;
  std::vector<double> current_, received_;
  std::vector<std::optional<Time>> heard_;  // of a resumed run: the last sample before it
};

}  // namespace tutti::rxd_app
