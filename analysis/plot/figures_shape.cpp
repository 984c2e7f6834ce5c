// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <numeric>
#include <optional>
#include <sstream>

#include "plot/figures.hpp"
#include "plot/panel.hpp"
#include "plot/unit.hpp"
#include "tutti/error.hpp"

namespace plot {

namespace {

using study::Question;
using Vector = std::array<double, 3>;

/// A piece of cable.
struct Piece {
  Vector from{}, to{};  // [um]
  double diameter = 1;  // [um]
  Colour colour;
};

/// How space is seen.
struct View {
  bool turned = false;                     // else from the front: x to the right, y up
  Vector project(const Vector& p) const {  // right, up, towards the eye
    if (!turned) return p;
    const double turn = 35 * std::numbers::pi / 180, tilt = 20 * std::numbers::pi / 180;
    const double x = p[0] * std::cos(turn) + p[2] * std::sin(turn);
    const double z = -p[0] * std::sin(turn) + p[2] * std::cos(turn);
    return {x, p[1] * std::cos(tilt) - z * std::sin(tilt),
            p[1] * std::sin(tilt) + z * std::cos(tilt)};
  }
};

/// A figure with room for the pieces at one scale, and where they lie in it.
struct Frame {
  double width = 0, height = 0, scale = 1, left = 0, top = 0;  // top: highest y [um]
  Point at(const Vector& p) const {
    return {16 + (p[0] - left) * scale, 20 + (top - p[1]) * scale};
  }
};

Frame frame_for(const std::vector<Piece>& pieces, const View& view) {
  double left = 1e300, right = -1e300, low = 1e300, high = -1e300;
  for (const auto& piece : pieces)
    for (const auto& end : {piece.from, piece.to}) {
      const auto p = view.project(end);
      left = std::min(left, p[0]), right = std::max(right, p[0]);
      low = std::min(low, p[1]), high = std::max(high, p[1]);
    }
  const double w = std::max(right - left, 1.0), h = std::max(high - low, 1.0);
  Frame frame;
  frame.scale = std::min(340 / w, 330 / h);
  frame.left = left, frame.top = high;
  frame.width = w * frame.scale + 32, frame.height = h * frame.scale + 52;
  return frame;
}

/// Far pieces first; in space with a white rim, by which one sees what passes before what.
void draw_pieces(Canvas& c, const std::vector<Piece>& pieces, const View& view,
                 const Frame& frame) {
  std::vector<std::size_t> order(pieces.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<double> nearness;
  for (const auto& p : pieces) nearness.push_back(view.project(p.from)[2] + view.project(p.to)[2]);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return nearness[i]; });
  for (const auto i : order) {
    const auto& p = pieces[i];
    const auto a = frame.at(view.project(p.from)), b = frame.at(view.project(p.to));
    const double width = std::max(0.7, p.diameter * frame.scale);
    if (std::hypot(b.x - a.x, b.y - a.y) < 0.3 * width) {
      c.dots(std::vector{a}, p.colour, width);
      continue;
    }
    if (view.turned) c.line(a, b, white, width + 0.8);
    // A hair longer, or paper would shine through between pieces.
    const double hair = 0.2 / std::hypot(b.x - a.x, b.y - a.y);
    c.line({a.x - hair * (b.x - a.x), a.y - hair * (b.y - a.y)},
           {b.x + hair * (b.x - a.x), b.y + hair * (b.y - a.y)}, p.colour, width);
  }
}

void draw_scale_bar(Canvas& c, const Frame& frame) {
  double bar = std::pow(10, std::floor(std::log10(80 / frame.scale)));
  for (const double step : {5.0, 2.0})
    if (step * bar * frame.scale <= 80) {
      bar *= step;
      break;
    }
  const double y = frame.height - 14;
  c.line({16, y}, {16 + bar * frame.scale, y}, ink, 1.4);
  c.text({16 + bar * frame.scale + 4, y + 2.5}, fmt::format("{:g} µm", bar), {7});
}

/// A signal of segments: the one asked for, or the first.
const study::Signal& segments_for(const Question& q) {
  if (!q.of.empty()) return q.recording->signal(q.of);
  for (const auto& s : q.recording->signals())
    if (s.kind() == "segment") return s;
  throw tutti::Error{tutti::Fault::usage,
                     "{}: no signal of segments was recorded; add one to `record:`, as in `{{port: "
                     "cortex.v, every: 1 ms}}`",
                     q.recording->path().string()};
}

/// The sample at the time asked for, or where the values are spread most.
std::size_t sample_for(const study::Signal& s, const Question& q) {
  if (q.at_ms) return s.sample_at(*q.at_ms);
  std::size_t best = s.sample_at(q.range.start_ms);
  double widest = -1;
  const auto last = s.sample_at(q.range.stop_ms);
  const auto step = std::max<std::size_t>(1, (last - best) / 200);
  for (auto k = best; k <= last; k += step) {
    const auto values = s.at(k);
    double sum = 0, squares = 0;
    for (const double v : values) sum += v, squares += v * v;
    const auto n = static_cast<double>(values.size());
    if (const double spread = squares / n - sum * sum / (n * n); spread > widest)
      widest = spread, best = k;
  }
  return best;
}

Figure coloured(const Question& q, bool turned) {
  const auto& s = segments_for(q);
  const auto sample = sample_for(s, q);
  auto values = s.at(sample);
  const auto scale = readable(s.unit(), largest(values));
  for (double& v : values) v *= scale.factor;
  // A few pieces far beyond all others would take all colours but one.
  const double low = quantile(values, 0.01), high = quantile(values, 0.97);
  const Scale range{low, high > low ? high : low + 1};
  std::array<const std::vector<double>*, 7> columns{};
  const std::array<const char*, 7> names{"x0", "y0", "z0", "x1", "y1", "z1", "diameter"};
  for (std::size_t k = 0; k < names.size(); ++k) columns[k] = &s.reals(names[k]);
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto at = [&](std::size_t k) { return (*columns[k])[i]; };
    pieces.push_back(
        {{at(0), at(1), at(2)}, {at(3), at(4), at(5)}, at(6), sequential(range.place(values[i]))});
  }
  const View view{turned};
  const auto frame = frame_for(pieces, view);
  const double time = s.start_ms() + static_cast<double>(sample) * s.step_ms();
  Figure figure{
      turned ? "shape3d" : "shape",
      fmt::format(
          "{} of {} segments at {:g} ms{}; colours end where 1 % of the values lie below and "
          "3 % above.",
          s.name(), pieces.size(), time,
          turned ? ", turned by 35° and seen from 20° above" : ", from the front"),
      frame.width + 70,
      std::max(frame.height, 120.0),
      {}};
  figure.draw = [=, name = s.name()](Canvas& c) {
    draw_pieces(c, pieces, view, frame);
    draw_scale_bar(c, frame);
    colour_bar(c, {frame.width + 8, 30, 7, std::clamp(frame.height - 60, 70.0, 150.0)}, range,
               labelled(name, scale.unit), sequential);
    c.text({16, 12}, fmt::format("{:g} ms", time), {8, ink, Align::left, true});
  };
  return figure;
}

}  // namespace

