// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

namespace measures {

/// Butterworth's band-pass of `order` (each edge falls with 6·order dB per octave), as it can be
/// done while samples come in: causal, so it delays the signal. Gain 1/√2 at both edges.
class BandPass {
 public:
  /// Lets everything pass until visit() has read it.
  BandPass() = default;
  /// Throws std::invalid_argument unless 0 < low < high < fs/2 and order > 0.
  BandPass(double low_hz, double high_hz, double sampling_hz, std::size_t order = 2);

  /// The next sample of the output.
  double next(double sample);

  /// Calls fields(x) for all that the next samples depend on, to be written or read.
  template <typename Fields>
  void visit(Fields& fields) {
    fields(sections_);
  }

 private:
  struct Section {  // y = b (x − x₋₂) − a1 y₋₁ − a2 y₋₂, transposed direct form II
    double b, a1, a2;
    double s1 = 0, s2 = 0;
  };
  std::vector<Section> sections_;
};

}  // namespace measures
