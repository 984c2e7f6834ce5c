// SPDX-License-Identifier: MIT
#pragma once
#include <deque>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "flow.hpp"

namespace analysis {

/// What a measure looks at: a flow, one of its elements, or the spikes of an input or population.
struct Operand {
  const Flow* flow = nullptr;      ///< Or else
  const Events* events = nullptr;  ///< spikes.
  std::string name;                ///< As it was written, for people.
  std::string element;             ///< A population's name or a number; empty: all there are.
};

/// Operands over a stretch of time.
struct Stretch {
  double sampling_hz = 0;                    ///< Of all signals; 0 without one.
  std::vector<std::vector<double>> signals;  ///< Element by element, in the order of operands.
  std::vector<double> spikes_ms;             ///< From the first sample; all neurons together.
};

/// What a measure finds in a stretch; no values where it has no answer.
struct Found {
  std::vector<double> values;
  double effective = 0;  ///< Independent values behind each.
};

/// A measure on stretches of one length.
struct Look {
  tutti::ElementTable elements;
  std::function<Found(const Stretch&)> find;  ///< Called on any thread.
  std::function<std::string(const std::vector<double>&)> line;
};

/// What is known of a stretch before the first.
struct Frame {
  double sampling_hz = 0;
  std::size_t samples = 0;
  std::vector<std::string> names;  ///< Of all signals.
};

/// A measure of the last `window`, every `every`: computed on a thread of its own and published one
/// `every` after the end of the data it is from. The result is waited for then, so that it never
/// matters how long it took.
class LookBackStage : public Stage {
 public:
  using Maker = std::function<Look(const Frame&)>;

  LookBackStage(std::string what, std::vector<Operand> operands, tutti::Duration window,
                tutti::Duration every, Maker maker)
      : what_{std::move(what)},
        operands_{std::move(operands)},
        window_{window},
        every_{every},
        maker_{std::move(maker)} {}

  /// Throws tutti::Error{config} where an operand has no such element, signals have unlike
  /// sampling, or a window holds too few samples.
  void prepare() override;
  void work(tutti::Window window) override;
  void visit(tutti::Fields& fields) override;
  std::string line() const override;

 private:
  struct Signal {
    const Flow* flow;
    std::size_t element;
    tutti::Time first;  // of the values
    std::deque<double> values;
  };
  void add_signal(const Operand& operand);
  void add_spikes(const Operand& operand);
  void take();
  void forget(tutti::Time until);
  /// What lies in the last window; nothing where a signal began later.
  Stretch stretch() const;

  std::string what_;
  std::vector<Operand> operands_;
  tutti::Duration window_, every_;
  Maker maker_;
  Look look_;
  Frame frame_;
  std::vector<Signal> signals_;
  const Events* events_ = nullptr;
  std::uint64_t first_ = 0, count_ = 0;  // of the population whose spikes count
  std::deque<tutti::Time> spikes_;
  tutti::Time next_;
  std::future<Found> pending_;
  double effective_ = 0;
};

}  // namespace analysis
