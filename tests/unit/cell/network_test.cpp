// SPDX-License-Identifier: MIT
#include "network/network.hpp"

#include <cmath>
#include <set>

#include "network/contacts.hpp"
#include "test.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

using namespace cell;

namespace {

constexpr const char* text = R"(
celsius: 6.3 degC
v_init: -65 mV
cells:
  ball:
    sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 200 um, diam: 1 um, nseg: 5}}
    threshold: 0 mV
    ek: -77 mV
    membrane: {all: {cm: 1 uF/cm2, Ra: 100 ohm cm}, soma: {hh: {}}, dend: {pas: {e: -65 mV}}}
populations:
  e: {cell: ball, number: 40}
  i: {cell: ball, number: 10}
synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}}
inputs: {drive: {to: e, rule: {fixed_indegree: 3}, synapse: ampa, weight: 20 nS}}
connections:
  - {from: e, to: e, rule: {probability: 0.3}, synapse: ampa, weight: 1 nS, delay: 1 ms}
  - {from: e, to: i, rule: {fixed_indegree: 7}, synapse: ampa, weight: 1 nS, delay: 2 ms, region: [dend]}
  - {from: i, to: e, rule: {list: [[0, 3], [9, 3], [2, 39]]}, synapse: ampa, weight: 1 nS, delay: 1.5 ms}
clamps: [{population: e, cells: [0], delay: 1 ms, duration: 5 ms, amplitude: 0.5 nA}]
)";

const Model& model() {
  static const Model made =
      read_model(tutti::config::parse_yaml(text, "test"), tutti::parse_duration("0.1 ms"));
  return made;
}

const Atlas& atlas() {
  static const Atlas made{model(), 11};
  return made;
}

std::vector<Contact> contacts_of(const Atlas& where, const Projection& p, std::uint64_t target) {
  std::vector<Contact> found;
  for_each_contact(where, p, std::span{&target, 1}, [&](const Contact& c) { found.push_back(c); });
  return found;
}

std::string refusal(std::string what, const std::string& with) {
  std::string changed = text;
  const auto at = changed.find(what);
  BOOST_REQUIRE((at != std::string::npos));
  changed.replace(at, what.size(), with);
  try {
    read_model(tutti::config::parse_yaml(changed, "test"), tutti::parse_duration("0.1 ms"));
  } catch (const tutti::Error& e) {
    return e.what();
  }
  return "nothing was wrong";
}

