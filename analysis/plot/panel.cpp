// SPDX-License-Identifier: MIT
#include "plot/panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plot/unit.hpp"

namespace plot {

namespace {

constexpr double rule = 0.6;       // thickness of axes [pt]
constexpr double tick_length = 3;  // [pt]
constexpr double off = 3;          // by which axes stand off the data [pt]

/// How many marks the axis below a panel has room for.
std::size_t marks_along(const Box& box) {
  return std::max<std::size_t>(3, static_cast<std::size_t>(box.width / 45));
}

double nice_step(double span, std::size_t count) {
  const double raw = span / static_cast<double>(std::max<std::size_t>(count, 1));
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * power >= raw * 0.999) return step * power;
  return 10 * power;
}

Ticks log_ticks(const Scale& scale, std::size_t count) {
  Ticks t;
  const auto first = static_cast<int>(std::ceil(std::log10(scale.low) - 1e-9));
  const auto last = static_cast<int>(std::floor(std::log10(scale.high) + 1e-9));
  const int every = std::max(1, (last - first) / static_cast<int>(std::max<std::size_t>(count, 1)));
  if (last - first >= 2) {
    for (int e = first; e <= last; e += every)
      t.at.push_back(std::pow(10, e)), t.labels.push_back(power_of_ten(e));
    return t;
  }
  for (int e = first - 1; e <= last; ++e)
    for (const double m : {1.0, 2.0, 5.0})
      if (const double v = m * std::pow(10, e); v >= scale.low * 0.999 && v <= scale.high * 1.001) {
        t.at.push_back(v);
        t.labels.push_back(v >= 1e-3 && v < 1e5 ? fmt::format("{:g}", v)
                                                : fmt::format("{:.0e}", v));
      }
  return t;
}

/// Lowest and highest of each half point of width, in the order in which they come.
std::vector<Point> thinned(const std::vector<Point>& points, double width) {
  const auto groups = static_cast<std::size_t>(2 * width) + 1;
  if (points.size() <= 4 * groups) return points;
  std::vector<Point> result;
  for (std::size_t g = 0; g < groups; ++g) {
    const auto first = points.begin() + static_cast<std::ptrdiff_t>(g * points.size() / groups);
    const auto last =
        points.begin() + static_cast<std::ptrdiff_t>((g + 1) * points.size() / groups);
    if (first == last) continue;
    auto [low, high] =
        std::minmax_element(first, last, [](const Point& a, const Point& b) { return a.y < b.y; });
    if (high < low) std::swap(low, high);
    result.push_back(*low);
    if (high != low) result.push_back(*high);
  }
  return result;
}

}  // namespace

double Scale::place(double value) const {
  if (!logarithmic) return (value - low) / (high - low);
  if (!(value > 0)) return std::numeric_limits<double>::quiet_NaN();
  return std::log(value / low) / std::log(high / low);
}

double Scale::value(double place) const {
  return logarithmic ? low * std::pow(high / low, place) : low + place * (high - low);
}

Scale Scale::over(std::span<const double> values, bool from_zero) {
  double low = from_zero ? 0 : std::numeric_limits<double>::infinity(), high = from_zero ? 0 : -low;
  for (const double v : values)
    if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
  if (!(high >= low)) return {0, 1};
  if (high == low)
    return {low - (low == 0 ? 0.5 : std::abs(low) / 2),
            high + (high == 0 ? 0.5 : std::abs(high) / 2)};
  const double room = 0.05 * (high - low);
  return {from_zero && low == 0 ? 0 : low - room, high + room};
}

Ticks ticks(const Scale& scale, std::size_t count) {
  if (!(std::abs(scale.high - scale.low) > 0)) return {};  // nothing to tell apart
  if (scale.logarithmic) return log_ticks(scale, count);
  Ticks t;
  const double low = std::min(scale.low, scale.high), high = std::max(scale.low, scale.high);
  for (const auto least = std::min<std::size_t>(count, 3); t.at.size() < least;
       ++count) {  // steps may fall badly
    t = {};
    const double step = nice_step(high - low, count);
    for (double k = std::ceil(low / step - 1e-6); k * step <= high + 1e-6 * step; ++k)
      t.at.push_back(k * step), t.labels.push_back(number(k * step, step));
  }
  return t;
}

void Panel::axes(const std::string& x_label, const std::string& y_label,
                 std::size_t y_ticks) const {
  x_axis(x_label);
  auto marks = ticks(y_, y_ticks);
  if (y_label.empty()) std::ranges::fill(marks.labels, "");
  y_axis(y_label, marks);
}

void Panel::x_axis(const std::string& label) const { draw_x(label, ticks(x_, marks_along(box_))); }

void Panel::time_axis() const {
  if (x_.high - x_.low <= 5000) return x_axis("time [ms]");
  auto marks = ticks({x_.low * 1e-3, x_.high * 1e-3}, marks_along(box_));
  for (double& t : marks.at) t *= 1e3;
  draw_x("time [s]", marks);
}

void Panel::draw_x(const std::string& label, const Ticks& marks) const {
  auto& c = *canvas_;
  const double bottom = box_.y + box_.height + off;
  c.line({box_.x, bottom}, {box_.x + box_.width, bottom}, ink, rule);
  for (std::size_t i = 0; i < marks.at.size(); ++i) {
    const double x = at(marks.at[i], y_.low).x;
    c.line({x, bottom}, {x, bottom + tick_length}, ink, rule);
    if (!label.empty())
      c.text({x, bottom + tick_length + 8}, marks.labels[i], {7, ink, Align::centre});
  }
  c.text({box_.x + box_.width / 2, bottom + tick_length + 19}, label, {7.5, ink, Align::centre});
}

