// SPDX-License-Identifier: MIT
#include "network/read_changes.hpp"

#include <algorithm>

#include "network/read_values.hpp"

namespace cell {

using namespace tutti::config;

namespace {

/// `stdp:`
void read_stdp(const View& view, const std::string& unit, Projection& p) {
  using Timing = point::Plasticity::Timing;
  const auto s = view.child("stdp");
  auto& rule = p.plasticity.emplace();
  const auto in_weights = [&](const char* key) {
    return s.has(key) ? number(s.node(key), unit, s.problems()).value_or(0) : 0.0;
  };
  rule.w_min = in_weights("w_min"), rule.w_max = in_weights("w_max");
  if (rule.w_min == rule.w_max) s.error("w_max", "w_min and w_max are the same");
  if (unit == "uS" && std::min(rule.w_min, rule.w_max) < 0)
    s.error("w_min", "a conductance is not negative; w_min and w_max must be 0 uS or more");
  const auto timing = s.text("rule");
  rule.timing = timing == "pair"      ? Timing::pair
                : timing == "triplet" ? Timing::triplet
                                      : Timing::vogels;
  rule.tau_plus = s.real("tau_plus"), rule.tau_minus = s.real("tau_minus");
  rule.A_plus = s.real("A_plus"), rule.A_minus = s.real("A_minus");
  rule.tau_x = s.real("tau_x"), rule.tau_y = s.real("tau_y");
  rule.A3_plus = s.real("A3_plus"), rule.A3_minus = s.real("A3_minus");
  const auto weights = s.text("weights");
  rule.mu_plus = weights == "multiplicative" ? 1 : weights == "guetig" ? s.real("mu_plus") : 0;
  rule.mu_minus = weights == "additive" ? 0 : weights == "guetig" ? s.real("mu_minus") : 1;
  if (rule.timing == Timing::vogels) {
    rule.tau_plus = rule.tau_minus = s.real("tau");
    rule.A_plus = in_weights("eta") / (rule.w_max - rule.w_min);
    rule.rho_per_ms = 1e-3 * s.real("rho");
    if (!s.has("eta")) s.error("eta", "the rule of vogels needs `eta:`, in {}", unit);
  } else if (rule.A_plus < 0 && rule.A_minus < 0) {
    s.error("A_plus", "A_plus raises and A_minus lowers the weight; write both without a sign");
  }
  if (!s.has("reward")) return;
  rule.rewarded = true;
  rule.tau_c = s.child("reward").real("tau");
  rule.baseline = s.child("reward").real("baseline");
}

}  // namespace

void read_changes(const View& view, const std::string& unit, Projection& p) {
  if (view.has("tsodyks_markram")) {
    const auto s = view.child("tsodyks_markram");
    p.short_term = {s.real("U"), s.real("tau_rec"), s.real("tau_facil"),
                    static_cast<std::uint32_t>(s.integer("sites"))};
  }
  if (view.has("stdp")) read_stdp(view, unit, p);
  if (p.short_term && p.plasticity) view.error("stdp", "give one of stdp and tsodyks_markram");
}

}  // namespace cell
