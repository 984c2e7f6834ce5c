// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
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

/// Names that files of a module's own have, MODULE.analysis.h5 and MODULE.rates.csv: no stage of
/// its pipeline may have one of them.
bool is_own_file(std::string_view name);

/// Writes MODULE.analysis.h5 and MODULE.rates.csv to `folder`, each as a whole under another name
/// first, so that whoever reads always finds a complete file. Layout of the first:
///   /rates/POPULATION/time [ms], /rates/POPULATION/rate [Hz]
///   /psd/frequency [Hz], /psd/channel, /psd/power [channel × frequency], /psd/averages (segments
///   behind each value)
void write_results(const std::filesystem::path& folder, const std::string& module,
                   const Results& results);

}  // namespace analysis
