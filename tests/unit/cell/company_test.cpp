// SPDX-License-Identifier: MIT
// Cells of different types share blocks, and threads share out blocks: nobody may notice.
#include <algorithm>
#include <span>

#include "engine/population.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;

namespace {

/// Trees that differ in shape, size and channels.
CellType tree(int k) {
  std::vector<Stylised> sections{
      {"soma", soma, 18.0 + k, 20, "", 0, {}, 1, 0, 0},
      {"trunk", apic, 150.0 + 10 * k, 2.5, "soma", 1, {}, 5 + 2 * k, 0, 0}};
  for (int b = 0; b < 1 + k; ++b)
    sections.push_back({"branch" + std::to_string(b),
                        dend,
                        80.0 + 7 * b,
                        1.2,
                        b % 2 == 0 ? "trunk" : "soma",
                        b % 3 == 0 ? 1 : 0.5,
                        {},
                        3 + 2 * (b % 2),
                        0,
                        0});
  auto type = make_type(sections);
  const auto somatic = segments_of(type.cable, soma), upper = segments_of(type.cable, apic);
  type.mechanisms = {{"hh", somatic, {}}, {"pas", segments_of(type.cable, dend), {{"g", 1e-4}}}};
  type.mechanisms.push_back({"hh", upper, {{"gnabar", 0.01}, {"gkbar", 0.004}}});
  if (k % 2 == 0) {
    type.mechanisms.push_back({"ca_hva", upper, {{"gbar", 2e-4}}});
    type.mechanisms.push_back({"ca_dynamics", somatic, {}});
    type.mechanisms.push_back({"sk", upper, {{"gbar", 1e-4}}});
  } else {
    type.mechanisms.push_back({"ca_lva", somatic, {{"gbar", 1e-4}}});
    type.mechanisms.push_back({"ca_dynamics", somatic, {{"decay", 60.0 + k}}});
  }
  type.v_init = -70 + k;
  return type;
}

/// All that can be read of cell `which` among cells of these kinds after 40 ms.
std::vector<double> outcome(const std::vector<CellType>& types, const std::vector<int>& kinds,
                            std::size_t which, Scheme scheme, int threads) {
  Population population{0.025, scheme};
  population.use_threads(threads);
  std::vector<std::uint32_t> synapses;
  for (const int kind : kinds) {
    const auto& type = types[static_cast<std::size_t>(kind)];
    const auto cell = population.add_cell(type, -20, 0);
    const int far = static_cast<int>(type.cable.segments.size()) - 1;
    synapses.push_back(population.add_synapse({SynapseKind::exp2, cell, far, 0.5, 4, 0}));
    population.add_clamp({cell, 1, 5.0 + kind, 20, 0.3});
  }
  population.initialise();
  for (std::size_t k = 0; k < synapses.size(); ++k)
    population.deliver(synapses[k], 40 + 10 * kinds[k], 0.003);
  std::vector<Firing> firings;
  population.begin_mean();
  // membrane currents as the last window writes them, of two cells in three
  std::vector<std::vector<float>> written(kinds.size());
  std::vector<float*> places(kinds.size());
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    written[k].resize(types[static_cast<std::size_t>(kinds[k])].cable.segments.size());
    if (k == which || k % 3 != 0) places[k] = written[k].data();
  }
  for (int window = 0; window < 16; ++window)
    population.advance(100, firings, window % 3 == 0 ? places : std::span<float* const>{});
  std::vector<double> all;
  const auto cell = static_cast<std::uint32_t>(which);
  std::vector<double> values(population.type(cell).cable.segments.size());
  for (const auto what : {Quantity::v, Quantity::i_ca, Quantity::cai, Quantity::i_membrane}) {
    population.read(what, cell, values);
    all.insert(all.end(), values.begin(), values.end());
  }
  population.read(Quantity::i_membrane, cell, values);
  for (std::size_t s = 0; s < values.size(); ++s)
    BOOST_TEST(written[which][s] == static_cast<float>(values[s]));
  for (const auto& f : firings)
    if (f.cell == cell) all.push_back(static_cast<double>(f.step));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(company_of_cells)

BOOST_AUTO_TEST_CASE(a_cell_is_the_same_beside_cells_of_other_types) {
  std::vector<CellType> types;
  for (int k = 0; k < 7; ++k) types.push_back(tree(k));
  for (const auto scheme : {Scheme::backward_euler, Scheme::crank_nicolson})
    for (const int kind : {0, 1, 4, 6}) {
      const auto alone = outcome(types, {kind}, 0, scheme, 1);
      BOOST_TEST(alone.back() > 0);  // it has fired
      // in a block of its own type, and in blocks of several
      BOOST_TEST((outcome(types, {kind, kind, kind, kind, kind, kind}, 3, scheme, 1) == alone));
      BOOST_TEST((outcome(types, {kind, 2, 5}, 0, scheme, 1) == alone));
      BOOST_TEST((outcome(types, {6, 5, 4, 3, 2, 1, 0, 2, 5, kind, 3}, 9, scheme, 1) == alone));
    }
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bytes) {
  std::vector<CellType> types;
  for (int k = 0; k < 7; ++k) types.push_back(tree(k));
  std::vector<int> kinds;
  for (int k = 0; k < 60; ++k) kinds.push_back(k % 3 == 0 ? 4 : k % 7);
  for (const std::size_t which : {0U, 17U, 59U}) {
    const auto one = outcome(types, kinds, which, Scheme::backward_euler, 1);
    for (const int threads : {2, 3})
      BOOST_TEST((outcome(types, kinds, which, Scheme::backward_euler, threads) == one));
  }
}

BOOST_AUTO_TEST_SUITE_END()