void Panel::y_axis(const std::string& label, const Ticks& marks) const {
  auto& c = *canvas_;
  const double left = box_.x - off;
  c.line({left, box_.y}, {left, box_.y + box_.height}, ink, rule);
  double widest = 0;
  for (std::size_t i = 0; i < marks.at.size(); ++i) {
    const double y = at(x_.low, marks.at[i]).y;
    const Type numbers{7, ink, Align::right};
    c.line({left - tick_length, y}, {left, y}, ink, rule);
    c.text({left - tick_length - 2, y + 2.5}, marks.labels[i], numbers);
    widest = std::max(widest, c.text_width(marks.labels[i], numbers));
  }
  c.text({left - tick_length - 7 - widest, box_.y + box_.height / 2}, label,
         {7.5, ink, Align::centre, false, true});
}

void Panel::title(const std::string& text) const {
  canvas_->text({box_.x - 3, box_.y - 6}, text, {8, ink, Align::left, true});
}

void Panel::line(std::span<const double> x, std::span<const double> y, const Colour& colour,
                 double width, bool dashed) const {
  std::vector<Point> points;
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) points.push_back(at(x[i], y[i]));
  canvas_->clip({box_.x - 1, box_.y - 1, box_.width + 2, box_.height + 2});
  canvas_->line(thinned(points, box_.width), colour, width, dashed);
  canvas_->unclip();
}

void Panel::between(std::span<const double> x, std::span<const double> low,
                    std::span<const double> high, const Colour& fill) const {
  std::vector<Point> points;
  for (std::size_t i = 0; i < x.size(); ++i) points.push_back(at(x[i], high[i]));
  for (std::size_t i = x.size(); i > 0; --i) points.push_back(at(x[i - 1], low[i - 1]));
  std::erase_if(points, [](const Point& p) { return !std::isfinite(p.x) || !std::isfinite(p.y); });
  canvas_->clip(box_);
  canvas_->polygon(points, fill);
  canvas_->unclip();
}

void Panel::map(const std::vector<std::vector<double>>& rows, bool smooth,
                const std::function<Colour(double)>& colour) const {
  if (rows.empty() || rows.front().empty()) return;
  const auto height = rows.size(), width = rows.front().size();
  // Enough dots for print; viewers blur an image of few dots.
  const auto columns = static_cast<std::size_t>(std::lround(box_.width * 2.5));
  const auto lines = static_cast<std::size_t>(std::lround(box_.height * 2.5));
  std::vector<Colour> pixels;
  pixels.reserve(columns * lines);
  for (std::size_t r = 0; r < lines; ++r) {
    const double v = 1 - (static_cast<double>(r) + 0.5) / static_cast<double>(lines);
    for (std::size_t k = 0; k < columns; ++k) {
      const double u = (static_cast<double>(k) + 0.5) / static_cast<double>(columns);
      if (!smooth) {
        const auto i = static_cast<std::size_t>(v * static_cast<double>(height));
        const auto j = static_cast<std::size_t>(u * static_cast<double>(width));
        pixels.push_back(colour(rows[std::min(i, height - 1)][std::min(j, width - 1)]));
        continue;
      }
      const double y = v * static_cast<double>(height - 1), x = u * static_cast<double>(width - 1);
      const auto i = std::min(static_cast<std::size_t>(y), height - 1);
      const auto j = std::min(static_cast<std::size_t>(x), width - 1);
      const auto i2 = std::min(i + 1, height - 1), j2 = std::min(j + 1, width - 1);
      const double fy = y - static_cast<double>(i), fx = x - static_cast<double>(j);
      pixels.push_back(colour((1 - fy) * ((1 - fx) * rows[i][j] + fx * rows[i][j2]) +
                              fy * ((1 - fx) * rows[i2][j] + fx * rows[i2][j2])));
    }
  }
  canvas_->image(box_, columns, pixels);
}

void colour_bar(Canvas& canvas, const Box& box, const Scale& scale, const std::string& label,
                const std::function<Colour(double)>& colour) {
  constexpr std::size_t steps = 128;
  std::vector<Colour> pixels;
  for (std::size_t i = 0; i < steps; ++i)
    pixels.push_back(colour(1 - (static_cast<double>(i) + 0.5) / steps));
  canvas.image(box, 1, pixels);
  const auto marks = ticks(scale, 4);
  double widest = 0;
  for (std::size_t i = 0; i < marks.at.size(); ++i) {
    const double y = box.y + (1 - scale.place(marks.at[i])) * box.height;
    canvas.line({box.x + box.width, y}, {box.x + box.width + 2.5, y}, ink, rule);
    canvas.text({box.x + box.width + 4.5, y + 2.5}, marks.labels[i], {7});
    widest = std::max(widest, canvas.text_width(marks.labels[i], {7}));
  }
  canvas.text({box.x + box.width + 4.5 + widest + 10, box.y + box.height / 2}, label,
              {7.5, ink, Align::centre, false, true});
}

Steps steps(std::span<const double> edges, std::span<const double> values) {
  Steps corners;
  for (std::size_t i = 0; i < values.size(); ++i) {
    corners.x.insert(corners.x.end(), {edges[i], edges[i + 1]});
    corners.y.insert(corners.y.end(), {values[i], values[i]});
  }
  return corners;
}

void legend(Canvas& canvas, Point at, std::span<const std::string> names, bool across) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Type type{7.5, category(i), Align::left};
    canvas.line({at.x, at.y - 2.5}, {at.x + 9, at.y - 2.5}, category(i), 1.6);
    canvas.text({at.x + 12, at.y}, names[i], type);
    if (across)
      at.x += 24 + canvas.text_width(names[i], type);
    else
      at.y += 10;
  }
}

}  // namespace plot
