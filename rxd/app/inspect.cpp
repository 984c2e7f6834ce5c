// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "app/cells.hpp"
#include "app/formula.hpp"
#include "app/inspect_parts.hpp"

namespace tutti::rxd_app {

namespace {

using ::rxd::Network;

std::string regions(const Network& network, const Cells& cells) {
  static constexpr const char* geometries[] = {"volume",          "fixed cross-section",
                                               "membrane",        "scalable border",
                                               "fixed perimeter", "distributed border"};
  std::string text = "regions\n";
  const auto& all = network.model().regions;
  for (std::size_t r = 0; r < all.size(); ++r) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t n = 0; n < cells.elements().size(); ++n) {
      const double size = cells.region_size(r, n);
      sum += size;
      count += size > 0 ? 1U : 0U;
    }
    text += fmt::format("  {:<12} {:<20} {} of {} segments, {:.6g} {}\n", all[r].name,
                        geometries[static_cast<std::size_t>(all[r].geometry)], count,
                        cells.elements().size(), sum, all[r].is_volume() ? "um3" : "um2");
  }
  return text;
}

std::string species(const Network& network, const Cells& cells) {
  std::string text = "\nspecies and states, at the beginning\n";
  for (std::size_t v = 0; v < network.variables().size(); ++v) {
    const auto& variable = network.variables()[v];
    const auto& of = network.model().species[variable.species];
    const Elements at = cells.where(v);
    std::vector<double> values(at.size());
    cells.read(v, at, values);
    const auto [low, high] =
        values.empty() ? std::ranges::min_max_result<double>{0, 0} : std::ranges::minmax(values);
    text += fmt::format(
        "  {:<12} {}{}{}{}\n", variable.name,
        low == high ? fmt::format("{:.6g}", low) : fmt::format("{:.6g} to {:.6g}", low, high),
        of.signed_value ? "" : " mM",
        variable.diffusion > 0 ? fmt::format(", diffuses at {:.6g} um2/ms", variable.diffusion)
                               : "",
        of.charge != 0 ? fmt::format(", charge {}", of.charge) : "");
  }
  return text;
}

}  // namespace

std::string equations(const Network& network) {
  std::string text = "\nrates, in um, ms and mM\n";
  for (const auto& p : network.processes())
    text += fmt::format("  {:<16} {}\n", p.name, formula(network, p.rate));
  text += "\nequations\n";
  for (std::size_t v = 0; v < network.variables().size(); ++v) {
    const auto& variable = network.variables()[v];
    std::string sum = variable.diffusion > 0 ? " + diffusion" : "";
    for (const auto& p : network.processes())
      for (const auto& t : p.terms) {
        if (t.variable != v) continue;
        const bool through = p.region != variable.region;
        const double count = std::abs(t.change) * (through ? ::rxd::molecules_per_mM_um3 : 1);
        sum += fmt::format(" {} {}{}", t.change < 0 ? "-" : "+",
                           count == 1 ? "" : fmt::format("{:.6g}*", count), p.name);
        if (through)
          sum += fmt::format("*{}/({}*602214)", network.model().regions[p.region].name,
                             network.model().regions[variable.region].name);
      }
    text += fmt::format("  {}' ={}\n", variable.name,
                        sum.empty()             ? " 0"
                        : sum.starts_with(" +") ? sum.substr(2)
                                                : sum);
  }
  return text;
}

std::string stiffness(const Network& network, std::size_t count,
                      const std::function<std::vector<double>(std::size_t)>& jacobian) {
  const auto n = static_cast<Eigen::Index>(network.variables().size());
  double fastest = 0, growth = 0, slowest = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const auto values = jacobian(k);
    const Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>> matrix{values.data(), n,
                                                                                  n};
    const Eigen::EigenSolver<Eigen::MatrixXd> solver{matrix, false};
    for (const auto& rate : solver.eigenvalues()) {
      fastest = std::max(fastest, -rate.real());
      growth = std::max(growth, rate.real());
      if (-rate.real() > 1e-12 * fastest && (slowest == 0 || -rate.real() < slowest))
        slowest = -rate.real();
    }
  }
  if (fastest == 0) return "\nstiffness: nothing decays at the initial state\n";
  std::string text = fmt::format(
      "\nstiffness at the initial state, diffusion to the neighbours included\n"
      "  fastest decay {:.3g} ms, slowest {:.3g} ms: ratio {:.2g}\n",
      1 / fastest, 1 / slowest, fastest / slowest);
  if (growth > 1e-9 * fastest)
    text += fmt::format("  something grows, with {:.3g} ms: the initial state is not stable\n",
                        1 / growth);
  return text + fmt::format(
                    "  an explicit scheme would need steps below {:.2g} ms; the schemes "
                    "here are implicit\n",
                    2 / fastest);
}

