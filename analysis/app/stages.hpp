// SPDX-License-Identifier: MIT
#pragma once
#include <future>
#include <memory>
#include <optional>
#include <vector>

#include "flow.hpp"
#include "measures/band_pass.hpp"
#include "measures/rates.hpp"
#include "tutti/ports.hpp"

namespace analysis {

/// Rate per neuron of every population of a spike port, in bins [Hz].
class RateStage : public Stage {
 public:
  RateStage(tutti::SpikeInput& input, tutti::Duration bin) : input_{&input}, bin_{bin} {}
  void prepare() override;
  void work(tutti::Time now) override;
  std::string line() const override;

 private:
  tutti::SpikeInput* input_;
  tutti::Duration bin_;
  std::vector<tutti::Population> populations_;
  std::vector<measures::RateStream> streams_;
  std::size_t told_ = 0;  // closed bins that have gone on
};

/// Every sample of a signal port.
class SignalStage : public Stage {
 public:
  SignalStage(tutti::SignalInput& input, std::string unit);
  void prepare() override;
  void work(tutti::Time now) override;
  std::string line() const override { return {}; }

 private:
  tutti::SignalInput* input_;
};

/// Mean over the elements.
class MeanStage : public Stage {
 public:
  explicit MeanStage(const Flow& source) : source_{&source} {}
  void prepare() override;
  void work(tutti::Time now) override;
  std::string line() const override;

 private:
  const Flow* source_;
};

/// Current source density along a probe [uA/mm^3], at the inner electrodes.
class DensityStage : public Stage {
 public:
  DensityStage(const Flow& source, double conductivity)
      : source_{&source}, conductivity_{conductivity} {}
  /// Throws tutti::Error{config} unless there are three electrodes at even distances.
  void prepare() override;
  void work(tutti::Time now) override;
  std::string line() const override { return {}; }

 private:
  const Flow* source_;
  double conductivity_;
  double spacing_um_ = 0;
  std::vector<std::size_t> order_;  // of electrodes along the probe
};

/// Frequencies of a stage [Hz].
struct Edges {
  double low_hz = 0, high_hz = 0;
};

/// Butterworth's band-pass of every element; it delays, as every causal filter does.
class FilterStage : public Stage {
 public:
  FilterStage(const Flow& source, Edges band, std::size_t order)
      : source_{&source}, band_{band}, order_{order} {}
  void prepare() override;
  void work(tutti::Time now) override;
  std::string line() const override { return {}; }

 private:
  const Flow* source_;
  Edges band_;
  std::size_t order_;
  std::optional<tutti::Time> first_;
  std::vector<measures::BandPass> filters_;
};

/// Variance of every element in a band, from the last `window` under Hann's window, at the end of
/// each of the module's windows. 0 until the first window is full.
class BandPowerStage : public Stage {
 public:
  BandPowerStage(const Flow& source, Edges band, tutti::Duration window)
      : source_{&source}, band_{band}, window_{window} {}
  void prepare() override;
  void work(tutti::Time now) override;
  std::string line() const override;

 private:
  const Flow* source_;
  Edges band_;
  tutti::Duration window_;
  std::optional<tutti::Time> first_;
  std::size_t length_ = 0;  // samples in a window
  double sampling_hz_ = 0;
  std::vector<std::vector<double>> recent_;  // by element
};

/// Granger causality between two elements, both ways, mean over frequency [nat]: computed on a
/// thread of its own from the last `window`, every `every`, and published one `every` later. The
/// result is waited for then, so that it never matters how long it took.
class GrangerStage : public Stage {
 public:
  GrangerStage(const Flow& source, std::string from, std::string to, tutti::Duration window,
               tutti::Duration every)
      : source_{&source},
        from_{std::move(from)},
        to_{std::move(to)},
        window_{window},
        every_{every} {}
  /// Throws tutti::Error{config} where the source has no element of that name.
  void prepare() override;
  void work(tutti::Time now) override;
  std::string line() const override;

 private:
  std::size_t find(const std::string& name) const;

  const Flow* source_;
  std::string from_, to_;
  tutti::Duration window_, every_;
  std::size_t a_ = 0, b_ = 0;
  std::vector<tutti::Time> times_;
  std::vector<double> first_, second_;
  tutti::Time next_;
  std::future<std::vector<double>> pending_;
};

/// Fires while the mean over the elements lies above a threshold, at most once per `refractory`: a
/// spike port that a stimulator or a synapse can listen to.
class TriggerStage : public Stage {
 public:
  TriggerStage(const Flow& source, tutti::SpikeOutput& output, double above,
               tutti::Duration refractory);
  void prepare() override {}
  void work(tutti::Time now) override;
  std::string line() const override;
  /// Spikes of what is above threshold by now, at the end of the open window.
  void fire(tutti::Time end);

 private:
  const Flow* source_;
  tutti::SpikeOutput* output_;
  double above_;
  tutti::Duration refractory_;
  bool high_ = false;
  std::optional<tutti::Time> last_;
  std::size_t fired_ = 0;
};

}  // namespace analysis
