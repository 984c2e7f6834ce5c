// SPDX-License-Identifier: MIT
#include "signal_stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "measures/welch.hpp"
#include "tutti/error.hpp"

namespace analysis {

using namespace tutti;

void DensityStage::prepare() {
  const auto& table = source_->elements;
  probe_ = measures::probe_line(table.reals("x"), table.reals("y"), table.reals("z"));
  if (!probe_.fits_csd())
    throw Error{
        Fault::config,
        "csd: three or more electrodes at even distances along a line are needed; the source "
        "has {}{}",
        probe_.order.size(), probe_.order.size() < 3 ? "" : ", unevenly spaced"};
  std::vector<std::uint64_t> inner;
  for (std::size_t i = 1; i + 1 < probe_.order.size(); ++i)
    inner.push_back(table.ids.at(probe_.order[i]));
  flow_.shape("uA/mm^3", source_->step, table.rows(Elements::of(inner)));
}

void DensityStage::work(Window) {
  constexpr double per_mm3 = 1e6;  // nA/um3 in uA/mm3
  const auto& order = probe_.order;
  std::vector<double> column(order.size());
  for (const auto& sample : source_->fresh) {
    for (std::size_t i = 0; i < order.size(); ++i) column[i] = sample.values[order[i]];
    const auto along = measures::csd(column, probe_.spacing_um, conductivity_);
    std::vector<double> values(along.size());
    for (std::size_t i = 0; i < along.size(); ++i)  // back to ascending element numbers
      values[*flow_.elements.ids.index_of(source_->elements.ids.at(order[i + 1]))] =
          along[i] * per_mm3;
    flow_.push(sample.time, std::move(values));
  }
}

void FilterStage::prepare() {
  const double fs = sampling_hz(*source_, "filter");
  flow_.shape(source_->unit, source_->step, source_->elements);
  for (std::size_t e = 0; e < flow_.latest.size(); ++e)
    filters_.emplace_back(band_.low_hz, band_.high_hz, fs, order_);
}

void FilterStage::work(Window) {
  for (const auto& sample : source_->fresh) {
    std::vector<double> values;
    for (std::size_t e = 0; e < filters_.size(); ++e)
      values.push_back(filters_[e].next(sample.values[e]));
    flow_.push(sample.time, std::move(values));
  }
}

void BandPowerStage::prepare() {
  sampling_hz(*source_, "band_power");
  length_ = static_cast<std::size_t>(std::max<std::int64_t>(4, window_ / source_->step));
  flow_.shape(measures::squared(source_->unit), flow_.step, source_->elements);
  recent_.resize(source_->latest.size());
}

void BandPowerStage::work(Window window) {
  if (source_->fresh.empty()) return;
  for (const auto& sample : source_->fresh)
    for (std::size_t e = 0; e < recent_.size(); ++e) recent_[e].push_back(sample.values[e]);
  if (recent_.empty() || recent_.front().size() < length_) return;
  std::vector<double> power;
  double effective = 0;
  for (auto& samples : recent_) {
    samples.erase(samples.begin(), samples.end() - static_cast<std::ptrdiff_t>(length_));
    const auto spectrum = measures::welch(samples, sampling_hz(*source_, "band_power"), length_);
    power.push_back(spectrum.power(band_.low_hz, band_.high_hz));
    // Each frequency of the band is a value of its own, of which Hann's window leaves 2/3.
    const double width = band_.high_hz - band_.low_hz, apart = spectrum.frequency_hz[1];
    effective = spectrum.effective * std::max(1.0, 2 * width / apart / 3);
  }
  flow_.push(window.end, std::move(power), effective);
}

std::string BandPowerStage::line() const {
  const auto& v = flow_.latest;
  const double sum = std::accumulate(v.begin(), v.end(), 0.0);
  return fmt::format("{:.3g} {}", v.empty() ? 0 : sum / static_cast<double>(v.size()), flow_.unit);
}

void SpectrogramStage::prepare() {
  const double fs = sampling_hz(*source_, "spectrogram");
  if (band_.high_hz >= fs / 2)
    throw Error{Fault::config,
                "spectrogram: {} Hz cannot be seen in samples every {}, which end at {} Hz; choose "
                "a lower band",
                band_.high_hz, source_->step, fs / 2};
  if (bin_ % source_->step != Duration{})
    throw Error{Fault::config,
                "spectrogram: a bin of {} is no whole number of samples, which come every {}", bin_,
                source_->step};
  frequency_hz_ = measures::log_frequencies(band_.low_hz, band_.high_hz, count_);
  const auto names = names_of(*source_);
  for (std::size_t e = 0; e < names.size(); ++e)
    streams_.emplace_back(fs, frequency_hz_, cycles_,
                          static_cast<std::size_t>(bin_ / source_->step));
  flow_.shape(measures::density_unit(source_->unit), bin_, frequency_table(names, frequency_hz_));
}

void SpectrogramStage::work(Window) {
  if (source_->fresh.empty()) return;
  if (!started_) start_ = source_->fresh.front().time;
  started_ = true;
  std::vector<measures::Spectrogram> columns;  // by element; all have as many
  for (std::size_t e = 0; e < streams_.size(); ++e) {
    std::vector<double> samples;
    for (const auto& sample : source_->fresh) samples.push_back(sample.values[e]);
    streams_[e].add(samples);
    columns.push_back(streams_[e].take());
  }
  if (columns.empty()) return;
  for (std::size_t i = 0; i < columns.front().time_s.size(); ++i) {
    std::vector<double> values;
    for (const auto& element : columns)
      for (std::size_t f = 0; f < count_; ++f) values.push_back(element.row(f)[i]);
    const auto number = static_cast<std::int64_t>(
        std::llround(columns.front().time_s[i] * sampling_hz(*source_, "spectrogram")));
    flow_.push(start_ + number * source_->step, std::move(values), 1);  // one wavelet each
  }
}

std::string SpectrogramStage::line() const {
  const auto peak = std::ranges::max_element(flow_.latest) - flow_.latest.begin();
  if (flow_.latest.empty()) return {};
  return fmt::format("peak {:.3g} Hz", frequency_hz_[static_cast<std::size_t>(peak) % count_]);
}

}  // namespace analysis
