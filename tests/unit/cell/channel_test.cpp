// SPDX-License-Identifier: MIT
// Gates under voltage clamp against a table of their steady states and time constants.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include "engine/mechanisms/all.hpp"
#include "engine/reference.hpp"
#include "engine/type_model.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

constexpr double dt = 0.1;  // [ms]

/// One compartment with one mechanism under a voltage clamp.
struct Clamped {
  explicit Clamped(const std::string& name, double celsius = 34, double step_ms = dt)
      : type{make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}})} {
    type.celsius = celsius;
    type.mechanisms = {{name, {0}, {}}};
    model.emplace(type, step_ms, Scheme::backward_euler);
  }
  std::size_t states() const { return static_cast<std::size_t>(model->entry(0).states); }

  /// The gates at a voltage and a calcium concentration [mM], from `x`, after one step or for ever.
  std::vector<double> after(double v_mV, const std::vector<double>& start, bool settled,
                            double cai_mM = 1e-4) const {
    alignas(64) double v[lanes], x[most_states * lanes], cai[lanes];
    for (double& one : v) one = v_mV;
    for (double& one : cai) one = cai_mM;
    for (std::size_t s = 0; s < start.size(); ++s)
      for (std::size_t lane = 0; lane < lanes; ++lane) x[s * lanes + lane] = start[s];
    alignas(64) double eca[lanes] = {};  // gates do not ask, whatever the currents do
    const MechanismState memory{x};
    BlockState block;
    block.v = v;
    block.eca = eca;
    block.ena = block.ek = eca;
    block.cai = cai;
    block.mechanisms = &memory;
    for (int again = 0; again < (settled ? 3 : 1); ++again)
      best_kernel().gates(model->tables(), block, 0,
                          settled ? model->settled(0) : model->tables().mechanisms[0].constants);
    std::vector<double> gates;
    for (std::size_t s = 0; s < states(); ++s) gates.push_back(x[s * lanes]);
    return gates;
  }
  std::vector<double> steady(double v_mV, double cai_mM = 1e-4) const {
    return after(v_mV, std::vector<double>(states(), 0.0), true, cai_mM);
  }
  /// e^(-dt/tau) of a gate: from inf + 1 the distance falls to that.
  double left(double v_mV, std::size_t gate) const {
    auto start = steady(v_mV);
    const double inf = start[gate];
    start[gate] += 1;
    return after(v_mV, start, false)[gate] - inf;
  }

  CellType type;
  std::optional<TypeModel> model;
};

/// hh in the soma, calcium of its own in a dendrite.
CellType forked() {
  auto type = make_type(
      {{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}, {"dend", dend, 200, 3, "soma", 1, {}, 9, 0, 0}});
  type.mechanisms = {{"hh", {0}, {}},
                     {"ca_hva", segments_of(type.cable, dend), {{"gbar", 1e-4}}},
                     {"ca_dynamics", segments_of(type.cable, dend), {}},
                     {"sk", segments_of(type.cable, dend), {{"gbar", 1e-3}}}};
  return type;
}

const std::map<std::string, std::string> names{
    {"Ca_HVA", "ca_hva"}, {"Ca_LVA", "ca_lva"}, {"Im", "im"},   {"Ih", "ih"},
    {"NaTs", "nats"},     {"Kv3_1", "kv3_1"},   {"K_T", "k_t"}, {"NaTa", "nata"},
    {"Nap", "nap"},       {"K_P", "k_p"},       {"Kd", "kd"},   {"Kv2like", "kv2like"},
    {"Im_v2", "im_v2"},   {"NaV", "nav"},       {"SK", "sk"}};

struct Row {
  std::string mechanism, gate;
  double v = 0, inf = 0, tau = 0;
};

