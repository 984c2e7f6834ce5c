// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "app/charge.hpp"
#include "app/medium.hpp"
#include "tutti/module.hpp"

namespace tutti::rxd_app {

/// What went in, what was there before and after: `NAME.rxd.json` in the run folder. Sums run over
/// cells in ascending order, so they do not depend on the number of ranks.
class Report {
 public:
  /// Notes what each species amounts to before the run.
  Report(const rxd::Network& network, const Medium& medium);

  /// What an input received [pC] and what of it was applied [amol], by element; `at` says where
  /// these are.
  void add_input(const std::string& name, std::size_t variable, const Charge& charge,
                 double amount_per_charge, const std::vector<double>& applied,
                 const std::vector<std::size_t>& at);
  /// What was there before the run, for checkpoints: a resumed run accounts for all of it.
  void visit(State& state);
  /// Collective: gathers from all ranks; the first writes.
  void write(Module& module) const;

 private:
  struct Input {
    std::string name, variable;
    double amount_per_charge;
    std::vector<double> received_pC, applied_amol;  // by cell
  };
  const rxd::Network& network_;
  const Medium& medium_;
  std::vector<std::vector<double>> before_;  // by variable and cell
  std::vector<Input> inputs_;
};

}  // namespace tutti::rxd_app
