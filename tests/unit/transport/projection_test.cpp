// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "module/projector.hpp"
#include "test.hpp"
#include "tutti/random.hpp"

using namespace tutti;
using namespace tutti::module;

namespace {

/// A matrix and samples with groups of uneven sizes, rows that fill no vector.
struct Problem {
  std::size_t rows = 21;
  std::vector<std::uint32_t> groups{1, 7, 40, 3, 2, 60};
  std::size_t columns = std::accumulate(groups.begin(), groups.end(), std::size_t{0});
  std::vector<float> matrix;  // [column][row]
  std::vector<std::vector<double>> samples;

  explicit Problem(std::size_t count) {
    const Random random{3, stream_id("projection"), 0};
    std::uint64_t n = 0;
    for (std::size_t k = 0; k < columns * rows; ++k)
      matrix.push_back(static_cast<float>(random.uniform(n++)));
    for (std::size_t s = 0; s < count; ++s) {
      samples.emplace_back(columns);
      for (auto& value : samples.back()) value = random.uniform(n++) - 0.5;
    }
  }
  /// The part of the matrix that some groups have.
  control::Projection piece(std::size_t first, std::size_t last) const {
    control::Projection p;
    p.rows = static_cast<std::uint32_t>(rows), p.fraction_bits = 40;
    p.groups.assign(groups.begin() + static_cast<std::ptrdiff_t>(first),
                    groups.begin() + static_cast<std::ptrdiff_t>(last));
    const auto begin = column_of(first) * rows, end = column_of(last) * rows;
    p.values.assign(matrix.begin() + static_cast<std::ptrdiff_t>(begin),
                    matrix.begin() + static_cast<std::ptrdiff_t>(end));
    return p;
  }
  std::size_t column_of(std::size_t group) const {
    return std::accumulate(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(group),
                           std::size_t{0});
  }
  double exact(std::size_t sample, std::size_t row) const {
    double sum = 0;
    for (std::size_t k = 0; k < columns; ++k)
      sum += static_cast<double>(matrix[k * rows + row]) * samples[sample][k];
    return sum;
  }
};

transport::IndexMap all_of(std::size_t columns) {
  return {Elements::range(0, columns), Elements::range(0, columns)};
}

/// All sums of a problem, with as many samples at a time as `batch` says.
std::vector<std::int64_t> sums_of(const Problem& problem, std::size_t batch) {
  const auto piece = problem.piece(0, problem.groups.size());
  Projector projector{{&piece, 1}, all_of(problem.columns)};
  std::vector<std::int64_t> all(problem.samples.size() * problem.rows);
  std::size_t written = 0;
  for (const auto& sample : problem.samples) {
    projector.add(sample);
    if (projector.waiting() < batch && !projector.full()) continue;
    const auto count = projector.waiting();
    projector.write(all.data() + written);
    written += count * problem.rows;
  }
  projector.write(all.data() + written);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(projection)

BOOST_AUTO_TEST_CASE(sums_are_the_product_of_matrix_and_sample) {
  const Problem problem{5};
  const auto sums = sums_of(problem, 100);
  for (std::size_t s = 0; s < problem.samples.size(); ++s)
    for (std::size_t r = 0; r < problem.rows; ++r) {
      const double sum = std::ldexp(static_cast<double>(sums[s * problem.rows + r]), -40);
      // 60 products of at most 0.5, added up as float32: partial sums stay below 8, each of 120
      // roundings is at most 2^-22 there, and they seldom point the same way
      BOOST_TEST(std::abs(sum - problem.exact(s, r)) < 120 * 0x1p-22);
    }
}

BOOST_AUTO_TEST_CASE(sums_are_the_same_bits_however_samples_are_taken_together) {
  const Problem problem{101};
  const auto one = sums_of(problem, 1);
  for (const std::size_t batch : {2U, 5U, 6U, 7U, 48U, 101U})
    BOOST_TEST((sums_of(problem, batch) == one), "batch " << batch);
}

BOOST_AUTO_TEST_CASE(sums_are_the_same_bits_however_groups_are_dealt_to_ranks) {
  const Problem problem{9};
  const auto whole = sums_of(problem, 48);
  for (std::size_t cut = 0; cut <= problem.groups.size(); ++cut) {
    std::vector<std::int64_t> total(whole.size());
    for (const auto& [first, last] :
         {std::pair{std::size_t{0}, cut}, std::pair{cut, problem.groups.size()}}) {
      if (first == last) continue;
      const auto piece = problem.piece(first, last);
      const auto begin = problem.column_of(first), end = problem.column_of(last);
      Projector projector{{&piece, 1}, all_of(end - begin)};
      for (const auto& sample : problem.samples)
        projector.add(std::span{sample}.subspan(begin, end - begin));
      std::vector<std::int64_t> part(whole.size());
      projector.write(part.data());
      for (std::size_t k = 0; k < part.size(); ++k) total[k] += part[k];
    }
    BOOST_TEST((total == whole), "cut after group " << cut);
  }
}

BOOST_AUTO_TEST_CASE(every_instruction_set_gives_the_same_bits) {
  constexpr std::size_t rows = 80;                         // five vectors of 16: both sizes of tile
  constexpr std::size_t size = 80, count = 13, room = 18;  // a whole number of kernel_samples
  std::vector<float> matrix(size * rows), samples(room * size);
  const Random random{5, stream_id("isa"), 0};
  for (std::size_t k = 0; k < matrix.size(); ++k) matrix[k] = static_cast<float>(random.uniform(k));
  for (std::size_t k = 0; k < samples.size(); ++k)
    samples[k] = static_cast<float>(random.uniform(k + matrix.size()) - 0.5);
  samples[2 * size + 7] = std::numeric_limits<float>::infinity();
  const Group group{matrix.data(), samples.data(), size};
  std::vector<std::int64_t> expected(room * rows);
  std::vector<std::uint8_t> lost(room * rows);
  add_group_for("x86-64")(group, rows, 0x1p40, count, {expected.data(), lost.data()});
  BOOST_TEST(std::ranges::count(lost, 1) == rows);
  for (const char* isa : {"avx2", "avx512"}) {
    const auto add = add_group_for(isa);
    if (add == nullptr) {
      BOOST_TEST_MESSAGE("SKIPPED: this processor has no " << isa);
      continue;
    }
    std::vector<std::int64_t> sums(expected.size());
    std::vector<std::uint8_t> also_lost(lost.size());
    add(group, rows, 0x1p40, count, {sums.data(), also_lost.data()});
    BOOST_TEST((sums == expected && also_lost == lost), isa);
  }
}

BOOST_AUTO_TEST_CASE(a_sum_that_is_no_number_or_too_large_says_so_and_harms_no_other) {
  Problem problem{4};
  const auto sound = sums_of(problem, 48);
  problem.samples[1][20] = std::nan("");
  problem.samples[2][20] = 1e9;  // 2^51 · 2^-40 = 2048 is the limit
  const auto sums = sums_of(problem, 48);
  for (std::size_t s = 0; s < 4; ++s)
    for (std::size_t r = 0; r < problem.rows; ++r) {
      const auto k = s * problem.rows + r;
      BOOST_TEST(sums[k] == (s == 1 || s == 2 ? no_sum : sound[k]));
    }
}

BOOST_AUTO_TEST_CASE(samples_that_nobody_reads_cost_nothing_and_change_no_other) {
  const Problem problem{100};
  const auto piece = problem.piece(0, problem.groups.size());
  Projector projector{{&piece, 1}, all_of(problem.columns)};
  for (std::size_t s = 0; s < 100; ++s)
    if (s % 7 == 3)
      projector.add(problem.samples[s]);
    else
      projector.skip();
  BOOST_TEST(projector.waiting() == 100);
  BOOST_TEST(!projector.full());
  std::vector<std::int64_t> sums(100 * problem.rows, 1);
  projector.write(sums.data());
  const auto all = sums_of(problem, 48);
  for (std::size_t k = 0; k < sums.size(); ++k)
    BOOST_TEST(sums[k] == (k / problem.rows % 7 == 3 ? all[k] : 0));
}

BOOST_AUTO_TEST_CASE(a_draft_gives_the_sums_of_the_sample_that_it_is) {
  const Problem problem{13};
  const auto piece = problem.piece(0, problem.groups.size());
  // the elements begin at number 5 of a sample
  Projector projector{
      {&piece, 1}, {Elements::range(5, problem.columns), Elements::range(0, 5 + problem.columns)}};
  std::vector<SignalOutput::Run> runs;
  for (std::size_t s = 0; s < problem.samples.size(); ++s) {
    BOOST_REQUIRE(projector.draft(runs));
    BOOST_REQUIRE(runs.size() == problem.groups.size());
    for (std::size_t g = 0; g < runs.size(); ++g) {
      BOOST_TEST(runs[g].first == 5 + problem.column_of(g));
      BOOST_TEST(runs[g].count == problem.groups[g]);
      // a draft that is not taken leaves no trace
      for (std::size_t k = 0; k < runs[g].count; ++k)
        runs[g].to[k] =
            s % 3 == 1 ? 1e30F : static_cast<float>(problem.samples[s][runs[g].first - 5 + k]);
    }
    if (s % 3 != 1) {
      projector.add_draft();
      continue;
    }
    std::vector<double> sample(5, -1e30);
    sample.insert(sample.end(), problem.samples[s].begin(), problem.samples[s].end());
    projector.add(sample);
  }
  std::vector<std::int64_t> sums(problem.samples.size() * problem.rows);
  projector.write(sums.data());
  BOOST_TEST((sums == sums_of(problem, 100)));
}

BOOST_AUTO_TEST_CASE(scattered_elements_have_no_draft) {
  const Problem problem{1};
  const auto piece = problem.piece(0, problem.groups.size());
  const auto apart = Elements::strided(0, problem.columns, 2);
  Projector projector{{&piece, 1}, {apart, Elements::range(0, 2 * problem.columns)}};
  std::vector<SignalOutput::Run> runs;
  BOOST_TEST(!projector.draft(runs));
}

BOOST_AUTO_TEST_CASE(a_matrix_that_does_not_fit_the_elements_is_refused) {
  const Problem problem{1};
  const auto piece = problem.piece(0, 3);
  BOOST_CHECK_THROW((Projector{{&piece, 1}, all_of(47)}), Error);
  BOOST_CHECK_THROW((Projector{{&piece, 1}, all_of(49)}), Error);
  const Projector fits{{&piece, 1}, all_of(48)};
  BOOST_TEST(fits.rows() == problem.rows);
}

BOOST_AUTO_TEST_SUITE_END()
