// SPDX-License-Identifier: MIT
#pragma once
#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace measures {

/// The next length at or above `n` of the form 2^a 3^b 5^c, which transforms fast.
std::size_t fast_length(std::size_t n);

/// Discrete Fourier transform of real sequences of one length: X(k) = Σ x(j) exp(−2πi jk / n),
/// k = 0 … n/2, not scaled. Plans are made without timing, so the same machine gives the same bits
/// each time. Each object belongs to one thread at a time; several threads may have their own.
class RealFourier {
 public:
  /// Requires length > 0; throws std::invalid_argument if not.
  explicit RealFourier(std::size_t length);
  ~RealFourier();
  RealFourier(RealFourier&&) noexcept;
  RealFourier& operator=(RealFourier&&) noexcept;

  std::size_t length() const;

  /// Where to put the sequence before `transform`; its contents survive the transform.
  std::span<double> input();

  /// The n/2 + 1 coefficients of the input, until the next call.
  std::span<const std::complex<double>> transform();

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
};

/// Discrete Fourier transform of complex sequences in place, both ways, not scaled: forward then
/// backward multiplies by the length.
class ComplexFourier {
 public:
  explicit ComplexFourier(std::size_t length);
  ~ComplexFourier();
  ComplexFourier(ComplexFourier&&) noexcept;
  ComplexFourier& operator=(ComplexFourier&&) noexcept;

  /// The sequence that `forward` and `backward` replace by its transform.
  std::span<std::complex<double>> data();
  void forward();   ///< exp(−2πi jk / n)
  void backward();  ///< exp(+2πi jk / n)

 private:
  struct Plan;
  std::unique_ptr<Plan> plan_;
};

}  // namespace measures
