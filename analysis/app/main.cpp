// SPDX-License-Identifier: MIT
// tutti-analysis: rates, spectra and a pipeline of measures while a run goes on.
#include <hdf5.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "binned_spikes.hpp"
#include "keeping.hpp"
#include "measures/welch.hpp"
#include "pipeline.hpp"
#include "result_file.hpp"
#include "tutti/config/view.hpp"
#include "tutti/error.hpp"
#include "tutti/module.hpp"

namespace {

using namespace tutti;

const config::Table& schema() {
  static const config::Table rates{
      "rates",
      "Population rates.",
      {config::time("bin", "width of a bin").above(0).by_default("5 ms")}};
  static const config::Table psd{
      "psd",
      "Power spectral density by Welch's method: Hann, half overlap, less the mean.",
      {config::time("window", "length of a segment").above(0).by_default("500 ms")}};
  static const config::Table table{
      "analysis",
      "Rates, spectra and a pipeline of measures, live, as ports and as files.",
      {config::table("rates", rates, "of the spikes at `spikes`"),
       config::table("psd", psd, "of the signal at `v_ext`"), analysis::inputs_field(),
       analysis::pipeline_field()}};
  return table;
}

/// Rates of all populations of a spike port.
class Rates {
 public:
  Rates(SpikeInput& input, Duration bin)
      : input_{input}, bin_{bin}, rates_{input.elements().populations, bin} {}
  void take(Time now) { rates_.take(input_.take(), now); }
  void visit(State& state) {
    state.entry("rates", 0, [&](Fields& fields) { rates_.visit(fields); });
  }
  std::string line() const {
    std::string text;
    const auto bins = static_cast<std::size_t>(std::max<std::int64_t>(1, recent / bin_));
    for (std::size_t k = 0; k < rates_.streams().size(); ++k)
      text += fmt::format("{}{} {:.1f} Hz", text.empty() ? "" : "  ", rates_.populations()[k].name,
                          rates_.streams()[k].recent_hz(bins, 1e-9));
    return text;
  }
  void collect(analysis::Results& results) const {
    for (std::size_t k = 0; k < rates_.streams().size(); ++k) {
      analysis::PopulationRates rates{rates_.populations()[k].name, {}, {}};
      const double per_hz = 1.0 / (static_cast<double>(rates_.populations()[k].count) * to_s(bin_));
      for (const auto count : rates_.streams()[k].counts()) {
        rates.time_ms.push_back(static_cast<double>(rates.time_ms.size()) * to_ms(bin_));
        rates.rate_hz.push_back(count * per_hz);
      }
      results.rates.push_back(std::move(rates));
    }
  }

 private:
  static constexpr Duration recent{100'000'000'000};  // what the live line looks back on: 100 ms
  SpikeInput& input_;
  Duration bin_;
  analysis::BinnedSpikes rates_;
};

/// Spectra of all elements of a signal. The sampling rate is that of the signal's source: it is
/// known from the first two samples.
class Spectra {
 public:
  Spectra(SignalInput& input, Duration window) : input_{input}, window_{window} {
    const auto& table = input.elements();
    table.ids.for_each(
        [&](std::uint64_t id) { channels_.push_back(static_cast<std::int64_t>(id)); });
    pending_.resize(channels_.size());
  }
  void take() {
    for (const auto& sample : input_.all()) {
      if (!first_) {
        first_ = sample.arrival;
      } else if (streams_.empty() && sample.arrival > *first_) {
        start(sample.arrival - *first_);
      }
      std::size_t k = 0;
      sample.elements->for_each([&](std::uint64_t id) {
        const auto place = *input_.wanted().index_of(id);
        pending_[place].push_back(sample.values[k++]);
      });
    }
    if (streams_.empty()) return;
    for (std::size_t k = 0; k < streams_.size(); ++k) {
      streams_[k].add(pending_[k]);
      pending_[k].clear();
    }
  }
  void visit(State& state) {
    state.entry("psd", 0, [&](Fields& fields) {
      analysis::visit(fields, first_);
      fields(step_);
      if (streams_.empty() && step_ > Duration::zero()) start(step_);
      for (auto& samples : pending_) fields(samples);
      for (auto& stream : streams_) stream.visit(fields);
    });
  }
  std::string line() const {
    if (streams_.empty() || streams_.front().segments() == 0) return {};
    const auto spectrum = streams_[streams_.size() / 2].latest();
    return fmt::format("LFP peak {:.0f} Hz", spectrum.peak_hz(1, 200));
  }
  void collect(analysis::Results& results) const {
    results.channels = channels_;
    results.spectrum_unit = "mV";
    for (const auto& stream : streams_) results.spectra.push_back(stream.mean());
  }

