// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plot/figures.hpp"
#include "plot/matrix.hpp"
#include "plot/panel.hpp"
#include "sonata/repair.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

/// The edges of one population of edges.
struct Edges {
  std::string name, from, to;
  std::vector<std::uint64_t> source, target;
};

std::vector<Edges> read_edges(const std::filesystem::path& path) {
  const auto file = sonata::open_for_reading(path);
  const auto all = sonata::open_group(file, file.id.get(), "edges");
  std::vector<Edges> edges;
  for (const auto& name : sonata::children(file, all.get(), H5O_TYPE_GROUP)) {
    const auto group = sonata::open_group(file, all.get(), name);
    Edges e{name,
            {},
            {},
            sonata::read_all<std::uint64_t>(file, group.get(), "source_node_id"),
            sonata::read_all<std::uint64_t>(file, group.get(), "target_node_id")};
    const auto population = [&](const char* dataset) {
      const auto set = sonata::open_dataset(file, group.get(), dataset);
      return sonata::read_text_attribute(file, set.get(), "node_population");
    };
    e.from = population("source_node_id"), e.to = population("target_node_id");
    if (e.source.size() != e.target.size())
      throw tutti::Error{tutti::Fault::usage, "{}: /edges/{} has {} sources and {} targets",
                         path.string(),       name,
                         e.source.size(),     e.target.size()};
    edges.push_back(std::move(e));
  }
  return edges;
}

/// How many things have 0, 1, 2 … of something, as steps.
void draw_degrees(const Panel& panel, const std::vector<double>& degrees, std::size_t colour) {
  const double high = panel.x_scale().high;
  const auto bins = static_cast<std::size_t>(std::min(30.0, high));
  std::vector<double> count(bins), x, y;
  for (const double d : degrees)
    ++count[std::min(bins - 1, static_cast<std::size_t>(d / high * static_cast<double>(bins)))];
  for (std::size_t i = 0; i < bins; ++i) {
    const double share = count[i] / static_cast<double>(degrees.size());
    x.insert(x.end(), {high * static_cast<double>(i) / static_cast<double>(bins),
                       high * static_cast<double>(i + 1) / static_cast<double>(bins)});
    y.insert(y.end(), {share, share});
  }
  panel.between(x, std::vector<double>(y.size(), 0.0), y, category(colour).with_opacity(0.18));
  panel.line(x, y, category(colour), 1);
}

Figure figure_of(const Edges& e) {
  const auto nodes = [](const std::vector<std::uint64_t>& ids) {
    return ids.empty() ? std::uint64_t{1} : std::ranges::max(ids) + 1;
  };
  const auto sources = nodes(e.source), targets = nodes(e.target);
  constexpr std::uint64_t most = 100;  // fields across
  const auto across = std::min(most, targets), down = std::min(most, sources);
  Matrix m;
  m.rows.assign(down, std::vector<double>(across, 0.0));
  std::vector<double> out(sources), in(targets);
  for (std::size_t i = 0; i < e.source.size(); ++i) {
    ++m.rows[e.source[i] * down / sources][e.target[i] * across / targets];
    ++out[e.source[i]], ++in[e.target[i]];
  }
  const double pairs = static_cast<double>(sources) / static_cast<double>(down) *
                       static_cast<double>(targets) / static_cast<double>(across);
  double end = 0;
  for (auto& row : m.rows)
    for (double& v : row) v /= pairs, end = std::max(end, v);
  if (!(end > 0)) end = 1;
  m.colour = [end](double v) { return v == 0 ? Colour{0.96, 0.96, 0.96} : sequential(v / end); };
  m.row_groups = {{e.from.empty() ? "sources" : e.from, down, 0}};
  m.column_groups = {{e.to.empty() ? "targets" : e.to, across, 1}};
  m.row_label = fmt::format("source (0 to {})", sources - 1);
  m.column_label = fmt::format("target (0 to {})", targets - 1);
  Figure figure{
      "connectivity-" + e.name,
      fmt::format("{}: {} connections from {} to {} nodes. Left: connections per pair. Right: "
                  "how many each target receives and each source makes.",
                  e.name, e.source.size(), sources, targets),
      482,
      235,
      {}};
  figure.draw = [=](Canvas& c) {
    draw_matrix(c, {75, 12, 165, 165}, m);
    colour_bar(c, {252, 22, 7, 145}, {0, end}, "connections per pair", sequential);
    const double widest = std::max(std::ranges::max(out), std::ranges::max(in)) + 1;
    std::size_t row = 0;
    for (const auto& [degrees, label] :
         {std::pair{&in, "connections received"}, {&out, "connections made"}}) {
      const Panel panel{
          c, {365, 16 + 100.0 * static_cast<double>(row), 100, 55}, {0, widest}, {0, 1}};
      draw_degrees(panel, *degrees, row == 0 ? 1 : 0);
      panel.axes(label, "share", 2);
      ++row;
    }
  };
  return figure;
}

}  // namespace

bool holds_edges(const std::filesystem::path& path) {
  if (path.extension() != ".h5" || !std::filesystem::is_regular_file(path)) return false;
  const auto file = sonata::open_for_reading(path);
  return sonata::exists(file, file.id.get(), "edges");
}

std::vector<Figure> connectivity(const std::filesystem::path& file) {
  std::vector<Figure> figures;
  for (const auto& e : read_edges(file)) figures.push_back(figure_of(e));
  return figures;
}

}  // namespace plot
