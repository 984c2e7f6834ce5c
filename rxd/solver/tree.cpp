// SPDX-License-Identifier: MIT
#include "tree.hpp"

#include <algorithm>
#include <map>
#include <numbers>
#include <string>
#include <utility>

#include "error.hpp"

namespace rxd {

namespace {

constexpr double middle = 0.5;

/// A place on a segment, 0 at its near end and 1 at its far end.
struct Place {
  std::size_t segment;
  double at;
  auto operator<=>(const Place&) const = default;
};

void check(const Segment& s, std::size_t i, std::size_t count) {
  const auto refuse = [&](const std::string& what) {
    throw Error{"segment " + std::to_string(i) + ": " + what};
  };
  if (!(s.length > 0))
    refuse("its length is " + std::to_string(s.length) + " um; it must be positive");
  if (!(s.d0 > 0) || !(s.d1 > 0)) refuse("a diameter at one of its ends is not positive");
  if (!(s.volume > 0))
    refuse("its volume is " + std::to_string(s.volume) + " um3; it must be positive");
  if (s.parent >= static_cast<std::ptrdiff_t>(count))
    refuse("its parent " + std::to_string(s.parent) + " is not one of the " +
           std::to_string(count) + " segments");
  if (!(s.parent_at >= 0 && s.parent_at <= 1))
    refuse("parent_at is " + std::to_string(s.parent_at) + "; it must lie in [0, 1]");
}

/// Integral of dx / cross-section between two places of a frustum [1/um].
double resistance(const Segment& s, double from, double to) {
  const auto diameter = [&](double at) { return s.d0 + (s.d1 - s.d0) * at; };
  return std::abs(to - from) * s.length * 4 / (std::numbers::pi * diameter(from) * diameter(to));
}

/// Where the near end of a segment lies: on its parent, or at its own end if it is a root or hangs
/// on the near end of one.
Place near_end(std::span<const Segment> segments, std::size_t i) {
  while (segments[i].parent >= 0) {
    const auto parent = static_cast<std::size_t>(segments[i].parent);
    if (segments[i].parent_at > 0) return {parent, segments[i].parent_at};
    i = parent;
  }
  return {i, 0};
}

/// Grows the tree from the middle of its root outwards.
class Builder {
 public:
  explicit Builder(std::span<const Segment> segments) : segments_{segments} {
    std::size_t root = segments.size();
    for (std::size_t i = 0; i < segments.size(); ++i) {
      check(segments[i], i, segments.size());
      if (segments[i].parent < 0) root = i;
      // A root's near end is a place of its own; every other near end lies on another segment.
      if (segments[i].parent >= 0) children_[near_end(segments, i)].push_back(i);
    }
    if (root == segments.size()) throw Error{"segments form a loop: none is a root"};
    tree_.point_of.resize(segments.size());
    grow(root);
  }

  Tree take() { return std::move(tree_); }

 private:
  std::ptrdiff_t add(std::ptrdiff_t segment, std::ptrdiff_t parent, Edge edge) {
    tree_.points.push_back({segment, parent, edge});
    const auto index = static_cast<std::ptrdiff_t>(tree_.points.size()) - 1;
    if (segment != Point::none)
      tree_.point_of[static_cast<std::size_t>(segment)] = static_cast<std::size_t>(index);
    return index;
  }

  /// The next place of interest along a segment: where something attaches, its middle, or nothing.
  std::vector<Place> stops(std::size_t segment, double from, bool towards_near) const {
    std::vector<Place> found;
    for (auto it = children_.lower_bound({segment, 0});
         it != children_.end() && it->first.segment == segment; ++it)
      found.push_back(it->first);
    found.push_back({segment, middle});
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::erase_if(found,
                  [&](const Place& p) { return towards_near ? p.at >= from : p.at <= from; });
    if (towards_near) std::ranges::reverse(found);
    return found;
  }

  /// Walks from a point with an edge begun (`edge` holds the pieces since) to the next point.
  void walk(std::size_t segment, double from, bool towards_near, std::ptrdiff_t point, Edge edge) {
    const auto ahead = stops(segment, from, towards_near);
    if (ahead.empty()) return;
    const Place next = ahead.front();
    const Segment& s = segments_[segment];
    edge.piece.at(edge.pieces++) = {segment, resistance(s, from, next.at),
                                    std::abs(next.at - from) * s.length};
    arrive(next, towards_near, point, edge, segment);
  }

  void arrive(Place place, bool towards_near, std::ptrdiff_t from, Edge edge, std::size_t segment) {
    if (place.at == middle) {
      pending_.push_back({place, towards_near, from, edge, segment});
      return;
    }
    const auto& here = children_.at(place);
    const bool goes_on = !stops(segment, place.at, towards_near).empty();
    if (here.size() == 1 && !goes_on && edge.pieces == 1) {  // just two meet: in series
      walk(here.front(), 0, false, from, edge);
      return;
    }
    pending_.push_back({place, towards_near, from, edge, segment});
  }

  struct Arrival {
    Place place;
    bool towards_near;
    std::ptrdiff_t from;
    Edge edge;
    std::size_t segment;
  };

  void grow(std::size_t root) {
    pending_.push_back({{root, middle}, false, Point::none, {}, root});
    bool first = true;
    while (!pending_.empty()) {
      const Arrival a = pending_.back();
      pending_.pop_back();
      const bool is_middle = a.place.at == middle;
      const auto point =
          add(is_middle ? static_cast<std::ptrdiff_t>(a.segment) : Point::none, a.from, a.edge);
      if (const auto hanging = children_.find(a.place); hanging != children_.end())
        for (auto child = hanging->second.rbegin(); child != hanging->second.rend(); ++child)
          walk(*child, 0, false, point, {});
      if (first) walk(a.segment, middle, true, point, {});
      first = false;
      walk(a.segment, a.place.at, a.towards_near, point, {});
    }
    if (static_cast<std::size_t>(std::ranges::count_if(tree_.points, [](const Point& p) {
          return p.segment != Point::none;
        })) != segments_.size())
      throw Error{"segments form a loop or more than one tree"};
  }

  std::span<const Segment> segments_;
  std::map<Place, std::vector<std::size_t>> children_;  // who attaches where
  std::vector<Arrival> pending_;
  Tree tree_;
};

}  // namespace

std::vector<std::vector<std::size_t>> split_trees(std::span<const Segment> segments) {
  const std::size_t count = segments.size();
  std::vector<std::size_t> root(count, count);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::size_t> path;
    std::size_t at = i;
    while (root[at] == count && segments[at].parent >= 0) {
      path.push_back(at);
      if (segments[at].parent >= static_cast<std::ptrdiff_t>(count) || path.size() > count)
        throw Error{"segment " + std::to_string(at) +
                    (path.size() > count ? ": is part of a loop" : ": its parent does not exist")};
      at = static_cast<std::size_t>(segments[at].parent);
    }
    const std::size_t found = root[at] == count ? at : root[at];
    root[at] = found;
    for (const std::size_t p : path) root[p] = found;
  }
  std::map<std::size_t, std::vector<std::size_t>> trees;
  for (std::size_t i = 0; i < count; ++i) trees[root[i]].push_back(i);
  std::vector<std::vector<std::size_t>> result;
  for (auto& [r, members] : trees) result.push_back(std::move(members));
  return result;
}

Tree build_tree(std::span<const Segment> segments) { return Builder{segments}.take(); }

}  // namespace rxd
