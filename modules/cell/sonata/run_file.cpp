// SPDX-License-Identifier: MIT
#include "sonata/run_file.hpp"

#include <algorithm>
#include <cctype>

#include "sonata/build.hpp"
#include "sonata/config.hpp"
#include "tutti/config/yaml.hpp"

namespace cell::circuit {
namespace {

namespace fs = std::filesystem;

/// A name for the run: that of the circuit's folder, as far as a name can be.
std::string run_name(const fs::path& config) {
  std::string name = config.parent_path().filename().string();
  for (auto& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-') c = '_';
  if (name.empty() || std::isalpha(static_cast<unsigned char>(name.front())) == 0)
    name = "circuit_" + name;
  return name;
}

/// The longest step of the module, a multiple of dt: one that reports can be recorded at and no
/// connection inside is shorter than.
tutti::Duration step_of(const Config& config, const Model& model) {
  if (!config.reports.empty()) return model.dt;
  double least_ms = 1;
  if (!model.connections.empty()) {
    least_ms = 1e300;
    for (const auto& p : model.connections)
      for (const double delay : p.rule.delays_ms) least_ms = std::min(least_ms, delay);
  }
  const auto least = tutti::nearest_tick(least_ms).time_since_epoch();
  return std::max<tutti::Duration>(least - least % model.dt, model.dt);
}

}  // namespace

std::string run_file(const fs::path& given) {
  Problems problems;
  const auto path = fs::absolute(given).lexically_normal();
  const auto root = tutti::config::read_yaml(path, problems);
  const auto config = read_config(root, problems);
  problems.raise();
  const auto model = read_circuit(root, {});
  const auto step = step_of(config, model);
  const auto in_quotes = [](const fs::path& p) { return "\"" + p.string() + "\""; };
  std::string text = fmt::format(
      "# Written by `tutti sonata {}`.\n"
      "tutti: 1\n"
      "run: {{name: {}, stop: {} ms}}\n\n"
      "modules:\n"
      "  circuit: {{use: cell, step: {} ms, model: {}}}\n",
      given.string(), run_name(path), config.tstop_ms, tutti::to_ms(step), in_quotes(path));
  std::string connections, record = "  - circuit.spikes\n";
  for (const auto& report : config.reports) {
    const double every = report.dt_ms > 0 ? report.dt_ms : config.dt_ms;
    std::string port = "circuit." + report.name;
    if (report.module == "extracellular") {
      text += fmt::format(
          "  {}: {{use: lfp, step: {} ms, model: {{electrodes: {}, method: line_source}}}}\n",
          report.name, tutti::to_ms(step), in_quotes(report.electrodes));
      connections +=
          fmt::format("  - {{from: circuit.i_membrane, to: {}.i_membrane}}\n", report.name);
      port = report.name + ".v_ext";
    }
    record += fmt::format("  - {{port: {}, every: {} ms}}\n", port, every);
  }
  if (!connections.empty()) text += "\nconnections:\n" + connections;
  return text + "\nrecord:\n" + record;
}

}  // namespace cell::circuit
