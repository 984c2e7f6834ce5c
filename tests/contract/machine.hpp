// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "case.hpp"

namespace contract {

/// A spike as its source sends it.
struct Spike {
  std::int64_t t = 0, element = 0;
  friend auto operator<=>(const Spike&, const Spike&) = default;
};

struct Note {
  std::int64_t t = 0;
  std::string text;
};

/// A spike as its target takes it; `port` is the source's.
struct TakenSpike {
  std::int64_t arrival = 0, element = 0;
  std::string port;
  std::int64_t t = 0;
};

/// A message as its target takes it.
struct TakenNote {
  std::int64_t arrival = 0;
  std::string port;
  std::int64_t t = 0;
  std::string text;
};

/// A sample that `all` takes.
struct TakenSample {
  std::int64_t arrival = 0, element = 0;
  double value = 0.0;
};

/// What a module reads at one T.
struct Readings {
  std::vector<double> signals;  ///< by element
  std::vector<TakenSample> trace;
};

/// What a module sends in one window.
struct Sent {
  std::vector<Spike> spikes;  ///< by (time, element)
  std::vector<Note> notes;
};

/// A fake module: recipes, a relay, and one leaky state that spikes and signals both change, so
/// that whatever it sees wrongly or late shows in everything it sends afterwards.
class Machine {
 public:
  explicit Machine(ModuleSpec spec) : spec_{std::move(spec)} {}
  const ModuleSpec& spec() const { return spec_; }

  /// The plain signal x at t.
  std::vector<double> sample(std::int64_t t) const;
  /// The direct signal y: a function of the signals read at the same T.
  std::vector<double> direct(const std::vector<double>& signals) const;
  /// Goes through (begin, begin + step].
  Sent advance(std::int64_t begin, const std::vector<TakenSpike>& spikes, const Readings& readings);
  /// Calls `fields` with all that changes, for checkpoints.
  template <typename Fields>
  void visit(Fields& fields) {
    fields(state_), fields(waiting_);
  }

 private:
  void relay(std::int64_t end, const std::vector<TakenSpike>& spikes, std::vector<Spike>& sent);
  void train(std::int64_t begin, std::vector<Spike>& sent) const;

  ModuleSpec spec_;
  double state_ = 0.0;
  std::vector<Spike> waiting_;  ///< of the relay, for later windows
};

}  // namespace contract
