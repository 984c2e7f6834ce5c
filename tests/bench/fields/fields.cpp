// SPDX-License-Identifier: MIT
// What does a step of 64 electrodes × 100,000 segments cost, beside OpenBLAS on the same numbers?
//   bench_fields [ELECTRODES] [SEGMENTS] [SEGMENTS_PER_CELL] [REPEATS]
// Prints "name,milliseconds of user CPU per step" with the medians; all take turns.
#include <cblas.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "forward/rows.hpp"
#include "forward/sources.hpp"
#include "module/projector.hpp"
#include "tutti/random.hpp"

namespace {

constexpr std::size_t steps = tutti::module::Projector::block;

double user_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

/// The numbers that all of them multiply.
struct Numbers {
  std::size_t electrodes, segments, per_cell;
  std::vector<float> columns;                // [segment][electrode]
  std::vector<float> rows;                   // [electrode][segment]
  std::vector<std::vector<double>> samples;  // [step][segment]

  Numbers(std::size_t e, std::size_t s, std::size_t cell)
      : electrodes{e}, segments{s}, per_cell{cell}, columns(e * s), rows(e * s) {
    const tutti::Random random{1, tutti::stream_id("bench"), 0};
    for (std::size_t k = 0; k < e * s; ++k) {
      columns[k] = static_cast<float>(random.uniform(k));
      rows[k % e * s + k / e] = columns[k];
    }
    samples.assign(steps, std::vector<double>(s));
    for (std::size_t t = 0; t < steps; ++t)
      for (std::size_t k = 0; k < s; ++k) samples[t][k] = random.uniform(e * s + t * s + k) - 0.5;
  }
};

tutti::module::Projector projector_of(const Numbers& n) {
  tutti::control::Projection piece;
  piece.rows = static_cast<std::uint32_t>(n.electrodes), piece.fraction_bits = 40;
  for (std::size_t left = n.segments; left > 0;) {
    const auto size = std::min(left, n.per_cell);
    piece.groups.push_back(static_cast<std::uint32_t>(size));
    left -= size;
  }
  piece.values = n.columns;
  const auto all = tutti::Elements::range(0, n.segments);
  return {{&piece, 1}, {all, all}};
}

/// float32, `block` steps at a time: what a source could do if last bits did not matter.
void sgemm(const Numbers& n, std::size_t block, std::vector<float>& samples,
           std::vector<float>& result) {
  samples.resize(block * n.segments), result.resize(block * n.electrodes);
  const auto e = static_cast<int>(n.electrodes), s = static_cast<int>(n.segments);
  for (std::size_t t = 0; t < steps; t += block) {
    for (std::size_t k = 0; k < block; ++k)
      for (std::size_t i = 0; i < n.segments; ++i)
        samples[k * n.segments + i] = static_cast<float>(n.samples[t + k][i]);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(block), e, s, 1.0F,
                samples.data(), s, n.rows.data(), s, 0.0F, result.data(), e);
  }
}

/// The matrix of line sources as the module makes it, and element by element with both asinh of
/// the formula, as it was made before.
class Making {
 public:
  Making(std::size_t electrodes, std::size_t segments) : row_(segments) {
    const tutti::Random random{2, tutti::stream_id("places"), 0};
    std::uint64_t n = 0;
    const auto place = [&](double size) {
      const double x = random.uniform(n++), y = random.uniform(n++), z = random.uniform(n++);
      return lfp::Point{size * x, size * y, size * z};
    };
    for (std::size_t s = 0; s < segments; ++s) {
      const auto start = place(1000);
      segments_.push_back({start, start + place(20), 1, false});
    }
    for (std::size_t e = 0; e < electrodes; ++e) electrodes_.push_back({place(1000), 0, "", 0, {}});
  }
  void by_module() {
    const lfp::Sources sources{segments_, {}, lfp::Method::line};
    for (const auto& e : electrodes_) sources.at(e, row_);
  }
  void by_formula() {
    for (const auto& e : electrodes_)
      for (std::size_t s = 0; s < row_.size(); ++s) row_[s] = formula(segments_[s], e.position);
  }
  const std::vector<double>& row() const { return row_; }

