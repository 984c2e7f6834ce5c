// SPDX-License-Identifier: MIT
#include "tutti/state.hpp"

#include <array>

#include "checkpoint/past.hpp"
#include "test.hpp"

using namespace tutti;

namespace {

struct Cell {
  std::uint64_t number = 0;
  double v = 0;
  std::array<float, 3> gates{};
  std::vector<std::int64_t> pending;
  std::string note;

  void visit(State& state) {
    state.entry("cells", number, [this](Fields& fields) {
      fields(v), fields(gates), fields(pending), fields(note);
    });
  }
};

bool says(const Error& error, std::string_view words) {
  return std::string_view{error.what()}.find(words) != std::string_view::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(states)

BOOST_AUTO_TEST_CASE(what_is_saved_is_loaded_by_whoever_owns_it_then) {
  std::vector<Cell> cells{{7, -65.5, {1, 2, 3}, {10, 20}, "first"}, {3, 0.1, {4, 5, 6}, {}, ""}};
  State saved;
  for (auto& cell : cells) cell.visit(saved);
  State loaded{saved.entries()};
  Cell again{3, 9, {}, {1, 2, 3}, "old"};
  again.visit(loaded);
  BOOST_TEST(again.v == 0.1);
  BOOST_TEST(again.gates == cells[1].gates, boost::test_tools::per_element());
  BOOST_TEST(again.pending.empty());
  BOOST_TEST(again.note.empty());
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_missing_short_or_long_is_an_error_that_names_it) {
  State saved;
  double one = 1;
  saved.entry("cells", 4, [&](Fields& fields) { fields(one); });
  const auto load = [&](std::uint64_t number, int doubles) {
    State loaded{saved.entries()};
    loaded.entry("cells", number, [&](Fields& fields) {
      for (int k = 0; k < doubles; ++k) fields(one);
    });
  };
  load(4, 1);
  BOOST_CHECK_EXCEPTION(load(5, 1), Error, [](const Error& e) { return says(e, "cells 5"); });
  BOOST_CHECK_EXCEPTION(load(4, 2), Error, [](const Error& e) { return says(e, "ends early"); });
  BOOST_CHECK_EXCEPTION(load(4, 0), Error, [](const Error& e) { return says(e, "8 bytes more"); });
}

BOOST_AUTO_TEST_CASE(a_length_that_cannot_be_is_not_believed) {
  State saved;
  std::uint64_t huge = std::uint64_t{1} << 60;
  saved.entry("cells", 0, [&](Fields& fields) { fields(huge); });
  State loaded{saved.entries()};
  std::vector<double> values;
  BOOST_CHECK_EXCEPTION(loaded.entry("cells", 0, [&](Fields& fields) { fields(values); }), Error,
                        [](const Error& e) { return says(e, "damaged"); });
}

BOOST_AUTO_TEST_CASE(an_entry_is_saved_once) {
  State state;
  state.entry("cells", 0, [](Fields&) {});
  BOOST_CHECK_THROW(state.entry("cells", 0, [](Fields&) {}), Error);
}

BOOST_AUTO_TEST_CASE(samples_of_other_ranks_are_put_together_for_the_elements_of_one) {
  const auto at = [](std::int64_t tick) { return time_of(tick); };
  checkpoint::Past odd, even;
  odd.from = even.from = at(5);
  for (const std::int64_t t : {4, 6, 8}) {  // 4 is too old to be remembered
    const auto x = static_cast<double>(t);
    even.sample(at(t), Elements::strided(0, 3, 2), std::array{x, x + 2, x + 4});
    odd.sample(at(t), Elements::strided(1, 2, 2), std::array{x + 1, x + 3});
  }
  std::vector<std::vector<double>> rows;
  const std::array pasts{even, odd};
  checkpoint::each_sample(pasts, Elements::range(1, 3), [&](Time, std::span<const double> values) {
    rows.emplace_back(values.begin(), values.end());
  });
  BOOST_TEST((rows == std::vector<std::vector<double>>{{7, 8, 9}, {9, 10, 11}}));
  BOOST_CHECK_EXCEPTION(
      checkpoint::each_sample(pasts, Elements::range(4, 2), [](Time, std::span<const double>) {}),
      Error, [](const Error& e) { return says(e, "1 elements where 2 are needed"); });
}

BOOST_AUTO_TEST_SUITE_END()