std::string colour(double part) {
  return fmt::format("rgb({:.0f},{:.0f},{:.0f})", 40 + 210 * part, 40 + 180 * part,
                     120 - 80 * part);
}

std::string legend(const Network& network, std::size_t variable, double low, double high, double x,
                   double y, double size) {
  const auto& v = network.variables()[variable];
  const char* unit = network.model().species[v.species].signed_value ? "" : " mM";
  std::string svg;
  const auto entry = [&](const std::string& fill, const std::string& text, double width) {
    svg += fmt::format(
        "<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" fill=\"{}\"/>"
        "<text x=\"{:g}\" y=\"{:g}\" font-size=\"{:g}\" font-family=\"sans-serif\">{}</text>\n",
        x, y - 0.8 * size, size, size, fill, x + 1.4 * size, y, size, text);
    x += width * size;
  };
  entry(colour(0), fmt::format("{} = {:.6g}{}", v.name, low, unit), 14);
  if (high > low) entry(colour(1), fmt::format("{:.6g}{}", high, unit), 9);
  entry("rgb(170,170,170)", "not in this region", 10);
  return svg;
}

double round_length(double at_most) {
  const double ten = std::pow(10, std::floor(std::log10(at_most)));
  return at_most >= 5 * ten ? 5 * ten : at_most >= 2 * ten ? 2 * ten : ten;
}

std::string inspect_cells(const Network& network, const Cells& cells) {
  const std::size_t count = cells.elements().size();
  const std::size_t step = count / 1000 + 1;  // a thousand places say enough
  return regions(network, cells) + species(network, cells) + equations(network) +
         stiffness(network, count / step, [&](std::size_t k) { return cells.jacobian(k * step); });
}

std::string picture_cells(const Network& network, const Cells& cells, const ElementTable& table,
                          std::size_t v) {
  const Elements at = cells.where(v);
  std::vector<double> values(at.size());
  cells.read(v, at, values);
  const auto [low, high_value] =
      values.empty() ? std::ranges::min_max_result<double>{0, 0} : std::ranges::minmax(values);
  const auto x0 = table.reals("x0"), y0 = table.reals("y0"), x1 = table.reals("x1"),
             y1 = table.reals("y1"), d = table.reals("diameter");
  double left = 1e300, right = -1e300, top = 1e300, bottom = -1e300;
  for (std::size_t i = 0; i < d.size(); ++i)
    for (const auto& [x, y] : {std::pair{x0[i], y0[i]}, std::pair{x1[i], y1[i]}}) {
      left = std::min(left, x - d[i]);
      right = std::max(right, x + d[i]);
      top = std::min(top, y - d[i]);
      bottom = std::max(bottom, y + d[i]);
    }
  const double wide = right - left, high = bottom - top, text = std::max(wide, high) / 45;
  const double bar = round_length(wide / 3);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{:g} {:g} {:g} {:g}\" width=\"900\">\n"
      "<title>{}</title>\n<rect x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" "
      "fill=\"white\"/>\n",
      left, top, std::max(wide, 40 * text), high + 4 * text, network.variables()[v].name, left, top,
      std::max(wide, 40 * text), high + 4 * text);
  svg += legend(network, v, low, high_value, left, bottom + 1.5 * text, text);
  svg += fmt::format(
      "<path d=\"M{:g} {:g}h{:g}\" stroke=\"black\" stroke-width=\"{:g}\"/>"
      "<text x=\"{:g}\" y=\"{:g}\" font-size=\"{:g}\" font-family=\"sans-serif\">{:g} um</text>\n",
      left, bottom + 2.5 * text, bar, text / 6, left + bar + text / 2, bottom + 3 * text, text,
      bar);
  for (std::size_t i = 0; i < d.size(); ++i) {
    const auto place = at.index_of(table.ids.at(i));
    const double part = place && high_value > low ? (values[*place] - low) / (high_value - low) : 0;
    svg += fmt::format(
        "<line x1=\"{:.4g}\" y1=\"{:.4g}\" x2=\"{:.4g}\" y2=\"{:.4g}\" stroke-width=\"{:.4g}\" "
        "stroke=\"{}\"/>\n",
        x0[i], y0[i], x1[i], y1[i], d[i], place ? colour(part) : "rgb(170,170,170)");
  }
  return svg + "</svg>\n";
}

}  // namespace tutti::rxd_app
