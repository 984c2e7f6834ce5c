// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tutti::cli {

/// What `summary.json` says of a run, as far as two runs are compared by it.
struct RunSummary {
  std::filesystem::path folder;
  std::string name;
  std::uint64_t seed = 0;
  double stop_ms = 0, bin_ms = 0;
  std::string release, isa;  ///< The instruction sets of its ranks, "avx2" or "avx2, avx512".
  std::map<std::string, std::vector<std::string>> hashes;  ///< By port and bin, 16 digits.
};

/// Throws Error{usage} for a folder that holds no run, and for a run without hashes: one that
/// failed, or whose `hash:` is off.
RunSummary read_summary(const std::filesystem::path& folder);

/// Where the hashes of two runs part.
struct HashDifference {
  std::size_t bin = 0;             ///< The first bin in which a port differs ...
  std::vector<std::string> ports;  ///< ... and all that differ there.
};

/// The first difference in what both have; ports of one only are for the caller to mention.
/// Throws Error{usage} where the bins are not as wide.
std::optional<HashDifference> first_difference(const RunSummary& a, const RunSummary& b);

}  // namespace tutti::cli
