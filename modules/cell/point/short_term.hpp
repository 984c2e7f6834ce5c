// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "point/known.hpp"

namespace cell::point {

/// Parameters of a Tsodyks-Markram synapse under PyNN's names.
struct ShortTerm {
  double U = 0.5;        ///< Share of the resources that a first spike uses, 0 … 1.
  double tau_rec = 100;  ///< Recovery of resources [ms]
  double tau_facil = 0;  ///< Decay of facilitation; 0 for none [ms]
  /// Release sites of a synapse that let go one vesicle each or none (release.hpp); 0 for the mean
  /// of many.
  std::uint32_t sites = 0;
};

/// Depression and facilitation of the synapses of each source (Tsodyks, Pawelzik & Markram, Neural
/// Comput. 10, 821, 1998). The state follows from the source's spikes alone, so synapses of a
/// source with equal parameters share one.
class ShortTermStates {
 public:
  /// `dt` is what instants count [ms].
  ShortTermStates(const ShortTerm& parameters, std::size_t sources, double dt_ms)
      : p_{parameters}, dt_ms_{dt_ms}, states_(sources) {}

  /// A spike: by how much it scales a weight. Instants of one source must not go back.
  double spike(std::size_t source, std::uint64_t instant) {
    auto& s = states_[source];
    if (s.silent) {
      s = {p_.U, 1 - p_.U, instant, false};
      return p_.U;
    }
    const double passed = dt_ms_ * static_cast<double>(instant - s.last);
    // u decays to 0 between spikes and jumps by U (1 - u); what is left of the resources recovers
    const double u = p_.tau_facil > 0 ? s.u * std::exp(-passed / p_.tau_facil) : 0;
    const double now = u + p_.U * (1 - u);
    const double away = p_.tau_rec > 0 ? std::exp(-passed / p_.tau_rec) : 0;
    const double available = 1 - (1 - s.left) * away;
    s = {now, available * (1 - now), instant, false};
    return now * available;
  }

  /// Saves or finds the state of each source that has fired, as entry first + number of a part.
  void visit(tutti::State& state, const std::string& part, std::uint64_t first) {
    for (std::size_t source = 0; source < states_.size(); ++source) {
      auto& s = states_[source];
      visit_known(state, part, first + source, !s.silent, [&](tutti::Fields& fields) {
        fields(s.u), fields(s.left), fields(s.last);
        s.silent = false;
      });
    }
  }

 private:
  struct State {
    double u = 0, left = 1;  // just after the last spike
    std::uint64_t last = 0;
    bool silent = true;
  };
  ShortTerm p_;
  double dt_ms_;
  std::vector<State> states_;
};

}  // namespace cell::point
