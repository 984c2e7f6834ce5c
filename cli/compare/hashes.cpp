// SPDX-License-Identifier: MIT
#include "hashes.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tutti/error.hpp"

namespace tutti::cli {

RunSummary read_summary(const std::filesystem::path& folder) {
  const auto path = folder / "summary.json";
  std::ifstream in{path};
  if (!in)
    throw Error{Fault::usage,
                "{} is no run folder: it has no summary.json; needed is a folder that "
                "`tutti run` made, like results/column-001",
                folder.string()};
  try {
    const auto all = nlohmann::json::parse(in);
    if (!all.contains("hashes"))
      throw Error{Fault::usage,
                  "{} has no hashes, since {}; compare runs that ended well and have "
                  "`hash:` on",
                  folder.string(),
                  all.value("ok", false) ? "its run file says `hash: off`" : "the run failed"};
    RunSummary summary;
    summary.folder = folder;
    summary.name = all.at("name");
    summary.seed = all.at("seed");
    summary.stop_ms = all.at("stop_ms");
    summary.bin_ms = all.at("hash_bin_ms");
    summary.release = all.at("release");
    summary.hashes = all.at("hashes");
    std::set<std::string> isas;
    for (const auto& module : all.at("modules")) isas.insert(module.at("isa"));
    for (const auto& isa : isas) summary.isa += (summary.isa.empty() ? "" : ", ") + isa;
    return summary;
  } catch (const nlohmann::json::exception& e) {
    throw Error{Fault::usage, "{}: {}", path.string(), e.what()};
  }
}

std::optional<HashDifference> first_difference(const RunSummary& a, const RunSummary& b) {
  if (a.bin_ms != b.bin_ms)
    throw Error{Fault::usage,
                "the runs are hashed in bins of {} ms and of {} ms; repeat one of them with --set "
                "run.hash=\"{} ms\"",
                a.bin_ms, b.bin_ms, a.bin_ms};
  // of runs of different lengths, only whole bins that both have can be compared
  const auto whole = static_cast<std::size_t>(std::min(a.stop_ms, b.stop_ms) / a.bin_ms);
  std::optional<HashDifference> first;
  for (const auto& [port, bins_a] : a.hashes) {
    const auto found = b.hashes.find(port);
    if (found == b.hashes.end()) continue;
    const auto& bins_b = found->second;
    const auto most = a.stop_ms == b.stop_ms ? std::max(bins_a.size(), bins_b.size()) : whole;
    static const std::string silent(16, '0');
    for (std::size_t k = 0; k < most; ++k) {
      if ((k < bins_a.size() ? bins_a[k] : silent) == (k < bins_b.size() ? bins_b[k] : silent))
        continue;
      if (!first || k < first->bin) first = HashDifference{k, {}};
      if (k == first->bin) first->ports.push_back(port);
      break;
    }
  }
  return first;
}

}  // namespace tutti::cli
