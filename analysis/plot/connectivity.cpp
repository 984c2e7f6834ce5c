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
  std::vector<double> weight, delay_ms;  ///< Empty where the file does not say.
};

/// A number of each edge, from the group in which SONATA keeps what edges have.
std::vector<double> number_of(const sonata::File& file, hid_t edges, const char* name,
                              std::size_t count) {
  if (!sonata::exists(file, edges, "0")) return {};
  const auto group = sonata::open_group(file, edges, "0");
  if (!sonata::exists(file, group.get(), name)) return {};
  auto values = sonata::read_all<double>(file, group.get(), name);
  if (values.size() != count) values.clear();  // several groups: not all edges are in this one
  return values;
}

std::vector<std::filesystem::path> edge_files(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (auto it = fs::recursive_directory_iterator{path}; it != fs::recursive_directory_iterator{};
       ++it) {
    if (it.depth() >= 1) it.disable_recursion_pending();
    if (it->is_regular_file() && holds_edges(it->path())) files.push_back(it->path());
  }
  std::ranges::sort(files);
  return files;
}

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
            sonata::read_all<std::uint64_t>(file, group.get(), "target_node_id"),
            {},
            {}};
    const auto population = [&](const char* dataset) {
      const auto set = sonata::open_dataset(file, group.get(), dataset);
      return sonata::read_text_attribute(file, set.get(), "node_population");
    };
    e.from = population("source_node_id"), e.to = population("target_node_id");
    if (e.source.size() != e.target.size())
      throw tutti::Error{tutti::Fault::usage, "{}: /edges/{} has {} sources and {} targets",
                         path.string(),       name,
                         e.source.size(),     e.target.size()};
    e.weight = number_of(file, group.get(), "syn_weight", e.source.size());
    e.delay_ms = number_of(file, group.get(), "delay", e.source.size());
    edges.push_back(std::move(e));
  }
  return edges;
}

/// Values in bins over their range, as shares of all; whole numbers in bins of whole numbers.
struct Histogram {
  std::string label;
  std::vector<double> edges, shares;
};

Histogram histogram_of(std::string label, const std::vector<double>& values, bool whole) {
  auto [low, high] = std::ranges::minmax(values);
  double width = (high - low) / 30;
  if (whole) {
    low = -0.5, high += 0.5;  // each in the middle of its bin
    width = std::max(1.0, std::ceil((high - low) / 30));
  } else if (high <= low) {  // one value: a bar in the middle
    width = std::max(std::abs(low), 1e-9) / 20;
    low -= 5.5 * width, high += 5.4 * width;
  }
  const auto bins = static_cast<std::size_t>(std::floor((high - low) / width * (1 - 1e-12))) + 1;
  Histogram h{std::move(label), {}, std::vector<double>(bins)};
  for (std::size_t i = 0; i <= bins; ++i) h.edges.push_back(low + static_cast<double>(i) * width);
  for (const double v : values)
    h.shares[std::min(bins - 1, static_cast<std::size_t>((v - low) / width))] +=
        1 / static_cast<double>(values.size());
  return h;
}

void draw_histogram(Canvas& c, const Box& box, const Histogram& h, std::size_t colour) {
  const Panel panel{c, box, {h.edges.front(), h.edges.back()}, Scale::over(h.shares, true)};
  const auto [x, y] = steps(h.edges, h.shares);
  panel.between(x, std::vector<double>(y.size(), 0.0), y, category(colour).with_opacity(0.25));
  panel.line(x, y, category(colour), 1);
  panel.axes(h.label, "share", 2);
}

/// What can be told of connections one by one: how many each node has, their weights and delays.
std::vector<Histogram> histograms_of(const Edges& e, const std::vector<double>& in,
                                     const std::vector<double>& out) {
  std::vector<Histogram> all{histogram_of("connections received", in, true),
                             histogram_of("connections made", out, true)};
  if (!e.weight.empty()) all.push_back(histogram_of("synaptic weight", e.weight, false));
  if (!e.delay_ms.empty()) all.push_back(histogram_of("delay [ms]", e.delay_ms, false));
  return all;
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
                  "how many each target receives and each source makes, and what the file says of "
                  "each.",
                  e.name, e.source.size(), sources, targets),
      482,
      235,
      {}};
  const auto histograms = histograms_of(e, in, out);
  figure.height = std::max(235.0, 20 + 62 * static_cast<double>(histograms.size()));
  figure.draw = [m, end, histograms](Canvas& c) {
    draw_matrix(c, {75, 12, 165, 165}, m);
    colour_bar(c, {252, 22, 7, 145}, {0, end}, "connections per pair", sequential);
    for (std::size_t k = 0; k < histograms.size(); ++k)
      draw_histogram(c, {355, 14 + 62 * static_cast<double>(k), 112, 28}, histograms[k], k);
  };
  return figure;
}

}  // namespace

bool holds_edges(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return !edge_files(path).empty();
  if (path.extension() != ".h5" || !std::filesystem::is_regular_file(path)) return false;
  const auto file = sonata::open_for_reading(path);
  return sonata::exists(file, file.id.get(), "edges");
}

std::vector<Figure> connectivity(const std::filesystem::path& path) {
  std::vector<Figure> figures;
  for (const auto& file : edge_files(path))
    for (const auto& e : read_edges(file)) figures.push_back(figure_of(e));
  return figures;
}

}  // namespace plot
