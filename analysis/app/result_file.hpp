// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "measures/spectrum.hpp"

namespace analysis {

/// Rates of one population.
struct PopulationRates {
  std::string name;
  std::vector<double> time_ms;  ///< Lower edges of the bins.
  std::vector<double> rate_hz;  ///< Per neuron.
};

/// What an analysis has found so far.
struct Results {
  std::vector<PopulationRates> rates;
  std::vector<std::int64_t> channels;
  std::vector<measures::Spectrum> spectra;  ///< By channel.
  std::string spectrum_unit;
};

/// Writes analysis.h5 and rates.csv to `folder`, each as a whole under another name first, so that
/// whoever reads always finds a complete file. Layout of analysis.h5:
///   /rates/POPULATION/time [ms], /rates/POPULATION/rate [Hz]
///   /psd/frequency [Hz], /psd/channel, /psd/power [channel × frequency], /psd/averages (segments
///   behind each value)
void write_results(const std::filesystem::path& folder, const Results& results);

}  // namespace analysis
