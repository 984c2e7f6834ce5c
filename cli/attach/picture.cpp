// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tutti::cli {
namespace {

const char* phase_name(control::Phase phase) {
  constexpr std::array names{"joining", "joining", "running", "paused", "ending", "ended"};
  return names[static_cast<std::size_t>(phase)];
}

/// A bar of eighths of a character.
std::string bar(double part, std::size_t width) {
  constexpr std::array eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto filled =
      static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * 8 * static_cast<double>(width) + 0.5);
  std::string text;
  for (std::size_t k = 0; k < filled / 8; ++k) text += "█";
  text += eighths[filled % 8];
  for (std::size_t k = (filled + 7) / 8; k < width; ++k) text += " ";
  return text;
}

/// One of the 256 braille patterns, U+2800 and on, as UTF-8.
std::string braille(unsigned dots) {
  const unsigned code = 0x2800U + dots;
  return {static_cast<char>(0xE0U | code >> 12U), static_cast<char>(0x80U | (code >> 6U & 0x3FU)),
          static_cast<char>(0x80U | (code & 0x3FU))};
}

}  // namespace

void Picture::take(const control::Status& status, double wall_s) {
  if (told_s_ > 0 && wall_s > told_s_) {
    const double now = 1e-3 * to_ms(status.clock - status_.clock) / (wall_s - told_s_);
    speed_ += 0.2 * (now - speed_);
  }
  told_s_ = wall_s;
  status_ = status;
}

void Picture::take(const tap::Stream& stream) { ports_[stream.id].stream = stream; }

void Picture::take(const tap::Batch& batch) {
  auto& port = ports_[batch.id];
  if (!port.begun) port.from = batch.from;
  port.begun = true;
  port.reached = batch.to;
  for (std::size_t k = 0; k < batch.elements.size(); ++k)
    port.spikes.emplace_back(time_of(batch.times[k]), batch.elements[k]);
  while (!port.spikes.empty() && port.spikes.front().first <= port.reached - span_)
    port.spikes.pop_front();
}

std::string Picture::head(std::size_t columns) const {
  const double now = to_ms(status_.clock), all = to_ms(status_.stop);
  const double part = all > 0 ? now / all : 0;
  const auto text = fmt::format("{}  {}  {:.1f} of {:g} ms  {:.0f} %  {:.3g} × real time", run_,
                                phase_name(status_.phase), now, all, 100 * part, speed_);
  const std::size_t width = columns > text.size() + 14 ? 10 : 0;
  return width == 0 ? text : text + "  ▕" + bar(part, width) + "▏";
}

void Picture::draw_members(std::vector<std::string>& lines) const {
  constexpr std::size_t most = 12;
  std::size_t shown = 0;
  for (const auto& m : status_.members) {
    if (shown++ == most) {
      lines.push_back(fmt::format("  … and {} more processes", status_.members.size() - most));
      break;
    }
    const double total = m.compute_seconds + m.wait_seconds;
    const auto what = m.activity == control::Activity::waiting   ? "waits for " + m.waits_for
                      : m.activity == control::Activity::done    ? std::string{"done"}
                      : m.activity == control::Activity::joining ? std::string{"joins"}
                                                                 : std::string{"computes"};
    lines.push_back(fmt::format("  {:<14} {:>10.1f} ms  busy {} {:>3.0f} %  {}{}",
                                fmt::format("{}.{}", m.module, m.rank), to_ms(m.clock),
                                bar(total > 0 ? m.compute_seconds / total : 0, 8),
                                total > 0 ? 100 * m.compute_seconds / total : 0.0, what,
                                m.line.empty() ? "" : "  | " + m.line));
  }
}

void Picture::draw_rates(std::vector<std::string>& lines, std::size_t columns) const {
  struct Rate {
    std::string name;
    double hz;
  };
  std::vector<Rate> rates;
  double most = 1;
  for (const auto& [id, port] : ports_) {
    if (!port.begun) continue;
    const double seconds = 1e-3 * to_ms(std::min(span_, port.reached - port.from));
    auto populations = port.stream.table.populations;
    if (populations.empty() && !port.stream.table.ids.empty())
      populations.push_back({port.stream.info.port.name, port.stream.table.ids.front(),
                             port.stream.table.ids.back() - port.stream.table.ids.front() + 1});
    for (const auto& p : populations) {
      const auto count = std::ranges::count_if(port.spikes, [&](const auto& spike) {
        return spike.second >= p.first && spike.second < p.first + p.count;
      });
      const double hz = seconds > 0 && p.count > 0
                            ? static_cast<double>(count) / seconds / static_cast<double>(p.count)
                            : 0.0;
      rates.push_back({port.stream.info.module + "." + p.name, hz});
      most = std::max(most, hz);
    }
  }
  const std::size_t width = std::clamp<std::size_t>(columns > 50 ? columns - 42 : 8, 8, 40);
  for (const auto& rate : rates)
    lines.push_back(
        fmt::format("  {:<22} {:>8.2f} Hz  {}", rate.name, rate.hz, bar(rate.hz / most, width)));
}

/// Two columns and four rows of dots a character: time to the right, elements downwards.
void Picture::draw_raster(std::vector<std::string>& lines, std::size_t columns,
                          std::size_t rows) const {
  std::uint64_t elements = 0;
  Time reached{};
  for (const auto& [id, port] : ports_) {
    elements += port.stream.table.ids.size();
    reached = std::max(reached, port.reached);
  }
  if (elements == 0 || rows < 3 || columns < 20) return;
  const std::size_t height = rows - 1, width = columns - 2;
  std::vector<unsigned> cells(height * width, 0);
  std::uint64_t before = 0;
  constexpr std::array<std::array<unsigned, 4>, 2> dots{{{1, 2, 4, 64}, {8, 16, 32, 128}}};
  for (const auto& [id, port] : ports_) {
    const auto& ids = port.stream.table.ids;
    for (const auto& [t, element] : port.spikes) {
      const auto place = ids.index_of(element);
      if (!place || t <= reached - span_) continue;
      const auto x = static_cast<std::size_t>(static_cast<double>(2 * width - 1) *
                                              (1 - to_ms(reached - t) / to_ms(span_)));
      const auto y = static_cast<std::size_t>((before + *place) * (4 * height) / elements);
      cells[y / 4 * width + x / 2] |= dots[x % 2][y % 4];
    }
    before += ids.size();
  }
  lines.push_back(
      fmt::format("  {} of {} spiking elements, up to {:.1f} ms", span_, elements, to_ms(reached)));
  for (std::size_t y = 0; y < height; ++y) {
    std::string line = "  ";
    for (std::size_t x = 0; x < width; ++x) line += braille(cells[y * width + x]);
    lines.push_back(line);
  }
}

std::vector<std::string> Picture::draw(std::size_t columns, std::size_t rows) const {
  std::vector<std::string> lines{head(columns)};
  draw_members(lines);
  draw_rates(lines, columns);
  const std::size_t left = rows > lines.size() + 2 ? rows - lines.size() - 2 : 0;
  draw_raster(lines, columns, std::min<std::size_t>(left, 20));
  if (!note_.empty()) lines.push_back("  " + note_);
  if (lines.size() > rows) lines.resize(rows);
  return lines;
}

}  // namespace tutti::cli