/// Spikes of the whole network, run on `ranks` ranks that exchange as the program does.
std::vector<std::pair<std::int64_t, std::uint64_t>> spikes_on(int ranks) {
  Atlas where{model(), 11};
  tutti::ElementTable table;
  table.ids = tutti::Elements::range(100, 20);
  where.set_input(0, table);
  std::vector<Network> parts;
  for (int r = 0; r < ranks; ++r) parts.emplace_back(where, r, ranks);
  for (auto& part : parts) {
    part.connect();
    part.connect_input(0, tutti::Elements::range(100, 20));
    part.cells().initialise();
  }
  std::vector<std::pair<std::int64_t, std::uint64_t>> all;
  for (int window = 1; window <= 300; ++window) {
    std::vector<Network::Fired> fired;
    for (auto& part : parts) {
      if (window % 40 == 0)
        for (std::uint64_t e = 100; e < 120; ++e)
          part.deliver_input(0, e, tutti::time_zero + window * tutti::parse_duration("0.1 ms"));
      const auto mine = part.advance(tutti::time_zero + window * tutti::parse_duration("0.1 ms"));
      fired.insert(fired.end(), mine.begin(), mine.end());
    }
    for (const auto& f : fired) {
      all.emplace_back(tutti::ticks(f.time), f.gid);
      for (auto& part : parts) part.deliver(f.gid, f.time);
    }
  }
  std::ranges::sort(all);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(network)

BOOST_AUTO_TEST_CASE(rules_give_as_many_sources_as_they_say) {
  const auto& m = model();
  double pairs = 0;
  for (std::uint64_t target = 0; target < 40; ++target) {
    std::set<std::uint64_t> sources;
    for (const auto& c : contacts_of(atlas(), m.connections[0], target)) {
      BOOST_REQUIRE(c.source != target);  // no cell reaches itself unless allowed
      BOOST_REQUIRE(sources.insert(c.source).second);
      ++pairs;
    }
  }
  // binomial: 1560 pairs at 0.3, four standard deviations
  BOOST_TEST(std::abs(pairs - 468) < 4 * std::sqrt(1560 * 0.3 * 0.7));
  for (std::uint64_t target = 40; target < 50; ++target) {
    const auto contacts = contacts_of(atlas(), m.connections[1], target);
    BOOST_TEST(contacts.size() == 7U);
    for (const auto& c : contacts) BOOST_TEST(c.segment >= 1);
  }
  const auto listed = contacts_of(atlas(), m.connections[2], 3);
  BOOST_REQUIRE(listed.size() == 2U);
  BOOST_TEST(listed[1].source == 49U);
}

BOOST_AUTO_TEST_CASE(places_are_drawn_evenly_by_membrane_area) {
  const auto& m = model();
  auto projection = m.connections[1];
  projection.spread.regions = {soma, dend};
  projection.rule.number = 20'000;
  double on_soma = 0;
  for (const auto& c : contacts_of(atlas(), projection, 40)) on_soma += c.segment == 0 ? 1 : 0;
  const double share = 20.0 * 20.0 / (20.0 * 20.0 + 200.0);  // both are cylinders: d L
  BOOST_TEST(std::abs(on_soma / 20'000 - share) < 4 * std::sqrt(share * (1 - share) / 20'000));
}

BOOST_AUTO_TEST_CASE(the_number_of_ranks_changes_no_spike) {
  const auto alone = spikes_on(1);
  BOOST_TEST(alone.size() > 40U);
  for (const int ranks : {2, 3, 4}) BOOST_TEST((spikes_on(ranks) == alone));
}

BOOST_AUTO_TEST_CASE(element_numbers_do_not_depend_on_ranks) {
  const Network whole{atlas(), 0, 1};
  const Network part{atlas(), 1, 3};
  const auto all = whole.segment_table(), some = part.segment_table();
  BOOST_TEST((all.rows(some.ids) == some));
  BOOST_TEST((whole.neuron_table().rows(part.neuron_table().ids) == part.neuron_table()));
}

BOOST_AUTO_TEST_CASE(mistakes_are_told_with_what_there_is) {
  BOOST_TEST(refusal("hh: {}", "hhh: {}").find("did you mean \"hh\"") != std::string::npos);
  BOOST_TEST(refusal("{cell: ball, number: 40}", "{cell: bal, number: 40}")
                 .find("did you mean \"ball\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_delay_shorter_than_the_step_is_refused) {
  const auto said = refusal("weight: 1 nS, delay: 1 ms}", "weight: 1 nS, delay: 0.05 ms}");
  BOOST_TEST(said.find("shorter than the module's step") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(drawn_parameters_have_their_distribution_and_hang_on_the_seed_alone) {
  const auto m = read_model(tutti::config::parse_yaml(R"(
cells: {leaky: {model: IF_curr_exp, parameters: {tau_m: {normal: [20 ms, 2 ms]}, cm: 250 pF}}}
populations: {p: {cell: leaky, number: 4000}}
)",
                                                      "test"),
                            tutti::parse_duration("0.1 ms"));
  const auto values = Atlas{m, 3}.values_of(m.populations[0]);
  const int tau = m.cells[0].point->find("tau_m"), cm = m.cells[0].point->find("cm");
  double sum = 0, squares = 0;
  for (std::size_t n = 0; n < 4000; ++n) {
    const double x = values.of(tau, n);
    sum += x, squares += (x - 20) * (x - 20);
    BOOST_TEST(values.of(cm, n) == 0.25);
  }
  BOOST_TEST(std::abs(sum / 4000 - 20) < 4 * 2 / std::sqrt(4000.0));
  BOOST_TEST(std::abs(squares / 4000 - 4) < 4 * 4 * std::sqrt(2.0 / 4000));
  BOOST_TEST((Atlas{m, 3}.values_of(m.populations[0])).of(tau, 7) == values.of(tau, 7));
  BOOST_TEST((Atlas{m, 4}.values_of(m.populations[0])).of(tau, 7) != values.of(tau, 7));
}

BOOST_AUTO_TEST_SUITE_END()
