// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measures/correlation.hpp"
#include "measures/granger.hpp"
#include "measures/rates.hpp"
#include "plot/figures.hpp"
#include "plot/matrix.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "study/series.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {
using study::Question;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
}  // namespace

void draw_matrix(Canvas& c, const Box& box, const Matrix& m) {
  const auto n_rows = m.rows.size(), n_columns = m.rows.front().size();
  const Scale x{0, static_cast<double>(n_columns)}, y{static_cast<double>(n_rows), 0};
  const Panel panel{c, box, x, y};
  std::vector<std::vector<double>> upward(m.rows.rbegin(), m.rows.rend());
  panel.map(upward, false, m.colour);
  bool wrapped = false;  // names below each other
  const auto bracket = [&](const std::vector<Group>& groups, bool left) {
    double first = 0, taken = -1e9;  // where the last name ended
    for (std::size_t k = 0; k < groups.size(); ++k) {
      const double next = first + static_cast<double>(groups[k].count);
      const Colour colour = category(groups[k].colour);
      const auto a = panel.at(left ? 0 : first, left ? first : 0);
      const auto b = panel.at(left ? 0 : next, left ? next : 0);
      if (left) {
        c.box({box.x - 6, a.y + 0.5, 3.5, b.y - a.y - 1}, colour);
        c.text({box.x - 9, (a.y + b.y) / 2 + 2.5}, groups[k].name, {7, colour, Align::right, true});
      } else {
        c.box({a.x + 0.5, box.y + box.height + 2.5, b.x - a.x - 1, 3.5}, colour);
        const Type type{7, colour, Align::centre, true};
        const double middle = (a.x + b.x) / 2, half = c.text_width(groups[k].name, type) / 2;
        const bool lower = middle - half < taken + 3;
        c.text({middle, box.y + box.height + (lower ? 23 : 15)}, groups[k].name, type);
        if (!lower) taken = middle + half;
        wrapped = wrapped || lower;
      }
      if (k > 0) {
        if (left)
          c.line({box.x, a.y}, {box.x + box.width, a.y}, white, 0.8);
        else
          c.line({a.x, box.y}, {a.x, box.y + box.height}, white, 0.8);
      }
      first = next;
    }
  };
  bracket(m.row_groups, true);
  bracket(m.column_groups, false);
  double names = 0;  // as wide as the widest
  for (const auto& g : m.row_groups)
    names = std::max(names, c.text_width(g.name, {7, ink, Align::right, true}));
  c.text({box.x + box.width / 2, box.y + box.height + (wrapped ? 34 : 27)}, m.column_label,
         {7.5, ink, Align::centre});
  c.text({box.x - 16 - names, box.y + box.height / 2}, m.row_label,
         {7.5, ink, Align::centre, false, true});
  if (n_rows * n_columns > 64) return;  // few fields have room for their numbers
  for (std::size_t i = 0; i < n_rows; ++i)
    for (std::size_t j = 0; j < n_columns; ++j) {
      const auto at = panel.at(static_cast<double>(j) + 0.5, static_cast<double>(i) + 0.5);
      const auto back = m.colour(m.rows[i][j]);
      const bool dark = 0.3 * back.r + 0.59 * back.g + 0.11 * back.b < 0.5;
      if (std::isfinite(m.rows[i][j]))
        c.text({at.x, at.y + 2.5}, fmt::format("{:.2g}", m.rows[i][j]),
               {7, dark ? white : ink, Align::centre});
    }
}

Figure correlations(const Question& q) {
  const double bin = q.bin_ms.value_or(5);
  const auto bins = measures::Bins::within(q.range.start_ms, q.range.stop_ms, bin);
  constexpr std::size_t most = 200;  // of one population: more rows than that cannot be seen
  Matrix m;
  std::vector<std::vector<double>> counts;
  for (const auto& p : q.recording->populations()) {
    auto trains = p.within(q.range).trains();
    if (trains.size() > most) trains.resize(most);
    m.row_groups.push_back({p.name, trains.size(), m.row_groups.size()});
    for (const auto& train : trains) counts.push_back(measures::bin_counts(train, bins));
  }
  if (counts.empty())
    throw tutti::Error{tutti::Fault::usage, "correlations: no spikes were recorded"};
  m.column_groups = m.row_groups;
  m.row_label = "neuron", m.column_label = "neuron";
  m.rows.assign(counts.size(), std::vector<double>(counts.size(), unknown));
  for (std::size_t i = 0; i < counts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)  // the diagonal, which is 1, would only dazzle
      m.rows[i][j] = m.rows[j][i] = measures::correlation(counts[i], counts[j]);
  double end = 0;
  for (const auto& row : m.rows) end = std::max(end, largest(row));
  end = end > 0 ? std::min(1.0, end) : 1;
  m.colour = [end](double r) { return std::isnan(r) ? pale : diverging(r / end); };
  Figure figure{
      "correlations",
      fmt::format("Pearson's correlation of spike counts in bins of {:g} ms; grey: neurons that "
                  "never fired, and the diagonal.",
                  bin),
      340,
      300,
      {}};
  figure.draw = [=](Canvas& c) {
    draw_matrix(c, {75, 12, 190, 190}, m);
    colour_bar(c, {279, 32, 7, 150}, {-end, end}, "correlation",
               [](double p) { return diverging(2 * p - 1); });
  };
  figure.height = 250;
  return figure;
}

Figure causality(const Question& q) {
  if (!q.from.empty() || !q.to.empty()) return lines_of(study::answer("granger", q), q);
  Matrix m;
  const auto& all = q.recording->populations();
  if (all.size() < 2)
    throw tutti::Error{
        tutti::Fault::usage,
        "granger: two populations are needed, or --from and --to, populations or signals"};
  for (const auto& p : all) m.row_groups.push_back({p.name, 1, m.row_groups.size()});
  m.column_groups = m.row_groups;
  m.row_label = "from", m.column_label = "to";
  m.rows.assign(all.size(), std::vector<double>(all.size(), unknown));
  double end = 0, effective = 0;
  std::size_t known = 0;
  const double bin = q.bin_ms.value_or(5);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      try {
        const auto [a, b] = study::pair(*q.recording, all[i].name, all[j].name, q.range, bin, bin);
        const auto segment = study::segment_of(a, q.window_ms);
        const auto g =
            measures::granger(a.values, b.values, a.sampling_hz(), segment - segment % 2);
        ++known;
        m.rows[i][j] = g.mean_first_to_second(), m.rows[j][i] = g.mean_second_to_first();
        effective = g.effective;
        end = std::max({end, m.rows[i][j], m.rows[j][i]});
      } catch (const std::invalid_argument&) {
        // A population that is silent has no spectrum: its fields stay empty.
      }
    }
  if (known == 0)
    throw std::invalid_argument{fmt::format(
        "no two populations fired enough: in bins of {:g} ms, {:g} ms are to hold 32 of them", bin,
        q.range.length_ms())};
  if (!(end > 0)) end = 1;
  m.colour = [end](double g) { return std::isnan(g) ? pale : sequential(std::max(0.0, g) / end); };
  Figure figure{
      "granger",
      fmt::format("Granger causality between the rates of populations in bins of {:g} ms, mean "
                  "over frequency; {:.1f} independent segments.",
                  bin, effective),
      310,
      203,
      {}};
  figure.draw = [=](Canvas& c) {
    draw_matrix(c, {85, 12, 150, 150}, m);
    colour_bar(c, {249, 22, 7, 130}, {0, end}, "Granger causality [nat]", sequential);
  };
  return figure;
}

}  // namespace plot
