// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "plot/colours.hpp"

/// Pictures of what was recorded.
namespace plot {

struct Point {
  double x = 0, y = 0;
};
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};
enum class Align { left, centre, right };

/// How a text looks.
struct Type {
  double size = 7.5;  ///< [pt]
  Colour colour = ink;
  Align align = Align::left;
  bool bold = false;
  bool upward = false;  ///< Turned to read from below.
};

/// A sheet to draw on. Lengths in points (1/72 inch), origin at the upper left.
class Canvas {
 public:
  virtual ~Canvas() = default;

  virtual void line(std::span<const Point> points, const Colour& colour, double width,
                    bool dashed = false) = 0;
  virtual void polygon(std::span<const Point> points, const Colour& fill) = 0;
  /// Round dots of a diameter.
  virtual void dots(std::span<const Point> centres, const Colour& colour, double diameter) = 0;
  /// Text with its baseline at `at`. What follows a '^' is raised and smaller.
  virtual void text(Point at, const std::string& text, const Type& type) = 0;
  virtual double text_width(const std::string& text, const Type& type) = 0;
  /// An image of `columns` × rows pixels over a box, first row on top.
  virtual void image(const Box& box, std::size_t columns, std::span<const Colour> pixels) = 0;
  /// What follows is cut to the box, until the box is taken away.
  virtual void clip(const Box& box) = 0;
  virtual void unclip() = 0;

  void line(Point a, Point b, const Colour& colour, double width) {
    line(std::vector{a, b}, colour, width, false);
  }
  void box(const Box& b, const Colour& fill) {
    polygon(std::vector<Point>{{b.x, b.y},
                               {b.x + b.width, b.y},
                               {b.x + b.width, b.y + b.height},
                               {b.x, b.y + b.height}},
            fill);
  }
};

/// What to draw and how large.
struct Figure {
  std::string name;     ///< "raster"
  std::string caption;  ///< What is seen, in a sentence or two, with what stands behind it.
  double width = 482;   ///< [pt]; 170 mm, two columns of most journals
  double height = 250;
  std::function<void(Canvas&)> draw;
};

/// The figure as SVG, without files or fonts beside it.
std::string to_svg(const Figure& figure);
/// The figure in `path`, SVG or PNG (of 200 dots per inch) by its extension. Throws tutti::Error.
void save(const Figure& figure, const std::filesystem::path& path);

}  // namespace plot
