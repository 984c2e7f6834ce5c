// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "plot/canvas.hpp"

namespace plot {

/// From values to places along an axis.
struct Scale {
  double low = 0, high = 1;
  bool logarithmic = false;  ///< Requires low > 0.

  /// 0 at low, 1 at high.
  double place(double value) const;
  /// The value at a place.
  double value(double place) const;

  /// Holds all values, with a little room; from 0 where `from_zero`.
  static Scale over(std::span<const double> values, bool from_zero = false);
};

/// Where to put marks: at steps of 1, 2 or 5 times a power of ten, or at powers of ten, about
/// `count` of them.
struct Ticks {
  std::vector<double> at;
  std::vector<std::string> labels;
};
Ticks ticks(const Scale& scale, std::size_t count = 5);

/// A box with two axes.
class Panel {
 public:
  Panel(Canvas& canvas, const Box& box, Scale x, Scale y)
      : canvas_{&canvas}, box_{box}, x_{x}, y_{y} {}

  /// Axes below and to the left; an axis without a label has marks but no numbers.
  void axes(const std::string& x_label, const std::string& y_label, std::size_t y_ticks = 5) const;
  void x_axis(const std::string& label) const;
  /// The axis below for a time in ms, told in seconds where it is long.
  void time_axis() const;
  /// Marks, their numbers and, unless it is empty, a label that reads upward.
  void y_axis(const std::string& label, const Ticks& marks) const;
  /// A bold letter or a title above the upper left corner.
  void title(const std::string& text) const;

  Point at(double x, double y) const {
    return {box_.x + x_.place(x) * box_.width, box_.y + (1 - y_.place(y)) * box_.height};
  }
  /// Long lines are thinned to lowest and highest per half point, which looks the same.
  void line(std::span<const double> x, std::span<const double> y, const Colour& colour,
            double width = 0.9, bool dashed = false) const;
  /// The area between two lines.
  void between(std::span<const double> x, std::span<const double> low, std::span<const double> high,
               const Colour& fill) const;
  /// Values on a grid, `rows` × columns, row 0 at the lowest y, as colours; bilinear between the
  /// grid's points where `smooth`, else one field each. Covers the whole panel.
  void map(const std::vector<std::vector<double>>& rows, bool smooth,
           const std::function<Colour(double)>& colour) const;

  const Box& box() const { return box_; }
  Canvas& canvas() const { return *canvas_; }
  const Scale& x_scale() const { return x_; }
  const Scale& y_scale() const { return y_; }

 private:
  void draw_x(const std::string& label, const Ticks& marks) const;

  Canvas* canvas_;
  Box box_;
  Scale x_, y_;
};

/// A vertical bar of colours with numbers and a label on its right.
void colour_bar(Canvas& canvas, const Box& box, const Scale& scale, const std::string& label,
                const std::function<Colour(double place)>& colour);

/// Names in their colours, one below the other or, where `across`, beside each other.
void legend(Canvas& canvas, Point at, std::span<const std::string> names, bool across = false);

/// Corners of a line that keeps each value over its bin: an edge more than there are values.
struct Steps {
  std::vector<double> x, y;
};
Steps steps(std::span<const double> edges, std::span<const double> values);

}  // namespace plot
