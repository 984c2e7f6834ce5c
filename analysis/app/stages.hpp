// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <vector>

#include "binned_spikes.hpp"
#include "flow.hpp"
#include "tutti/ports.hpp"

namespace analysis {

/// Rate per neuron of every population of a spike port, in bins [Hz]; each at its bin's end.
class RateStage : public Stage {
 public:
  RateStage(const Events& events, tutti::Duration bin) : events_{&events}, bin_{bin} {}
  void prepare() override;
  void work(tutti::Window window) override;
  void visit(tutti::Fields& fields) override;
  std::string line() const override;

 private:
  const Events* events_;
  tutti::Duration bin_;
  BinnedSpikes rates_;
  std::size_t told_ = 0;  // closed bins that have gone on
};

/// Every sample of a signal port.
class SignalStage : public Stage {
 public:
  SignalStage(tutti::SignalInput& input, std::string unit);
  void prepare() override;
  void work(tutti::Window window) override;

 private:
  tutti::SignalInput* input_;
};

/// Mean over the elements.
class MeanStage : public FlowStage {
 public:
  explicit MeanStage(const Flow& source) : FlowStage{source} {}
  void prepare() override;
  void work(tutti::Window window) override;
  std::string line() const override;
};

/// Mean of every element over bins (t − bin, t], at each multiple t of `bin`: fewer samples, on the
/// grid that a rate with this bin has.
class AverageStage : public FlowStage {
 public:
  AverageStage(const Flow& source, tutti::Duration bin) : FlowStage{source}, bin_{bin} {}
  /// Throws tutti::Error{config} unless a bin is a whole number of samples.
  void prepare() override;
  void work(tutti::Window window) override;
  void visit(tutti::Fields& fields) override;

 private:
  tutti::Duration bin_;
  std::vector<double> sum_;
  std::int64_t count_ = 0;
};

/// Fires at a window's end while the mean over the elements lies above a threshold, at most once
/// per `refractory`: a spike port that a stimulator or a synapse can listen to.
class TriggerStage : public FlowStage {
 public:
  TriggerStage(const Flow& source, tutti::SpikeOutput& output, double above,
               tutti::Duration refractory);
  void prepare() override {}
  void work(tutti::Window window) override;
  void visit(tutti::Fields& fields) override;
  std::string line() const override;

 private:
  tutti::SpikeOutput* output_;
  double above_;
  tutti::Duration refractory_;
  bool high_ = false;
  std::optional<tutti::Time> last_;
  std::size_t fired_ = 0;
};

}  // namespace analysis
