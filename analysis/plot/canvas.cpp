// SPDX-License-Identifier: MIT
#include "plot/canvas.hpp"

#include <cairo-svg.h>
#include <cairo.h>

#include <cmath>
#include <fstream>
#include <numbers>

#include "tutti/error.hpp"

namespace plot {

namespace {

using tutti::Error;
using tutti::Fault;

constexpr double dots_per_point = 200.0 / 72;

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

/// Any surface of cairo's as a canvas.
class Sheet : public Canvas {
 public:
  explicit Sheet(cairo_surface_t* surface) : to_{cairo_create(surface), cairo_destroy} {
    cairo_set_line_join(to_.get(), CAIRO_LINE_JOIN_ROUND);
  }

  void line(std::span<const Point> points, const Colour& colour, double width,
            bool dashed) override {
    if (points.empty()) return;
    set(colour);
    cairo_set_line_width(to_.get(), width);
    cairo_set_line_cap(to_.get(), CAIRO_LINE_CAP_BUTT);
    const double dash = 2.5;
    cairo_set_dash(to_.get(), &dash, dashed ? 1 : 0, 0);
    path(points);
    cairo_stroke(to_.get());
  }

  void polygon(std::span<const Point> points, const Colour& fill) override {
    if (points.empty()) return;
    set(fill);
    path(points);
    cairo_close_path(to_.get());
    cairo_fill(to_.get());
  }

  void dots(std::span<const Point> centres, const Colour& colour, double diameter) override {
    set(colour);
    cairo_set_line_width(to_.get(), diameter);
    cairo_set_line_cap(to_.get(), CAIRO_LINE_CAP_ROUND);
    cairo_set_dash(to_.get(), nullptr, 0, 0);
    for (const auto& p : centres) {  // a line of no length with round ends
      cairo_move_to(to_.get(), p.x, p.y);
      cairo_close_path(to_.get());
    }
    cairo_stroke(to_.get());
  }

  void text(Point at, const std::string& text, const Type& type) override {
    const double width = text_width(text, type);
    const double shift = type.align == Align::centre  ? width / 2
                         : type.align == Align::right ? width
                                                      : 0;
    const auto [base, exponent] = parts(text);
    cairo_save(to_.get());
    cairo_translate(to_.get(), at.x, at.y);
    if (type.upward) cairo_rotate(to_.get(), -std::numbers::pi / 2);
    set(type.colour);
    choose(type);
    cairo_move_to(to_.get(), -shift, 0);
    cairo_show_text(to_.get(), base.c_str());  // which moves on
    if (!exponent.empty()) {
      cairo_rel_move_to(to_.get(), 0, -0.4 * type.size);
      cairo_set_font_size(to_.get(), raised * type.size);
      cairo_show_text(to_.get(), exponent.c_str());
    }
    cairo_restore(to_.get());
  }

  double text_width(const std::string& text, const Type& type) override {
    choose(type);
    const auto advance = [&](const std::string& part) {
      cairo_text_extents_t extents;
      cairo_text_extents(to_.get(), part.c_str(), &extents);
      return extents.x_advance;
    };
    const auto [base, exponent] = parts(text);
    return advance(base) + raised * advance(exponent);
  }