 private:
  static double formula(const lfp::Segment& segment, lfp::Point electrode) {
    const auto axis = segment.end - segment.start;
    const double extent = lfp::length(axis);
    const auto along = 1 / extent * axis, from_start = electrode - segment.start;
    const double a = lfp::dot(from_start, along);
    const double rho = std::max(lfp::length(from_start - a * along), segment.diameter / 2);
    return (std::asinh((extent - a) / rho) + std::asinh(a / rho)) /
           (4 * std::numbers::pi * 0.3 * extent);
  }

  std::vector<lfp::Segment> segments_;
  std::vector<lfp::Electrode> electrodes_;
  std::vector<double> row_;
};

/// Medians of user CPU [ms] per `units`, all ways taking turns.
void take_turns(const std::vector<std::pair<std::string, std::function<void()>>>& ways,
                std::size_t rounds, std::size_t units) {
  std::map<std::string, std::vector<double>> found;
  for (std::size_t round = 0; round < rounds; ++round)
    for (const auto& [name, way] : ways) {
      const double start = user_seconds();
      way();
      found[name].push_back(1e3 * (user_seconds() - start) / static_cast<double>(units));
    }
  for (const auto& [name, way] : ways) {
    auto& times = found[name];
    std::ranges::sort(times);
    fmt::print("{},{:.3f}\n", name, times[times.size() / 2]);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto number = [&](int k, std::size_t otherwise) {
    return argc > k ? static_cast<std::size_t>(std::stoul(argv[k])) : otherwise;
  };
  const Numbers n{number(1, 64), number(2, 100'000), number(3, 100)};
  openblas_set_num_threads(1);
  auto projector = projector_of(n);
  std::vector<std::int64_t> sums(steps * n.electrodes);
  std::vector<float> samples, result;
  lfp::Rows exact{n.segments};
  for (std::size_t e = 0; e < n.electrodes; ++e)
    exact.add(
        std::vector<double>(n.rows.begin() + static_cast<std::ptrdiff_t>(e * n.segments),
                            n.rows.begin() + static_cast<std::ptrdiff_t>((e + 1) * n.segments)));
  std::vector<double> potential(n.electrodes);

  const std::vector<std::pair<std::string, std::function<void()>>> ways{
      {"projection at the source",
       [&] {
         for (const auto& sample : n.samples) projector.add(sample);
         projector.write(sums.data());
       }},
      {"OpenBLAS sgemm, 102 steps at a time", [&] { sgemm(n, steps, samples, result); }},
      {"OpenBLAS sgemm, one step at a time", [&] { sgemm(n, 1, samples, result); }},
      {"float64 at the target, one step at a time", [&] {
         for (const auto& sample : n.samples) exact.apply(sample, potential);
       }}};
  take_turns(ways, number(4, 5), steps);
  sgemm(n, steps, samples, result);
  double worst = 0;  // the two products of the last step, which must be the same but for rounding
  for (std::size_t e = 0; e < n.electrodes; ++e)
    worst = std::max(
        worst, std::abs(std::ldexp(static_cast<double>(sums[(steps - 1) * n.electrodes + e]), -40) -
                        static_cast<double>(result[(steps - 1) * n.electrodes + e])));
  fmt::print("largest difference from sgemm,{:.1e}\n", worst);
  Making making{n.electrodes, n.segments};
  take_turns({{"the whole matrix once, as the module makes it", [&] { making.by_module(); }},
              {"the whole matrix once, two asinh each", [&] { making.by_formula(); }}},
             number(4, 5), 1);
  const auto formula = making.row();
  making.by_module();
  double off = 0;
  for (std::size_t s = 0; s < formula.size(); ++s)
    off = std::max(off, std::abs(making.row()[s] / formula[s] - 1));
  fmt::print("largest relative difference between the two,{:.1e}\n", off);
  return worst < 1e-1 && off < 1e-9 ? 0 : 1;
}