std::vector<Row> published(const std::filesystem::path& shared) {
  std::ifstream file{shared / "refs/channels.csv"};
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream words{line};
    Row row;
    std::string v, inf, tau;
    std::getline(words, row.mechanism, ','), std::getline(words, row.gate, ',');
    std::getline(words, v, ','), std::getline(words, inf, ','), std::getline(words, tau, ',');
    if (!v.empty()) row.v = std::stod(v);
    if (!inf.empty()) row.inf = std::stod(inf);
    if (!tau.empty()) row.tau = std::stod(tau);
    rows.push_back(row);
  }
  return rows;
}

std::size_t place_of(const std::string& mechanism, const std::string& gate) {
  const auto& states =
      registry()[static_cast<std::size_t>(mechanism_number(mechanism))].info.states;
  const auto found = std::ranges::find(states, gate);
  BOOST_REQUIRE(found != states.end());
  return static_cast<std::size_t>(found - states.begin());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(channels)

BOOST_AUTO_TEST_CASE(gates_have_the_published_steady_states_and_time_constants) {
  REQUIRE_SHARED(shared);
  int compared = 0;
  for (const auto& row : published(shared)) {
    const auto& name = names.at(row.mechanism);
    if (row.gate == "O_initial" || row.gate == "slowest" || row.mechanism == "SK" ||
        (name == "nap" && row.gate == "m"))
      continue;  // in cases of their own; the published start of NaV is no equilibrium
    const Clamped clamped{name};
    const auto gate = place_of(name, row.gate);
    // the table's occupancies of the scheme come from a linear solve with rounding of 1e-16 of 1
    const double off = std::abs(clamped.steady(row.v)[gate] - row.inf);
    BOOST_TEST(off < 1e-12 * row.inf + (name == "nav" ? 1e-15 : 0));
    // rounding of a gate near 1
    if (name != "nav")
      BOOST_TEST(std::abs(clamped.left(row.v, gate) - std::exp(-dt / row.tau)) < 1e-14);
    ++compared;
  }
  BOOST_TEST(compared == 17 * (22 + 12));
}

BOOST_AUTO_TEST_CASE(sk_opens_with_calcium_as_published) {
  REQUIRE_SHARED(shared);
  const Clamped sk{"sk"};
  int compared = 0;
  for (const auto& row : published(shared))
    if (row.mechanism == "SK") {
      const double cai = std::stod(row.gate.substr(row.gate.find('=') + 1));
      BOOST_TEST(sk.steady(-60, cai)[0] == row.inf, tt::tolerance(1e-12));
      ++compared;
    }
  BOOST_TEST(compared == 7);
  BOOST_TEST(std::abs(sk.left(-60, 0) - std::exp(-dt / 1.0)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(persistent_sodium_opens_at_once_and_its_slope_is_part_of_the_conductance) {
  REQUIRE_SHARED(shared);
  using S = Vectors<Baseline>;
  const double constants[4] = {dt, 0, 0, 0}, gbar = 2;
  for (const auto& row : published(shared)) {
    if (row.mechanism != "Nap" || row.gate != "m") continue;
    const auto v = splat<S::real>(row.v), h = splat<S::real>(0.25);
    BOOST_TEST(Nap::activation<S>(v)[0] == row.inf, tt::tolerance(1e-12));
    const auto i = Nap::current<S>(v, splat<S::real>(53), &h, &gbar, constants);
    // the line g (v - E) touches the current at v; its slope is that of the current half a uV off
    BOOST_TEST((i.g * v - i.gE)[0] == 0.5 * row.inf * (row.v - 53), tt::tolerance(1e-10));
    const double slope = 0.5 * (row.inf + row.inf * (1 - row.inf) / 4.6 * (row.v - 53));
    BOOST_TEST(std::abs(i.g[0] - slope) < 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(the_sodium_scheme_keeps_its_sum_and_relaxes_as_slowly_as_published) {
  REQUIRE_SHARED(shared);
  constexpr double step = 1e-3;  // [ms]
  const Clamped nav{"nav", 34, step};
  int compared = 0;
  for (const auto& row : published(shared)) {
    if (row.gate != "slowest") continue;
    auto p = nav.steady(row.v > -30 ? -80 : 20);
    const auto end = nav.steady(row.v);
    // when all else has gone, an implicit step takes the distance down by 1 + dt/tau
    for (int k = 0; k < static_cast<int>(20 * row.tau / step); ++k) p = nav.after(row.v, p, false);
    std::size_t far = 0;
    for (std::size_t s = 0; s < p.size(); ++s)
      if (std::abs(p[s] - end[s]) > std::abs(p[far] - end[far])) far = s;
    const double before = p[far] - end[far];
    p = nav.after(row.v, p, false);
    BOOST_TEST(step / (before / (p[far] - end[far]) - 1) == row.tau, tt::tolerance(1e-2));
    double sum = 0;
    for (const double one : p) sum += one;
    BOOST_TEST(std::abs(sum - 1) < 1e-14);
    ++compared;
  }
  BOOST_TEST(compared == 17);
}

/// The equations of CA1's potassium currents once more, gate by gate: inf and tau [ms].
std::pair<double, double> ca1(const std::string& gate, double v, double celsius) {
  const double f = 96480 / (8315 * (273.16 + celsius));
  if (gate == "l") return {1 / (1 + std::exp(3 * f * (v + 56))), std::max(2.0, 0.26 * (v + 50))};
  if (gate == "kdr")
    return {
        1 / (1 + std::exp(-3 * f * (v - 13))),
        std::max(2.0, std::exp(-2.1 * f * (v - 13)) / (0.02 * (1 + std::exp(-3 * f * (v - 13)))))};
  const bool near = gate == "kap";
  const double zeta = (near ? -1.5 : -1.8) - 1 / (1 + std::exp((v + 40) / 5));
  const double x = zeta * f * (v - (near ? 11 : -1)), q = std::pow(5, (celsius - 24) / 10);
  const double tau =
      std::exp((near ? 0.55 : 0.39) * x) / (q * (near ? 0.05 : 0.1) * (1 + std::exp(x)));
  return {1 / (1 + std::exp(x)), std::max(near ? 0.1 : 0.2, tau)};
}

BOOST_AUTO_TEST_CASE(rare_states_of_the_sodium_scheme_have_all_their_digits) {
  // solved in rational arithmetic
  const auto p = Clamped{"nav"}.steady(-100);
  BOOST_TEST(p[place_of("nav", "O")] == 1.4638152435958826e-08, tt::tolerance(1e-13));
  BOOST_TEST(p[place_of("nav", "I5")] == 3.191461464062258e-08, tt::tolerance(1e-13));
  BOOST_TEST(p[place_of("nav", "I6")] == 1.3481696718806518e-07, tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(potassium_currents_of_ca1_have_the_gates_of_their_paper) {
  for (const double celsius : {24.0, 35.0})
    for (double v = -100; v <= 60; v += 10)
      for (const std::string name : {"kap", "kad", "kdr"}) {
        const Clamped clamped{name, celsius};
        for (std::size_t gate = 0; gate < clamped.states(); ++gate) {
          const auto [inf, tau] = ca1(gate == 1 ? "l" : name, v, celsius);
          BOOST_TEST(clamped.steady(v)[gate] == inf, tt::tolerance(1e-12));
          BOOST_TEST(std::abs(clamped.left(v, gate) - std::exp(-dt / tau)) < 1e-14);
        }
      }
}

BOOST_AUTO_TEST_CASE(calcium_of_a_shell_follows_its_current_and_decays_to_rest) {
  // ica held by clamping v through a large leak: i = -g (v - eca) falls with eca, so one step at a
  // time: each must be the exact solution for the current before it
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.celsius = 34;
  type.v_init = -20;
  type.mechanisms = {{"ca_hva", {0}, {{"gbar", 1e-4}}},
                     {"ca_dynamics", {0}, {{"gamma", 0.01}, {"decay", 80}}},
                     {"pas", {0}, {{"g", 1}, {"e", -20}}}};
  Population cell{0.1, Scheme::backward_euler};
  cell.add_cell(type, 0, 0);
  cell.initialise();
  const Clamped hva{"ca_hva"};
  auto gates = hva.steady(-20);
  double cai = 1e-4, read = 0;
  std::vector<Firing> firings;
  for (int step = 0; step < 500; ++step) {
    const double v = voltages(cell, {0})[0];
    if (step > 0) gates = hva.after(v, gates, false);
    const double eca = 1000 * 8.31446261815324 * 307.15 / (2 * 96485.33212) * std::log(2 / cai);
    const double ica = 1e-4 * 1e3 * 1e-3 * gates[0] * gates[0] * gates[1] * (v - eca);  // [mA/cm2]
    const double inf = 1e-4 - 80 * 1e4 * 0.01 * ica / (2 * 96485.33212 * 0.1);
    cai = inf + (cai - inf) * std::exp(-0.1 / 80);
    cell.advance(1, firings);
    if (step % 7 == 3) {  // reading must not move anything
      cell.read(Quantity::cai, 0, std::span{&read, 1});
      BOOST_TEST(read == cai, tt::tolerance(1e-11));
    }
  }
  BOOST_TEST(cai > 2e-4);
}

BOOST_AUTO_TEST_CASE(states_and_currents_read_are_those_of_the_present_and_change_nothing) {
  auto type = forked();
  const auto run = [&](bool read) {
    Population cell{0.025, Scheme::backward_euler};
    cell.add_cell(type, -10, 0);
    cell.add_clamp({0, 0, 1, 20, 0.6});
    cell.initialise();
    std::vector<Firing> firings;
    std::vector<double> m(type.cable.segments.size()), i = m, sum = m;
    const Clamped hh{"hh", type.celsius, 0.025};
    auto gates = hh.steady(type.v_init);
    for (int step = 0; step < 400; ++step) {
      cell.advance(1, firings);
      gates = hh.after(voltages(cell, {0})[0], gates, false);
      if (!read) continue;
      cell.read_state(0, mechanism_number("hh"), 1, m);
      BOOST_TEST(m[0] == gates[1], tt::tolerance(1e-12));
      BOOST_TEST(m[1] == 0);
      cell.read_current(0, mechanism_number("hh"), i);
      const double v = voltages(cell, {0})[0], area = type.cable.segments[0].area * 1e-2;
      const double expected =
          area * (0.12 * std::pow(gates[0], 3) * gates[1] * (v - 50) +
                  0.036 * std::pow(gates[2], 4) * (v + 77) + 0.0003 * (v + 54.3));
      BOOST_TEST(std::abs(i[0] - expected) < 1e-11);  // [nA], of terms up to 20
    }
    return voltages(cell, {0, 3, 7});
  };
  BOOST_TEST(run(true) == run(false), tt::per_element());
}

BOOST_AUTO_TEST_CASE(vector_logarithm_is_exact_to_two_units_in_the_last_place) {
  using S = Vectors<Baseline>;
  double most = 0;
  for (int k = 1; k < 400000; ++k) {
    const double x = std::exp(-600 + 1200.0 * k / 400000 + 1e-3 * std::sin(k));
    const double exact = std::log(x);
    const double unit = std::nextafter(std::abs(exact), 1e300) - std::abs(exact);
    most = std::max(most, std::abs(cell::engine::log<S>(splat<S::real>(x))[0] - exact) / unit);
  }
  BOOST_TEST(most <= 2);
  BOOST_TEST(cell::engine::log<S>(splat<S::real>(1))[0] == 0);
}

BOOST_AUTO_TEST_CASE(the_page_of_mechanisms_is_made_from_them) {
  const auto page = test::source() / "docs/reference/mechanisms.md";
  std::ifstream file{page};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  BOOST_TEST((text == mechanism_reference()),
             "write it anew: tutti-cell --mechanisms > docs/reference/mechanisms.md");
}

BOOST_AUTO_TEST_SUITE_END()
