// SPDX-License-Identifier: MIT
// Gates under voltage clamp against a table of their steady states and time constants.
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "engine/type_model.hpp"
#include "model.hpp"
#include "test.hpp"

using namespace model;
namespace tt = boost::test_tools;

namespace {

constexpr double dt = 0.1;  // [ms]

/// The gates of a mechanism at a voltage, from `start`, after one step or for ever.
std::vector<double> clamped(const std::string& name, double v_mV, double start, bool settled) {
  auto type = make_type({{"soma", soma, 20, 20, "", 0, {}, 1, 0, 0}});
  type.celsius = 34;
  type.mechanisms = {{name, {0}, {}}};
  const TypeModel model{type, dt, Scheme::backward_euler};
  const auto states = static_cast<std::size_t>(model.entry(0).states);
  alignas(64) double v[lanes], x[4 * lanes];
  for (double& one : v) one = v_mV;
  for (double& one : x) one = start;
  alignas(64) double eca[lanes] = {};
  const MechanismState memory{x, nullptr};
  BlockState block;
  block.v = v;
  block.eca = eca;
  block.mechanisms = &memory;
  best_kernel().gates(model.tables(), block, 0,
                      settled ? model.settled(0) : model.tables().mechanisms[0].constants);
  std::vector<double> gates;
  for (std::size_t s = 0; s < states; ++s) gates.push_back(x[s * lanes]);
  return gates;
}

const std::map<std::string, std::string> names{
    {"Ca_HVA", "ca_hva"}, {"Ca_LVA", "ca_lva"}, {"Im", "im"},  {"Ih", "ih"},
    {"NaTs", "nats"},     {"Kv3_1", "kv3_1"},   {"K_T", "k_t"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(channels)

BOOST_AUTO_TEST_CASE(gates_have_the_published_steady_states_and_time_constants) {
  REQUIRE_SHARED(shared);
  std::ifstream file{shared / "refs/channels.csv"};
  std::string line;
  std::getline(file, line);
  int compared = 0;
  while (std::getline(file, line)) {
    std::istringstream row{line};
    std::string mechanism, gate, v, inf, tau;
    std::getline(row, mechanism, ','), std::getline(row, gate, ','), std::getline(row, v, ',');
    std::getline(row, inf, ','), std::getline(row, tau, ',');
    const auto name = names.find(mechanism);
    if (name == names.end()) continue;
    const std::size_t place = gate == "h" ? 1 : 0;
    const double steady = clamped(name->second, std::stod(v), 0, true)[place];
    BOOST_TEST(steady == std::stod(inf), tt::tolerance(1e-12));
    // from inf + 1 the distance falls to e^(-dt/tau) of 1
    const double left = clamped(name->second, std::stod(v), steady + 1, false)[place] - steady;
    BOOST_TEST(std::abs(left - std::exp(-dt / std::stod(tau))) <
               1e-14);  // rounding of a gate near 1
    ++compared;
  }
  BOOST_TEST(compared == 17 * 11);
}

BOOST_AUTO_TEST_CASE(sk_opens_with_calcium_as_published) {
  const auto* sk = &registry()[static_cast<std::size_t>(mechanism_number("sk"))];
  BOOST_TEST(sk->from_calcium(0.0001) == 0.000909821306333216, tt::tolerance(1e-12));
  BOOST_TEST(sk->from_calcium(0.00043) == 0.5, tt::tolerance(1e-12));
  BOOST_TEST(sk->from_calcium(0.01) == 0.999999724165575, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_SUITE_END()
