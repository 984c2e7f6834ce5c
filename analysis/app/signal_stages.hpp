// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "bands.hpp"
#include "flow.hpp"
#include "measures/band_pass.hpp"
#include "measures/csd.hpp"
#include "measures/morlet.hpp"

/// Stages that take every sample of a signal as it comes.
namespace analysis {

/// Current source density along a probe [uA/mm^3], at the inner electrodes.
class DensityStage : public FlowStage {
 public:
  DensityStage(const Flow& source, double conductivity)
      : FlowStage{source}, conductivity_{conductivity} {}
  /// Throws tutti::Error{config} unless there are three electrodes at even distances.
  void prepare() override;
  void work(tutti::Window window) override;

 private:
  double conductivity_;
  measures::ProbeLine probe_;
};

/// Butterworth's band-pass of every element; it delays, as every causal filter does.
class FilterStage : public FlowStage {
 public:
  FilterStage(const Flow& source, Edges band, std::size_t order)
      : FlowStage{source}, band_{band}, order_{order} {}
  void prepare() override;
  void work(tutti::Window window) override;
  void visit(tutti::Fields& fields) override;

 private:
  Edges band_;
  std::size_t order_;
  std::vector<measures::BandPass> filters_;
};

/// Variance of every element in a band, from the last `window` under Hann's window, at the end of
/// each of the module's windows. 0 until the first window is full.
class BandPowerStage : public FlowStage {
 public:
  BandPowerStage(const Flow& source, Edges band, tutti::Duration window)
      : FlowStage{source}, band_{band}, window_{window} {}
  void prepare() override;
  void work(tutti::Window window) override;
  void visit(tutti::Fields& fields) override;
  std::string line() const override;

 private:
  Edges band_;
  tutti::Duration window_;
  std::size_t length_ = 0;                   // samples in a window
  std::vector<std::vector<double>> recent_;  // by element
};

/// Morlet's power density of every element at frequencies in equal ratios: an element per element
/// and frequency, each a population of its source's element with a column `frequency` [Hz]. A
/// column is known once the longest wavelet lies behind it, and carries the time that it is of.
class SpectrogramStage : public FlowStage {
 public:
  SpectrogramStage(const Flow& source, Edges band, std::size_t count, double cycles,
                   tutti::Duration bin)
      : FlowStage{source}, band_{band}, count_{count}, cycles_{cycles}, bin_{bin} {}
  /// Throws tutti::Error{config} where the band reaches to half the sampling rate, or a bin is no
  /// whole number of samples.
  void prepare() override;
  void work(tutti::Window window) override;
  void visit(tutti::Fields& fields) override;
  std::string line() const override;

 private:
  Edges band_;
  std::size_t count_;
  double cycles_;
  tutti::Duration bin_;
  std::vector<double> frequency_hz_;
  std::vector<measures::MorletStream> streams_;  // by element
  bool started_ = false;
  tutti::Time start_;  // of the first sample
};

}  // namespace analysis
