// SPDX-License-Identifier: MIT
#include "app/draw_morphology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cell {
namespace {

const char* colour_of(int type) {
  switch (type) {
    case soma:
      return "#222222";
    case axon:
      return "#3a7d44";
    case apic:
      return "#b5179e";
    default:
      return "#1d5fa8";
  }
}

/// The longest of 1, 2 and 5 times a power of ten that is at most a fifth of a length.
double bar_for(double length) {
  double bar = std::pow(10, std::floor(std::log10(length / 5)));
  for (const double step : {5.0, 2.0})
    if (bar * step <= length / 5) return bar * step;
  return bar;
}

}  // namespace

Extent extent_of(const Morphology& morphology) {
  Extent box{morphology.sections.front().points.front(),
             morphology.sections.front().points.front()};
  for (const auto& section : morphology.sections)
    for (const auto& p : section.points) {
      box.low = {std::min(box.low.x, p.x), std::min(box.low.y, p.y), std::min(box.low.z, p.z), 0};
      box.high = {std::max(box.high.x, p.x), std::max(box.high.y, p.y), std::max(box.high.z, p.z),
                  0};
    }
  return box;
}

std::string in_braille(const Morphology& morphology, int columns, int rows) {
  const auto box = extent_of(morphology);
  const double wide = std::max(box.high.x - box.low.x, 1e-9);
  const double high = std::max(box.high.y - box.low.y, 1e-9);
  const double scale = std::min((2 * columns - 1) / wide, (4 * rows - 1) / high);
  const auto across = static_cast<std::size_t>(std::floor(wide * scale)) / 2 + 1;
  const auto down = static_cast<std::size_t>(std::floor(high * scale)) / 4 + 1;
  std::vector<unsigned> cells(across * down, 0);
  const auto dot = [&](double x, double y) {
    const auto i = static_cast<std::size_t>((x - box.low.x) * scale);
    const auto j = static_cast<std::size_t>((box.high.y - y) * scale);
    constexpr unsigned bits[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};  // of Unicode's dots
    cells[std::min(j / 4, down - 1) * across + std::min(i / 2, across - 1)] |= bits[j % 4][i % 2];
  };
  for (const auto& section : morphology.sections)
    for (std::size_t k = 1; k < section.points.size(); ++k) {
      const auto &a = section.points[k - 1], &b = section.points[k];
      const double dots = std::max(std::abs(b.x - a.x), std::abs(b.y - a.y)) * scale;
      const int steps = 1 + static_cast<int>(2 * dots);
      for (int s = 0; s <= steps; ++s) {
        const double w = static_cast<double>(s) / steps;
        dot(a.x + w * (b.x - a.x), a.y + w * (b.y - a.y));
      }
    }
  std::string text;
  for (std::size_t row = 0; row < down; ++row) {
    for (std::size_t column = 0; column < across; ++column) {
      const unsigned letter = 0x2800 + cells[row * across + column];
      text += static_cast<char>(0xE0 | (letter >> 12));
      text += static_cast<char>(0x80 | (letter >> 6 & 0x3F));
      text += static_cast<char>(0x80 | (letter & 0x3F));
    }
    text += '\n';
  }
  return text;
}

std::string as_svg(const Morphology& morphology) {
  const auto box = extent_of(morphology);
  const double wide = box.high.x - box.low.x, high = box.high.y - box.low.y;
  const double margin = 0.05 * std::max(wide, high) + 5;
  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{:.6g} {:.6g} {:.6g} {:.6g}\" "
      "width=\"800\">\n<title>{}</title>\n<rect x=\"{:.6g}\" y=\"{:.6g}\" width=\"100%\" "
      "height=\"100%\" fill=\"white\"/>\n",
      box.low.x - margin, -box.high.y - margin, wide + 2 * margin, high + 3 * margin,
      morphology.source, box.low.x - margin, -box.high.y - margin);
  const double thinnest = 0.001 * std::max(wide, high);
  for (const auto& section : morphology.sections)
    for (std::size_t k = 1; k < section.points.size(); ++k) {
      const auto &a = section.points[k - 1], &b = section.points[k];
      text += fmt::format(
          "<line x1=\"{:.6g}\" y1=\"{:.6g}\" x2=\"{:.6g}\" y2=\"{:.6g}\" stroke=\"{}\" "
          "stroke-width=\"{:.4g}\" stroke-linecap=\"{}\"/>\n",
          a.x, -a.y, b.x, -b.y, colour_of(section.type), std::max(thinnest, (a.d + b.d) / 2),
          section.type == soma ? "butt" : "round");
    }
  const double bar = bar_for(std::max(wide, high));
  text += fmt::format(
      "<line x1=\"{0:.6g}\" y1=\"{1:.6g}\" x2=\"{2:.6g}\" y2=\"{1:.6g}\" stroke=\"black\" "
      "stroke-width=\"{3:.4g}\"/>\n<text x=\"{0:.6g}\" y=\"{4:.6g}\" font-size=\"{5:.4g}\" "
      "font-family=\"sans-serif\">{6:g} um</text>\n</svg>\n",
      box.low.x, -box.low.y + margin, box.low.x + bar, 2 * thinnest, -box.low.y + 1.7 * margin,
      0.5 * margin, bar);
  return text;
}

}  // namespace cell
