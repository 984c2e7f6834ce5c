// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>

#include "folder.hpp"
#include "sonata/record_file.hpp"

namespace tutti::cli {

/// Writes `spikes.csv` (time_ms, population, node; by time) and for each signal `PORT.csv`: time_ms
/// and a column POPULATION/NODE/ELEMENT@POSITION per element. Signals go through memory piece by
/// piece.
void export_csv(const RecordedRun& run, const std::filesystem::path& to);

/// Writes `NAME.json` as NetPyNE saves and loads it: net.pops, net.cells, simConfig, and simData
/// with spkt, spkid, t, one trace per segment (`v_soma`, `v_SECTION@POSITION`), LFP and dipoleSum.
void export_netpyne(const RecordedRun& run, const std::filesystem::path& to);

}  // namespace tutti::cli