Figure shape(const Question& q) { return coloured(q, false); }
Figure shape_in_space(const Question& q) { return coloured(q, true); }

Figure reconstruction(const std::filesystem::path& file) {
  struct Sample {
    int type;
    Vector at;
    double radius;
    long parent;
  };
  std::map<long, Sample> samples;
  std::ifstream in{file};
  if (!in) throw tutti::Error{tutti::Fault::usage, "{}: cannot be read", file.string()};
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (const auto mark = line.find('#'); mark != std::string::npos) line.erase(mark);
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::istringstream words{line};
    long id = 0;
    Sample s{};
    if (!(words >> id >> s.type >> s.at[0] >> s.at[1] >> s.at[2] >> s.radius >> s.parent))
      throw tutti::Error{tutti::Fault::usage,
                         "{}:{}: seven numbers are needed: id type x y z radius parent",
                         file.string(), number};
    samples.emplace(id, s);
  }
  static const std::map<int, std::pair<const char*, std::size_t>> kinds{
      {1, {"soma", 6}}, {2, {"axon", 4}}, {3, {"basal dendrite", 0}}, {4, {"apical dendrite", 1}}};
  std::vector<Piece> pieces;
  std::map<std::size_t, std::string> seen;
  for (const auto& [id, s] : samples) {
    const auto kind = kinds.find(s.type);
    const auto colour = kind != kinds.end() ? kind->second.second : std::size_t{3};
    seen[colour] = kind != kinds.end() ? kind->second.first : "other";
    const auto parent = samples.find(s.parent);
    pieces.push_back(
        {parent != samples.end() ? parent->second.at : s.at, s.at, 2 * s.radius, category(colour)});
  }
  if (pieces.empty())
    throw tutti::Error{tutti::Fault::usage, "{}: holds no samples of a cell", file.string()};
  const View view;
  const auto frame = frame_for(pieces, view);
  Figure figure{file.stem().string(),
                fmt::format("{}: {} samples.", file.filename().string(), pieces.size()),
                frame.width + 85,
                frame.height,
                {}};
  figure.draw = [=](Canvas& c) {
    draw_pieces(c, pieces, view, frame);
    draw_scale_bar(c, frame);
    double y = 28;
    for (const auto& [colour, name] : seen) {
      c.line({frame.width, y - 2.5}, {frame.width + 9, y - 2.5}, category(colour), 2);
      c.text({frame.width + 12, y}, name, {7.5});
      y += 11;
    }
  };
  return figure;
}

}  // namespace plot
