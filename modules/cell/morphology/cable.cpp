// SPDX-License-Identifier: MIT
#include "morphology/cable.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace cell {
namespace {

constexpr double pi = std::numbers::pi;

/// What half a compartment holds.
struct Half {
  double area = 0, volume = 0, length = 0;
  double resistance = 0;  ///< for 1 ohm cm [MOhm]
};

Point between(const Point& a, const Point& b, double w) {
  return {a.x + w * (b.x - a.x), a.y + w * (b.y - a.y), a.z + w * (b.z - a.z),
          a.d + w * (b.d - a.d)};
}

void add_frustum(Half& half, const Point& a, const Point& b, double length) {
  half.area += pi * (a.d + b.d) / 2 * std::hypot((a.d - b.d) / 2, length);
  half.volume += pi * length * (a.d * a.d + a.d * b.d + b.d * b.d) / 12;
  half.resistance += 0.01 * 4 * length / (pi * a.d * b.d);
  half.length += length;
}

/// The 2n halves of a section and the 2n + 1 points between them.
struct Halves {
  std::vector<Half> halves;
  std::vector<Point> ends;
};

Halves cut(const Section& section, int n) {
  const auto count = static_cast<std::size_t>(2 * n);
  Halves result;
  result.halves.resize(count);
  result.ends.push_back(section.points.front());
  const double step = section.length() / (2.0 * n);
  std::size_t now = 0;
  double filled = 0;  // of the half at hand
  for (std::size_t i = 1; i < section.points.size(); ++i) {
    const Point &a = section.points[i - 1], &b = section.points[i];
    const double whole = distance(a, b);
    if (!(whole > 0)) continue;
    double done = 0;
    Point from = a;
    while (now + 1 < count && filled + (whole - done) >= step) {
      const double piece = step - filled;
      done += piece;
      const Point to = between(a, b, std::min(1.0, done / whole));
      add_frustum(result.halves[now++], from, to, piece);
      result.ends.push_back(to);
      from = to;
      filled = 0;
    }
    if (whole - done > 0) {
      add_frustum(result.halves[now], from, b, whole - done);
      filled += whole - done;
    }
  }
  result.ends.push_back(section.points.back());
  return result;
}

Segment segment_of(const Halves& parts, int index) {
  const auto k = static_cast<std::size_t>(2 * index);
  const Half &first = parts.halves[k], &second = parts.halves[k + 1];
  Segment s;
  s.index = index;
  s.begin = parts.ends[k];
  s.end = parts.ends[k + 2];
  s.length = first.length + second.length;
  s.area = first.area + second.area;
  s.volume = first.volume + second.volume;
  // the mean of the diameter along the cable; for a cylinder that of its points
  s.diameter = s.begin.d == s.end.d && parts.ends[k + 1].d == s.begin.d ? s.begin.d
                                                                        : s.area / (pi * s.length);
  return s;
}

class Builder {
 public:
  Builder(const Morphology& morphology, const std::vector<int>& nseg, const std::vector<double>& Ra)
      : morphology_{morphology}, nseg_{nseg}, Ra_{Ra} {
    const auto n = morphology.sections.size();
    at_begin_.assign(n, 0);
    at_end_.assign(n, 0);
    end_node_.assign(n, -1);
    begin_node_.assign(n, -1);
    end_resistance_.assign(n, 0);
    begin_resistance_.assign(n, 0);
    for (const auto& section : morphology.sections) {
      if (section.parent < 0) continue;
      const auto p = static_cast<std::size_t>(section.parent);
      if (section.parent_x >= 1) ++at_end_[p];
      if (section.parent_x <= 0) ++at_begin_[p];
    }
  }

  Cable build() {
    for (std::size_t i = 0; i < morphology_.sections.size(); ++i) add(i);
    cable_.first_segment.push_back(static_cast<int>(cable_.segments.size()));
    order_by_depth();
    return std::move(cable_);
  }

 private:
  int add_node(int parent, double resistance, int segment) {
    cable_.parent.push_back(parent);
    cable_.resistance.push_back(resistance);
    cable_.segment.push_back(segment);
    return static_cast<int>(cable_.parent.size()) - 1;
  }

  /// Where a section begins: a node and the resistance from it to the place itself.
  std::pair<int, double> origin(const Section& section, Segment& first) {
    if (section.parent < 0) return {-1, 0};
    const auto p = static_cast<std::size_t>(section.parent);
    const int n = nseg_[p];
    const int k = std::min(static_cast<int>(section.parent_x * n), n - 1);
    first.parent = cable_.first_segment[p] + k;
    first.parent_at = section.parent_x * n - k;
    const auto& parent = cable_.segments[static_cast<std::size_t>(first.parent)];
    first.path = p == 0 ? std::abs(section.parent_x - 0.5) * morphology_.sections[0].length()
                        : parent.path + (first.parent_at - 0.5) * parent.length;
    if (section.parent_x >= 1) return {end_node_[p], end_resistance_[p]};
    if (section.parent_x <= 0) return {begin_node_[p], begin_resistance_[p]};
    return {parent.node, 0};  // inside: at the centre of the compartment, as NEURON has it
  }

