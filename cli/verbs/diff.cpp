// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "../compare/hashes.hpp"
#include "../compare/recorded.hpp"
#include "../recordings.hpp"
#include "tutti/error.hpp"
#include "verbs.hpp"

namespace tutti::cli {
namespace {

std::vector<std::string> only_in(const RunSummary& one, const RunSummary& other) {
  std::vector<std::string> ports;
  for (const auto& [port, bins] : one.hashes)
    if (!other.hashes.contains(port)) ports.push_back(port);
  return ports;
}

/// What may explain a difference.
std::vector<std::string> unlike(const RunSummary& a, const RunSummary& b) {
  std::vector<std::string> found;
  const auto note = [&](const char* what, const auto& x, const auto& y) {
    if (x != y) found.push_back(fmt::format("{} {} and {}", what, x, y));
  };
  note("seed", a.seed, b.seed);
  note("stop [ms]", a.stop_ms, b.stop_ms);
  note("release", a.release, b.release);
  note("instruction set", a.isa, b.isa);
  return found;
}

void say_run(char letter, const RunSummary& run) {
  fmt::print("{}  {}: {}, seed {}, {} ms\n", letter, run.folder.string(), run.name, run.seed,
             run.stop_ms);
}

struct Finding {
  std::string port;
  std::optional<std::string> record;
};

int say_text(const RunSummary& a, const RunSummary& b, const std::optional<HashDifference>& first,
             const std::vector<Finding>& findings) {
  say_run('A', a), say_run('B', b);
  for (const auto& text : unlike(a, b)) fmt::print("note: they differ in {}\n", text);
  for (const auto& port : only_in(a, b)) fmt::print("note: only A has {}\n", port);
  for (const auto& port : only_in(b, a)) fmt::print("note: only B has {}\n", port);
  const bool same_ports = only_in(a, b).empty() && only_in(b, a).empty();
  if (!first) {
    std::size_t bins = 0, ports = 0;
    for (const auto& [port, sums] : a.hashes) {
      const auto other = b.hashes.find(port);
      if (other == b.hashes.end()) continue;
      ++ports;
      bins = std::max(bins, std::min(sums.size(), other->second.size()));
    }
    if (ports == 0)
      fmt::print("different: they have no port in common\n");
    else
      fmt::print("{}: {} port{} in all {} bins of {} ms that both have\n",
                 same_ports ? "same" : "different ports, but the same", ports,
                 ports == 1 ? "" : "s", bins, a.bin_ms);
    return same_ports ? 0 : 1;
  }
  const auto bin = static_cast<double>(first->bin);
  fmt::print("first difference: {} in ({}, {}] ms\n", findings[0].port, bin * a.bin_ms,
             (bin + 1) * a.bin_ms);
  for (const auto& [port, record] : findings)
    fmt::print("  {}: {}\n", port,
               record ? *record
                      : "no more is recorded; `record: [{port: " + port +
                            ", exact: true}]` in both runs shows where");
  return 1;
}

int say_json(const RunSummary& a, const std::optional<HashDifference>& first,
             const std::vector<Finding>& findings, const RunSummary& b) {
  nlohmann::ordered_json all{{"same", !first && only_in(a, b).empty() && only_in(b, a).empty()},
                             {"unlike", unlike(a, b)},
                             {"only_a", only_in(a, b)},
                             {"only_b", only_in(b, a)}};
  if (first) {
    all["bin"] = first->bin;
    all["from_ms"] = static_cast<double>(first->bin) * a.bin_ms;
    for (const auto& [port, record] : findings)
      all["ports"][port] = record ? nlohmann::ordered_json(*record) : nlohmann::ordered_json();
  }
  fmt::print("{}\n", all.dump(1));
  return all["same"].get<bool>() ? 0 : 1;
}

int diff(const std::filesystem::path& folder_a, const std::filesystem::path& folder_b, bool json) {
  const auto a = read_summary(folder_a), b = read_summary(folder_b);
  const auto first = first_difference(a, b);
  sound_recordings(folder_a), sound_recordings(folder_b);
  std::vector<Finding> findings;
  if (first)
    for (const auto& port : first->ports)
      findings.push_back({port, first_recorded_difference(folder_a, folder_b, port)});
  return json ? say_json(a, first, findings, b) : say_text(a, b, first, findings);
}

}  // namespace

void add_diff(CLI::App& app, int& code) {
  struct Options {
    std::filesystem::path a, b;
    bool json = false;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("diff", "the first difference between two runs");
  verb->add_option("A", options->a, "a run folder")->required();
  verb->add_option("B", options->b, "another")->required();
  verb->add_flag("--json", options->json, "for programs");
  verb->footer(
      "Example: tutti diff results/column-001 results/column-002\n"
      "Exit codes: 0 the runs are the same, 1 they are not, 2 they cannot be compared.");
  verb->callback([=, &code] { code = diff(options->a, options->b, options->json); });
}

}  // namespace tutti::cli
