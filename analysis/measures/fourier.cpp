// SPDX-License-Identifier: MIT
#include "measures/fourier.hpp"

#include <fftw3.h>

#include <algorithm>
#include <mutex>

#include "measures/require.hpp"

namespace measures {

namespace {
// FFTW's complex number has the layout of std::complex<double> (C++ [complex.numbers] 4).
std::complex<double>* as_complex(fftw_complex* p) {
  return reinterpret_cast<std::complex<double>*>(p);
}

// FFTW may execute plans on any thread, but make and destroy them on one at a time only.
std::mutex& planner() {
  static std::mutex mutex;
  return mutex;
}

template <typename Make>
fftw_plan made(Make make) {
  const std::lock_guard lock{planner()};
  return make();
}

void destroy(fftw_plan plan) {
  const std::lock_guard lock{planner()};
  fftw_destroy_plan(plan);
}

int checked_length(std::size_t length) {
  require(length > 0 && length < (std::size_t{1} << 30),
          "a Fourier transform cannot have {} points", length);
  return static_cast<int>(length);
}
}  // namespace

std::size_t fast_length(std::size_t n) {
  const auto smooth = [](std::size_t m) {
    for (const std::size_t p : {std::size_t{2}, std::size_t{3}, std::size_t{5}})
      while (m % p == 0) m /= p;
    return m == 1;
  };
  while (!smooth(n)) ++n;
  return n;
}

struct RealFourier::Plan {
  explicit Plan(std::size_t n)
      : length{n}, in{fftw_alloc_real(n)}, out{fftw_alloc_complex(n / 2 + 1)}, plan{made([&] {
          return fftw_plan_dft_r2c_1d(checked_length(n), in, out,
                                      FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        })} {
    std::fill_n(in, n, 0.0);
  }
  ~Plan() {
    destroy(plan);
    fftw_free(out);
    fftw_free(in);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  std::size_t length;
  double* in;
  fftw_complex* out;
  fftw_plan plan;
};

RealFourier::RealFourier(std::size_t length) {
  checked_length(length);
  plan_ = std::make_unique<Plan>(length);
}
RealFourier::~RealFourier() = default;
RealFourier::RealFourier(RealFourier&&) noexcept = default;
RealFourier& RealFourier::operator=(RealFourier&&) noexcept = default;

std::size_t RealFourier::length() const { return plan_->length; }
std::span<double> RealFourier::input() { return {plan_->in, plan_->length}; }
std::span<const std::complex<double>> RealFourier::transform() {
  fftw_execute(plan_->plan);
  return {as_complex(plan_->out), plan_->length / 2 + 1};
}

struct ComplexFourier::Plan {
  explicit Plan(std::size_t n)
      : length{n},
        data{fftw_alloc_complex(n)},
        forward{made([&] {
          return fftw_plan_dft_1d(checked_length(n), data, data, FFTW_FORWARD, FFTW_ESTIMATE);
        })},
        backward{made([&] {
          return fftw_plan_dft_1d(checked_length(n), data, data, FFTW_BACKWARD, FFTW_ESTIMATE);
        })} {
    std::fill_n(as_complex(data), n, 0.0);
  }
  ~Plan() {
    destroy(backward);
    destroy(forward);
    fftw_free(data);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  std::size_t length;
  fftw_complex* data;
  fftw_plan forward;
  fftw_plan backward;
};

ComplexFourier::ComplexFourier(std::size_t length) {
  checked_length(length);
  plan_ = std::make_unique<Plan>(length);
}
ComplexFourier::~ComplexFourier() = default;
ComplexFourier::ComplexFourier(ComplexFourier&&) noexcept = default;
ComplexFourier& ComplexFourier::operator=(ComplexFourier&&) noexcept = default;

std::span<std::complex<double>> ComplexFourier::data() {
  return {as_complex(plan_->data), plan_->length};
}
void ComplexFourier::forward() { fftw_execute(plan_->forward); }
void ComplexFourier::backward() { fftw_execute(plan_->backward); }

}  // namespace measures
