// SPDX-License-Identifier: MIT
#include "recorded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <tuple>
#include <vector>

#include "sonata/repair.hpp"
#include "sonata/report_reader.hpp"
#include "sonata/spike_reader.hpp"
#include "tutti/time.hpp"

namespace tutti::cli {
namespace {

namespace fs = std::filesystem;

/// A spike as people look for it.
struct Seen {
  std::int64_t tick;
  std::string element;
  std::uint64_t number;
  double weight;
  auto key() const { return std::tie(tick, number, weight); }
};

std::vector<Seen> exact_spikes(const fs::path& file, const std::string& port) {
  std::vector<Seen> seen;
  for (const auto& spike : sonata::read_exact_spikes(file, port).spikes)
    seen.push_back(
        {spike.tick, fmt::format("element {}", spike.element), spike.element, spike.weight});
  return seen;
}

/// All populations of a module, where nothing more exact was kept.
std::vector<Seen> plain_spikes(const fs::path& file, const sonata::PortTable& table) {
  std::vector<Seen> seen;
  for (const auto& list : sonata::read_spikes(file))
    for (const auto& population : table.populations) {
      const bool mine = list.population == population.name ||
                        list.population == table.module() + "." + population.name;
      for (std::size_t k = 0; mine && k < list.times.size(); ++k)
        seen.push_back({nearest_tick(list.times[k]).time_since_epoch().count(),
                        fmt::format("{} {}", list.population, list.node_ids[k]),
                        population.first + list.node_ids[k], 1.0});
    }
  return seen;
}

std::optional<std::vector<Seen>> spikes_of(const fs::path& folder, const std::string& port) {
  const auto file = folder / "spikes.h5";
  if (!fs::exists(file)) return std::nullopt;
  const auto opened = sonata::open_for_reading(file);
  const auto recorded = sonata::recorded_ports(opened);
  if (std::ranges::find(recorded, port) == recorded.end()) return std::nullopt;
  std::vector<Seen> seen;
  try {
    seen = exact_spikes(file, port);
  } catch (const sonata::Error&) {  // not recorded with `exact:`
    seen = plain_spikes(file, sonata::read_port(opened, port));
  }
  std::ranges::sort(seen, {}, [](const Seen& s) { return s.key(); });
  return seen;
}

std::string described(const Seen& spike, const char* has, const char* lacks) {
  return fmt::format("{} has a spike of {} at {} that {} lacks", has, spike.element,
                     time_of(spike.tick), lacks);
}

std::optional<std::string> spike_difference(const std::vector<Seen>& a,
                                            const std::vector<Seen>& b) {
  const auto [x, y] =
      std::ranges::mismatch(a, b, [](const Seen& s, const Seen& t) { return s.key() == t.key(); });
  if (x == a.end() && y == b.end()) return std::nullopt;
  if (y == b.end() || (x != a.end() && x->key() < y->key())) return described(*x, "A", "B");
  return described(*y, "B", "A");
}

std::optional<std::string> signal_difference(const fs::path& file_a, const fs::path& file_b) {
  const sonata::ReportReader a{file_a}, b{file_b};
  const auto table = a.table();
  if (table.ids != b.table().ids || a.step_tick() != b.step_tick())
    return fmt::format("recorded of {} and {} elements, every {} and {}", table.ids.size(),
                       b.table().ids.size(), duration_of(a.step_tick()),
                       duration_of(b.step_tick()));
  if (a.reports().empty() || b.reports().empty() || table.ids.empty()) return std::nullopt;
  const auto samples = std::min(a.reports()[0].samples, b.reports()[0].samples);
  const std::uint64_t at_once = std::max<std::uint64_t>(1, (1U << 20U) / table.ids.size());
  for (std::uint64_t first = 0; first < samples; first += at_once) {
    const auto count = std::min(at_once, samples - first);
    const auto values_a = a.samples_by_row(first, count), values_b = b.samples_by_row(first, count);
    for (std::size_t k = 0; k < values_a.size(); ++k)
      if (std::bit_cast<std::uint64_t>(values_a[k]) != std::bit_cast<std::uint64_t>(values_b[k])) {
        const auto sample = static_cast<std::int64_t>(first + k / table.ids.size());
        return fmt::format(
            "element {} at {}: {:.17g} in A, {:.17g} in B", table.ids[k % table.ids.size()],
            time_of(a.start_tick() + sample * a.step_tick()), values_a[k], values_b[k]);
      }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> first_recorded_difference(const fs::path& a, const fs::path& b,
                                                     const std::string& port) {
  const auto spikes_a = spikes_of(a, port), spikes_b = spikes_of(b, port);
  if (spikes_a && spikes_b) return spike_difference(*spikes_a, *spikes_b);
  const auto file = port + ".h5";
  if (fs::exists(a / file) && fs::exists(b / file)) return signal_difference(a / file, b / file);
  return std::nullopt;
}

}  // namespace tutti::cli
