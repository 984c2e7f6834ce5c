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

/// As much of a line as fits in so many characters, each of which is one column wide here.
std::string clipped(const std::string& line, std::size_t columns) {
  std::size_t shown = 0;
  for (std::size_t k = 0; k < line.size(); ++k) {
    const bool begins = (static_cast<unsigned char>(line[k]) & 0xC0U) != 0x80U;
    if (begins && shown++ == columns) return line.substr(0, k);
  }
  return line;
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
  constexpr std::size_t most = 1'000'000;
  for (auto& [id, other] : ports_)
    while (!other.spikes.empty() &&
           (other.spikes.front().first <= reached() - span_ || other.spikes.size() > most))
      other.spikes.pop_front();
}

/// What all ports have come to: sources may be far ahead of those they drive.
Time Picture::reached() const {
  Time least = Time::max();
  for (const auto& [id, port] : ports_)
    if (port.begun) least = std::min(least, port.reached);
  return least == Time::max() ? Time{} : least;
}

std::vector<Picture::Population> Picture::populations() const {
  std::vector<Population> all;
  for (const auto& [id, port] : ports_) {
    if (!port.begun) continue;
    const auto& ids = port.stream.table.ids;
    auto rows = port.stream.table.populations;
    if (rows.empty() && !ids.empty())
      rows.push_back({port.stream.info.port.name, ids.front(), ids.back() - ids.front() + 1});
    for (const auto& row : rows) {
      if (row.count == 0) continue;
      Population p{port.stream.info.module + "." + row.name, row.first, row.count, &port, 0};
      const auto count = std::ranges::count_if(port.spikes, [&](const auto& spike) {
        return p.holds(spike) && spike.first <= reached();
      });
      const double seconds = 1e-3 * to_ms(std::min(span_, reached() - port.from));
      if (seconds > 0) p.hz = static_cast<double>(count) / seconds / static_cast<double>(p.count);
      all.push_back(std::move(p));
    }
  }
  return all;
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

void Picture::draw_rates(std::vector<std::string>& lines, const std::vector<Population>& all,
                         std::size_t columns) const {
  double most = 1;
  for (const auto& p : all) most = std::max(most, p.hz);
  const std::size_t width = std::clamp<std::size_t>(columns > 50 ? columns - 42 : 8, 8, 40);
  for (const auto& p : all)
    lines.push_back(
        fmt::format("  {:<{}} {:>8.2f} Hz  {}", p.name, name_width, p.hz, bar(p.hz / most, width)));
}

/// Two columns and four rows of dots a character: time to the right, elements downwards. Every
/// population has a strip of its own, as high as it is large.
void Picture::draw_raster(std::vector<std::string>& lines, const std::vector<Population>& all,
                          std::size_t columns, std::size_t rows) const {
  constexpr std::size_t margin = name_width + 3;
  if (all.empty() || rows < all.size() + 1 || columns < margin + 10) return;
  const std::size_t width = columns - margin, spare = rows - 1 - all.size();
  double elements = 0;
  for (const auto& p : all) elements += static_cast<double>(p.count);
  lines.push_back(fmt::format("  spikes of the last {}, up to {:.1f} ms", span_, to_ms(reached())));
  for (const auto& p : all) {
    const auto height = 1 + static_cast<std::size_t>(static_cast<double>(spare) *
                                                     static_cast<double>(p.count) / elements);
    const auto cells = dots_of(p, width, height);
    for (std::size_t y = 0; y < height; ++y) {
      std::string line = fmt::format("  {:<{}} ", y == 0 ? p.name : "", name_width);
      for (std::size_t x = 0; x < width; ++x) line += braille(cells[y * width + x]);
      lines.push_back(std::move(line));
    }
  }
}

std::vector<unsigned> Picture::dots_of(const Population& p, std::size_t width,
                                       std::size_t height) const {
  std::vector<unsigned> cells(height * width, 0);
  constexpr std::array<std::array<unsigned, 4>, 2> dots{{{1, 2, 4, 64}, {8, 16, 32, 128}}};
  const auto end = reached();
  for (const auto& spike : p.port->spikes) {
    if (!p.holds(spike) || spike.first > end || spike.first <= end - span_) continue;
    const auto x = static_cast<std::size_t>(static_cast<double>(2 * width - 1) *
                                            (1 - to_ms(end - spike.first) / to_ms(span_)));
    const auto y = static_cast<std::size_t>((spike.second - p.first) * (4 * height) / p.count);
    cells[y / 4 * width + x / 2] |= dots[x % 2][y % 4];
  }
  return cells;
}

std::vector<std::string> Picture::draw(std::size_t columns, std::size_t rows) const {
  std::vector<std::string> lines{head(columns)};
  draw_members(lines);
  const auto all = populations();
  draw_rates(lines, all, columns);
  const std::size_t foot = note_.empty() ? 0 : 1;
  const std::size_t left = rows > lines.size() + foot ? rows - lines.size() - foot : 0;
  draw_raster(lines, all, columns, std::min<std::size_t>(left, 24));
  if (lines.size() + foot > rows) lines.resize(rows - foot);
  if (!note_.empty()) lines.push_back("  " + note_);
  for (auto& line : lines) line = clipped(line, columns);
  return lines;
}

}  // namespace tutti::cli