  void image(const Box& box, std::size_t columns, std::span<const Colour> pixels) override {
    if (columns == 0 || pixels.size() < columns) return;
    const auto rows = pixels.size() / columns;
    const Surface surface{cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(columns),
                                                     static_cast<int>(rows)),
                          cairo_surface_destroy};
    auto* bytes = cairo_image_surface_get_data(surface.get());
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
    const auto level = [](double v) { return static_cast<std::uint32_t>(std::lround(255 * v)); };
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) {
        const auto& p = pixels[r * columns + c];
        auto* word = reinterpret_cast<std::uint32_t*>(bytes + r * stride) + c;  // premultiplied
        *word =
            level(p.a) << 24 | level(p.r * p.a) << 16 | level(p.g * p.a) << 8 | level(p.b * p.a);
      }
    cairo_surface_mark_dirty(surface.get());
    cairo_save(to_.get());
    cairo_translate(to_.get(), box.x, box.y);
    cairo_scale(to_.get(), box.width / static_cast<double>(columns),
                box.height / static_cast<double>(rows));
    cairo_set_source_surface(to_.get(), surface.get(), 0, 0);
    cairo_pattern_set_filter(cairo_get_source(to_.get()), CAIRO_FILTER_NEAREST);
    cairo_rectangle(to_.get(), 0, 0, static_cast<double>(columns), static_cast<double>(rows));
    cairo_fill(to_.get());
    cairo_restore(to_.get());
  }

  void clip(const Box& box) override {
    cairo_save(to_.get());
    cairo_rectangle(to_.get(), box.x, box.y, box.width, box.height);
    cairo_clip(to_.get());
  }
  void unclip() override { cairo_restore(to_.get()); }

 private:
  static constexpr double raised = 0.75;  // size of an exponent

  static std::pair<std::string, std::string> parts(const std::string& text) {
    const auto hat = text.find('^');
    if (hat == std::string::npos) return {text, {}};
    return {text.substr(0, hat), text.substr(hat + 1)};
  }
  void choose(const Type& type) {
    // Fontconfig gives what is there: Helvetica or a face of its measures, else DejaVu Sans.
    cairo_select_font_face(to_.get(), "Helvetica", CAIRO_FONT_SLANT_NORMAL,
                           type.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(to_.get(), type.size);
  }
  void set(const Colour& c) { cairo_set_source_rgba(to_.get(), c.r, c.g, c.b, c.a); }
  void path(std::span<const Point> points) {
    bool down = false;  // a point that is no number lifts the pen
    for (const auto& p : points) {
      if (!std::isfinite(p.x) || !std::isfinite(p.y)) {
        down = false;
      } else if (down) {
        cairo_line_to(to_.get(), p.x, p.y);
      } else {
        cairo_move_to(to_.get(), p.x, p.y);
        down = true;
      }
    }
  }

  Context to_;
};

void draw_on(cairo_surface_t* surface, const Figure& figure, double scale) {
  Sheet sheet{surface};
  sheet.box({0, 0, figure.width * scale, figure.height * scale}, white);
  figure.draw(sheet);
}

void write_png(const Figure& figure, const std::filesystem::path& path) {
  const Surface surface{
      cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                 static_cast<int>(std::ceil(figure.width * dots_per_point)),
                                 static_cast<int>(std::ceil(figure.height * dots_per_point))),
      cairo_surface_destroy};
  cairo_surface_set_device_scale(surface.get(), dots_per_point, dots_per_point);
  draw_on(surface.get(), figure, 1.01);  // the last dot of a fractional size as well
  if (cairo_surface_write_to_png(surface.get(), path.c_str()) != CAIRO_STATUS_SUCCESS)
    throw Error{Fault::io, "cannot write {}", path.string()};
}

}  // namespace

std::string to_svg(const Figure& figure) {
  std::string text;
  const auto append = [](void* to, const unsigned char* data, unsigned length) {
    static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  };
  {
    const Surface surface{
        cairo_svg_surface_create_for_stream(append, &text, figure.width, figure.height),
        cairo_surface_destroy};
    draw_on(surface.get(), figure, 1);
    cairo_surface_finish(surface.get());
  }
  return text;
}

void save(const Figure& figure, const std::filesystem::path& path) {
  if (path.extension() == ".png") return write_png(figure, path);
  if (path.extension() != ".svg")
    throw Error{Fault::usage, "{}: pictures are written as .svg, .png or .html", path.string()};
  std::ofstream out{path, std::ios::binary};
  out << to_svg(figure);
  if (!out.flush()) throw Error{Fault::io, "cannot write {}", path.string()};
}

}  // namespace plot