  void add(std::size_t i) {
    const auto& section = morphology_.sections[i];
    const int n = nseg_[i];
    const auto parts = cut(section, n);
    cable_.first_segment.push_back(static_cast<int>(cable_.segments.size()));
    auto R = [&](int half) {
      return Ra_[i] * parts.halves[static_cast<std::size_t>(half)].resistance;
    };
    Segment start;
    const auto [root, on_the_way] = origin(section, start);
    begin_node_[i] = root;
    begin_resistance_[i] = on_the_way;
    int above = root;
    for (int k = 0; k < n; ++k) {
      Segment s = segment_of(parts, k);
      s.section = static_cast<int>(i);
      s.type = section.type;
      const auto place = static_cast<int>(cable_.segments.size());
      s.parent = k == 0 ? start.parent : place - 1;
      s.parent_at = k == 0 ? start.parent_at : 1;
      if (i == 0)
        s.path = std::abs((k + 0.5) / n - 0.5) * section.length();
      else
        s.path = s.length / 2 + (k == 0 ? start.path : cable_.segments.back().path + s.length / 2);
      const double r = k == 0 ? (root < 0 ? 0 : on_the_way + R(0)) : R(2 * k - 1) + R(2 * k);
      s.node = above = add_node(above, r, place);
      cable_.segments.push_back(s);
    }
    finish_ends(i, above, R(2 * n - 1), R(0));
  }

  /// Nodes as far from the root as each other lie side by side, so that elimination has several
  /// branches under way at once and waits for no division. Siblings keep their order, and with it
  /// the order of every sum.
  void order_by_depth() {
    const auto n = cable_.nodes();
    std::vector<int> depth(n, 0), order(n), place(n);
    for (std::size_t i = 1; i < n; ++i)
      depth[i] = depth[static_cast<std::size_t>(cable_.parent[i])] + 1;
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](int i) { return depth[static_cast<std::size_t>(i)]; });
    const Cable old = cable_;
    for (std::size_t k = 0; k < n; ++k) {
      const auto from = static_cast<std::size_t>(order[k]);
      place[from] = static_cast<int>(k);
      cable_.parent[k] =
          old.parent[from] < 0 ? -1 : place[static_cast<std::size_t>(old.parent[from])];
      cable_.resistance[k] = old.resistance[from];
      cable_.segment[k] = old.segment[from];
      if (old.segment[from] >= 0)
        cable_.segments[static_cast<std::size_t>(old.segment[from])].node = static_cast<int>(k);
    }
  }

  /// Massless nodes where two or more sections hang on an end.
  void finish_ends(std::size_t i, int last, double to_end, double to_begin) {
    const bool branches = at_end_[i] >= 2;
    end_node_[i] = branches ? add_node(last, to_end, -1) : last;
    end_resistance_[i] = branches ? 0 : to_end;
    if (morphology_.sections[i].parent >= 0 || at_begin_[i] == 0) return;
    const int first = cable_.segments[static_cast<std::size_t>(cable_.first_segment[i])].node;
    const bool fork = at_begin_[i] >= 2;
    begin_node_[i] = fork ? add_node(first, to_begin, -1) : first;
    begin_resistance_[i] = fork ? 0 : to_begin;
  }

  const Morphology& morphology_;
  const std::vector<int>& nseg_;
  const std::vector<double>& Ra_;
  std::vector<int> at_begin_, at_end_;  // how many sections hang there
  std::vector<int> begin_node_, end_node_;
  std::vector<double> begin_resistance_, end_resistance_;
  Cable cable_;
};

}  // namespace

int compartments(const Section& section, const Discretisation& how, double Ra, double cm) {
  const double L = section.length();
  switch (how.rule) {
    case Discretisation::Rule::count:
      return std::max(1, static_cast<int>(how.value));
    case Discretisation::Rule::length:
      return 1 + 2 * static_cast<int>(L / (2 * how.value));
    case Discretisation::Rule::d_lambda:
      break;
  }
  double in_lambda = 0;  // the section's length in length constants at that frequency
  for (std::size_t i = 1; i < section.points.size(); ++i) {
    const Point &a = section.points[i - 1], &b = section.points[i];
    in_lambda += distance(a, b) / std::sqrt(a.d + b.d);
  }
  in_lambda *= std::sqrt(2.0) * 1e-5 * std::sqrt(4 * pi * how.frequency * Ra * cm);
  return static_cast<int>((in_lambda / how.value + 0.9) / 2) * 2 + 1;
}

int Cable::segment_at(int section, double x) const {
  const auto s = static_cast<std::size_t>(section);
  const int n = first_segment[s + 1] - first_segment[s];
  return first_segment[s] + std::clamp(static_cast<int>(x * n), 0, n - 1);
}

Cable make_cable(const Morphology& morphology, const std::vector<int>& nseg,
                 const std::vector<double>& Ra) {
  return Builder{morphology, nseg, Ra}.build();
}

}  // namespace cell
