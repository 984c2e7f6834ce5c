// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "tutti/element_table.hpp"
#include "tutti/spikes.hpp"
#include "tutti/time.hpp"

namespace analysis {

/// What flows from one stage of a pipeline to the next: values of elements at instants.
struct Flow {
  struct Sample {
    tutti::Time time;
    std::vector<double> values;  ///< One per element.
  };
  std::string unit;
  tutti::ElementTable elements;
  std::vector<Sample> fresh;   ///< What came in the window that is being worked on, in order.
  std::vector<double> latest;  ///< The last values there were; zeros before the first.

  void push(tutti::Time time, std::vector<double> values) {
    latest = values;
    fresh.push_back({time, std::move(values)});
  }
};

/// One stage: takes what is fresh in others' flows, adds to its own. All stages are worked on in
/// the order of the pipeline, once per window, so that what flows is a function of what the module
/// received and of nothing else.
class Stage {
 public:
  virtual ~Stage() = default;
  /// Its table and unit, once those of its sources are known.
  virtual void prepare() = 0;
  /// `now` is the end of the window whose spikes and samples are there.
  virtual void work(tutti::Time now) = 0;
  /// What it says in the run's live line.
  virtual std::string line() const = 0;

  Flow& flow() { return flow_; }
  const Flow& flow() const { return flow_; }

 protected:
  Flow flow_;
};

}  // namespace analysis
