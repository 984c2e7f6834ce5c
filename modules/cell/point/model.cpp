// SPDX-License-Identifier: MIT
#include "point/model.hpp"

#include <algorithm>

namespace cell::point {
namespace {

using Parameters = std::vector<Parameter>;

constexpr double tiny = 1e-9;  // time constants and capacities are above zero

Parameters joined(std::initializer_list<Parameters> parts) {
  Parameters all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Parameters leaky() {
  return {{"v_rest", "mV", -65},        {"cm", "nF", 1, tiny}, {"tau_m", "ms", 20, tiny},
          {"tau_refrac", "ms", 0.1, 0}, {"i_offset", "nA", 0}, {"v_reset", "mV", -65},
          {"v_thresh", "mV", -50}};
}

Parameters synapses(double tau_e, double tau_i) {
  return {{"tau_syn_E", "ms", tau_e, tiny}, {"tau_syn_I", "ms", tau_i, tiny}};
}

Parameters reversal(double e, double i) { return {{"e_rev_E", "mV", e}, {"e_rev_I", "mV", i}}; }

Parameters adaptive_exponential() {
  return {{"cm", "nF", 0.281, tiny},  {"tau_refrac", "ms", 0.1, 0},
          {"v_spike", "mV", -40},     {"v_reset", "mV", -70.6},
          {"v_rest", "mV", -70.6},    {"tau_m", "ms", 9.3667, tiny},
          {"i_offset", "nA", 0},      {"a", "nS", 4},
          {"b", "nA", 0.0805},        {"delta_T", "mV", 2, tiny},
          {"tau_w", "ms", 144, tiny}, {"v_thresh", "mV", -50.4}};
}

const std::vector<std::string> two{"excitatory", "inhibitory"};

std::vector<Model> integrate_and_fire() {
  return {
      {"IF_curr_delta",
       "leaky, inputs move the voltage at once",
       Drive::clock,
       "mV",
       {"delta"},
       leaky(),
       {"v"}},
      {"IF_curr_exp",
       "leaky, synaptic currents decay exponentially",
       Drive::clock,
       "nA",
       two,
       joined({leaky(), synapses(5, 5)}),
       {"v", "i_E", "i_I"}},
      {"IF_curr_alpha",
       "leaky, synaptic currents are alpha functions",
       Drive::clock,
       "nA",
       two,
       joined({leaky(), synapses(0.5, 0.5)}),
       {"v", "i_E", "i_I"}},
      {"IF_cond_exp",
       "leaky, synaptic conductances decay exponentially",
       Drive::clock,
       "uS",
       two,
       joined({leaky(), synapses(5, 5), reversal(0, -70)}),
       {"v", "g_E", "g_I"}},
      {"IF_cond_alpha",
       "leaky, synaptic conductances are alpha functions",
       Drive::clock,
       "uS",
       two,
       joined({leaky(), synapses(0.3, 0.5), reversal(0, -70)}),
       {"v", "g_E", "x_E", "g_I", "x_I"}},
      {"IF_cond_exp_gsfa_grr",
       "IF_cond_exp with adaptation and a relative refractory period (Muller et al. 2007)",
       Drive::clock,
       "uS",
       two,
       joined({leaky(),
               synapses(5, 5),
               reversal(0, -70),
               {{"tau_sfa", "ms", 100, tiny},
                {"e_rev_sfa", "mV", -75},
                {"q_sfa", "nS", 15},
                {"tau_rr", "ms", 2, tiny},
                {"e_rev_rr", "mV", -75},
                {"q_rr", "nS", 3000}}}),
       {"v", "g_E", "g_I", "g_sfa", "g_rr"}},
  };
}

std::vector<Model> others() {
  return {
      {"EIF_cond_exp_isfa_ista",
       "adaptive exponential (Brette & Gerstner 2005)",
       Drive::clock,
       "uS",
       two,
       joined({adaptive_exponential(), synapses(5, 5), reversal(0, -80)}),
       {"v", "g_E", "g_I", "w"}},
      {"EIF_cond_alpha_isfa_ista",
       "adaptive exponential, conductances are alpha functions",
       Drive::clock,
       "uS",
       two,
       joined({adaptive_exponential(), synapses(5, 5), reversal(0, -80)}),
       {"v", "g_E", "x_E", "g_I", "x_I", "w"}},
      {"LIF", "leaky, with `receptors:` of your own", Drive::clock, "uS", {}, leaky(), {"v"}},
      {"AdExp",
       "adaptive exponential (Brette & Gerstner 2005), with `receptors:` of your own",
       Drive::clock,
       "uS",
       {},
       adaptive_exponential(),
       {"v", "w"}},
      {"HH_cond_exp",
       "Hodgkin-Huxley with the channels of Traub & Miles 1991",
       Drive::clock,
       "uS",
       two,
       joined({{{"gbar_Na", "uS", 20, 0},
                {"gbar_K", "uS", 6, 0},
                {"g_leak", "uS", 0.01, 0},
                {"cm", "nF", 0.2, tiny},
                {"v_offset", "mV", -63},
                {"e_rev_Na", "mV", 50},
                {"e_rev_K", "mV", -90},
                {"e_rev_leak", "mV", -65},
                {"i_offset", "nA", 0}},
               synapses(0.2, 2),
               reversal(0, -80)}),
       {"v", "g_E", "g_I", "m", "h", "n"}},
      {"Izhikevich",
       "quadratic (Izhikevich 2003), inputs move the voltage at once",
       Drive::clock,
       "mV",
       {"delta"},
       {{"a", "1/ms", 0.02},
        {"b", "1/ms", 0.2},
        {"c", "mV", -65},
        {"d", "mV/ms", 2},
        {"i_offset", "nA", 0}},
       {"v", "u"}},
      {"Izhikevich2007",
       "quadratic in physical units (Izhikevich 2007, chapter 8), conductances decay exponentially",
       Drive::clock,
       "uS",
       two,
       joined({{{"cm", "nF", 0.1, tiny},
                {"k", "nA/mV2", 0.0007},
                {"v_rest", "mV", -60},
                {"v_thresh", "mV", -40},
                {"v_peak", "mV", 35},
                {"a", "1/ms", 0.03},
                {"b", "nS", -2},
                {"c", "mV", -50},
                {"d", "nA", 0.1},
                {"i_offset", "nA", 0}},
               synapses(5, 5),
               reversal(0, -70)}),
       {"v", "g_E", "g_I", "u"}},
      {"GIF_cond_exp",
       "stochastic with moving threshold (Pozzorini et al. 2015)",
       Drive::clock,
       "uS",
       two,
       joined({{{"v_rest", "mV", -65},           {"cm", "nF", 1, tiny},
                {"tau_m", "ms", 20, tiny},       {"tau_refrac", "ms", 4, 0},
                {"v_reset", "mV", -65},          {"i_offset", "nA", 0},
                {"delta_v", "mV", 0.5, tiny},    {"v_t_star", "mV", -48},
                {"lambda0", "Hz", 1, 0},         {"tau_eta1", "ms", 1, tiny},
                {"tau_eta2", "ms", 10, tiny},    {"tau_eta3", "ms", 100, tiny},
                {"tau_gamma1", "ms", 1, tiny},   {"tau_gamma2", "ms", 10, tiny},
                {"tau_gamma3", "ms", 100, tiny}, {"a_eta1", "nA", 0.1},
                {"a_eta2", "nA", 0.1},           {"a_eta3", "nA", 0.1},
                {"a_gamma1", "mV", 0.1},         {"a_gamma2", "mV", 0.1},
                {"a_gamma3", "mV", 0.1}},
               synapses(5, 5),
               reversal(0, -70)}),
       {"v", "g_E", "g_I", "eta1", "eta2", "eta3", "gamma1", "gamma2", "gamma3"}},
      {"IntFire1",
       "decaying sum of inputs that fires at 1",
       Drive::events,
       "1",
       {"input"},
       {{"tau", "ms", 10, tiny}, {"refrac", "ms", 5, 0}},
       {"m"}},
      {"IntFire2",
       "IntFire1 with a decaying input current and a steady one",
       Drive::events,
       "1",
       {"input"},
       {{"taum", "ms", 10, tiny}, {"taus", "ms", 20, tiny}, {"ib", "1", 0}},
       {"m", "i"}},
      {"IntFire4",
       "excitation with one, inhibition with two time constants",
       Drive::events,
       "1",
       {"input"},
       {{"taue", "ms", 5, tiny},
        {"taui1", "ms", 10, tiny},
        {"taui2", "ms", 20, tiny},
        {"taum", "ms", 50, tiny}},
       {"m", "e", "i1", "i2"}},
  };
}

Parameter list(const char* name, const char* unit) {
  Parameter p{name, unit};
  p.list = true;
  return p;
}

Parameter changing(const char* name, double value) {
  Parameter p{name, "Hz", value, 0};
  p.in_time = true;
  return p;
}

std::vector<Model> sources() {
  const auto source = [](const char* name, const char* doc, Parameters parameters) {
    return Model{name, doc, Drive::clock, "1", {}, std::move(parameters), {}};
  };
  const Parameters limits{{"start", "ms", 0, 0}, {"duration", "ms", 1e10, 0}};
  return {
      source("SpikeSourcePoisson",
             "fires at random with a steady rate, or one that is a formula of t",
             joined({{changing("rate", 1)}, limits})),
      source("SpikeSourcePoissonRefractory", "likewise, with a dead time after each spike",
             joined({{{"rate", "Hz", 1, 0}, {"tau_refrac", "ms", 0, 0}}, limits})),
      source("SpikeSourceGamma", "intervals of a gamma distribution; its rate is beta / alpha",
             joined({{{"alpha", "1", 2, tiny}, changing("beta", 1)}, limits})),
      source("SpikeSourceInhPoisson",
             "a Poisson train whose rate changes at `times`, or whose `rate` is a formula of t",
             joined({{list("times", "ms"), list("rates", "Hz"), changing("rate", 0)}, limits})),
      source("SpikeSourceInhGamma",
             "a gamma train of shape a whose rate 1 / (a b) changes at tbins",
             joined({{list("tbins", "ms"), list("a", "1"), list("b", "s")}, limits})),
      source("SpikeSourceArray", "fires when told: one list for all, or one for each neuron",
             {list("spike_times", "ms")}),
      source("SpikeSourceRegular", "fires at its start and then regularly",
             joined({{{"rate", "Hz", 1, 0}}, limits})),
      source("NetStim", "NEURON's: regular to random trains",
             {{"interval", "ms", 10, tiny},
              {"number", "1", 10, 0},
              {"start", "ms", 50, 0},
              {"noise", "1", 0, 0}}),
      source("SpikeSourceRhythmic", "jittered events in every cycle, as of a thalamic rhythm",
             {{"start", "ms", 0, 0},
              {"start_std", "ms", 0, 0},
              {"freq", "Hz", 10, tiny},
              {"freq_std", "ms", 0, 0},
              {"events_per_cycle", "1", 1, 1},
              {"repeats", "1", 1, 0},
              {"stop", "ms", 1000, 0}}),
      source("SpikeSourceEvoked", "some spikes around one time, as after a stimulus",
             {{"start", "ms", 100, 0}, {"start_std", "ms", 0, 0}, {"spikes", "1", 1, 0}}),
      source("SpikeSourcePulses", "trains from starts to ends, each at its rate",
             {list("starts", "ms"), list("ends", "ms"), list("rates", "Hz"), {"noise", "1", 1, 0}}),
  };
}

}  // namespace

int Model::find(std::string_view parameter) const {
  const auto found = std::ranges::find(parameters, parameter, &Parameter::name);
  return found == parameters.end() ? -1 : static_cast<int>(found - parameters.begin());
}

const std::vector<Model>& models() {
  static const std::vector<Model> all = [] {
    auto list = integrate_and_fire();
    for (auto& m : others()) list.push_back(std::move(m));
    for (auto& m : sources()) list.push_back(std::move(m));
    return list;
  }();
  return all;
}

const Model* find_model(std::string_view name) {
  const auto found = std::ranges::find(models(), name, &Model::name);
  return found == models().end() ? nullptr : &*found;
}

Values::Values(const Model& model) {
  for (const auto& p : model.parameters) columns_.push_back({p.value});
  lists_.assign(model.parameters.size(), {{}});
}

const std::vector<double>& Values::list_of(int parameter, std::size_t neuron) const {
  const auto& lists = lists_[at(parameter)];
  return lists.size() == 1 ? lists[0] : lists[neuron];
}

bool Values::uniform() const {
  const auto one = [](const auto& c) { return c.size() == 1; };
  return std::ranges::all_of(columns_, one) && std::ranges::all_of(lists_, one);
}

Values Values::of_neurons(const std::vector<std::size_t>& neurons) const {
  Values some;
  some.courses_ = courses_;
  for (const auto& column : columns_) {
    if (column.size() == 1) {
      some.columns_.push_back(column);
      continue;
    }
    std::vector<double> part;
    for (const auto n : neurons) part.push_back(column[n]);
    some.columns_.push_back(std::move(part));
  }
  for (const auto& lists : lists_) {
    if (lists.size() == 1) {
      some.lists_.push_back(lists);
      continue;
    }
    auto& part = some.lists_.emplace_back();
    for (const auto n : neurons) part.push_back(lists[n]);
  }
  return some;
}

}  // namespace cell::point
