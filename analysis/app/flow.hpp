// SPDX-License-Identifier: MIT
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "tutti/element_table.hpp"
#include "tutti/spikes.hpp"
#include "tutti/state.hpp"
#include "tutti/time.hpp"

namespace analysis {

/// What flows from one stage of a pipeline to the next: values of elements at instants.
struct Flow {
  struct Sample {
    tutti::Time time;
    std::vector<double> values;  ///< One per element.
    /// Independent values behind each of them; not a number where a value is what it is.
    double effective = std::numeric_limits<double>::quiet_NaN();
  };
  std::string unit;
  tutti::ElementTable elements;
  tutti::Duration step{};      ///< From one sample to the next; 0 where they come as they come.
  std::vector<Sample> fresh;   ///< What came in the window that is being worked on, in order.
  std::vector<double> latest;  ///< The last values there were; zeros before the first.

  /// What its samples are, all 0 before the first.
  void shape(std::string of_unit, tutti::Duration every, tutti::ElementTable table) {
    unit = std::move(of_unit), step = every, elements = std::move(table);
    latest.assign(elements.ids.size(), 0.0);
  }
  void push(tutti::Time time, std::vector<double> values,
            double effective = std::numeric_limits<double>::quiet_NaN()) {
    latest = values;
    fresh.push_back({time, std::move(values), effective});
  }
};

/// The spikes of an input in the window that is being worked on. A port gives them once; stages
/// may be many.
struct Events {
  tutti::ElementTable elements;
  std::vector<tutti::Spike> fresh;
};

/// One stage: takes what is fresh in others' flows, adds to its own. All stages are worked on in
/// the order of the pipeline, once per window, so that what flows is a function of what the module
/// received and of nothing else.
class Stage {
 public:
  virtual ~Stage() = default;
  /// Its table, step and unit, once those of its sources are known.
  virtual void prepare() = 0;
  /// The window whose spikes are there; samples are there up to its begin.
  virtual void work(tutti::Window window) = 0;
  /// What a stage of its kind goes on from, for checkpoints, beside its flow.
  virtual void visit(tutti::Fields&) {}
  /// What it says in the run's live line; empty where it says nothing.
  virtual std::string line() const { return {}; }

  Flow& flow() { return flow_; }
  const Flow& flow() const { return flow_; }

 protected:
  Flow flow_;
};

/// A stage that takes every sample of one flow as it comes.
class FlowStage : public Stage {
 protected:
  explicit FlowStage(const Flow& source) : source_{&source} {}
  const Flow* source_;
};

/// One element of a kind of its own for each name: what stages that give a value per name have.
tutti::ElementTable table_of(std::string kind, const std::vector<std::string>& names);

}  // namespace analysis