 private:
  void start(Duration step) {
    step_ = step;
    const auto segment = static_cast<std::size_t>(std::max<std::int64_t>(4, window_ / step));
    for (std::size_t k = 0; k < channels_.size(); ++k)
      streams_.emplace_back(1.0 / to_s(step), segment);
  }
  SignalInput& input_;
  Duration window_;
  Duration step_{};  // of the source, once known
  std::optional<Time> first_;
  std::vector<std::int64_t> channels_;
  std::vector<std::vector<double>> pending_;
  std::vector<measures::WelchStream> streams_;
};

/// All that the model asks for, and the files it ends in.
class Analysis {
 public:
  Analysis(const Module& module, analysis::Pipeline pipeline, std::optional<Rates> rates,
           std::optional<Spectra> spectra)
      : folder_{module.folder()},
        name_{module.name()},
        pipeline_{std::move(pipeline)},
        rates_{std::move(rates)},
        spectra_{std::move(spectra)} {}

  void take(Window window) {
    pipeline_.work(window);
    if (rates_) rates_->take(window.end);
    if (spectra_) spectra_->take();
  }
  std::string line() const {
    std::string text = rates_ ? rates_->line() : std::string{};
    if (spectra_)
      if (const auto more = spectra_->line(); !more.empty())
        text += (text.empty() ? "" : "  ") + more;
    if (const auto more = pipeline_.line(); !more.empty())
      text += (text.empty() ? "" : "  ") + more;
    return text;
  }
  void visit(State& state) {
    pipeline_.visit(state);
    if (rates_) rates_->visit(state);
    if (spectra_) spectra_->visit(state);
  }
  void write() const {
    analysis::Results results;
    if (rates_) rates_->collect(results);
    if (spectra_) spectra_->collect(results);
    if (rates_ || spectra_) analysis::write_results(folder_, name_, results);
    pipeline_.write(folder_, name_);
  }

 private:
  std::filesystem::path folder_;
  std::string name_;  // of the module, which its files carry
  analysis::Pipeline pipeline_;
  std::optional<Rates> rates_;
  std::optional<Spectra> spectra_;
};

void body(Module& module) {
  config::Problems problems;
  const config::View view{module.model(), schema(), problems};
  const Duration bin = view.child("rates").time("bin");
  const Duration length = view.child("psd").time("window");
  analysis::Pipeline pipeline{module, view};
  problems.raise();
  auto& spikes = module.spike_input("spikes", {.optional = true, .doc = "for rates"});
  auto& signal = module.signal_input(
      "v_ext", {.unit = "mV", .take = Take::all, .optional = true, .doc = "for spectra"});
  module.summarise(pipeline.empty()
                       ? fmt::format("rates in bins of {}, spectra over {}", bin, length)
                       : fmt::format("a pipeline of {} stages", pipeline.size()));

  std::function<void(State&)> keep;  // once there is something to keep
  module.keep([&keep](State& state) { keep(state); });
  pipeline.prepare();
  std::optional<Rates> rates;
  std::optional<Spectra> spectra;
  if (spikes.connected()) rates.emplace(spikes, bin);
  if (signal.connected()) spectra.emplace(signal, length);
  Analysis analysis{module, std::move(pipeline), std::move(rates), std::move(spectra)};
  keep = [&](State& state) { analysis.visit(state); };
  using Clock = std::chrono::steady_clock;
  constexpr auto line_period = std::chrono::milliseconds{200};
  constexpr auto file_period = std::chrono::seconds{5};
  auto next_line = Clock::now(), next_file = next_line + file_period;
  while (const auto window = module.next_window()) {
    analysis.take(*window);
    const auto now = Clock::now();
    if (now >= next_line || window->empty()) {
      module.say(analysis.line());
      next_line = now + line_period;
    }
    if (now >= next_file || window->empty()) {
      analysis.write();
      next_file = now + file_period;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  H5dont_atexit();  // files are closed here; after a full disk HDF5 would crash doing it again
  return tutti::run(argc, argv, schema(), body);
}
