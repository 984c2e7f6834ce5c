// SPDX-License-Identifier: MIT
#include "app/swc.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <utility>

#include "swc/points.hpp"
#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

/// What a point of the file has become.
struct Made {
  std::int64_t section = -1;  // the one that ends there, or that stands for a soma
  double where = 1;           // on that
};

swc::Tree read(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) throw Error{Fault::config, "cells: {} cannot be read", file.string()};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return swc::read_points(text, file.string());
}

double between(const swc::Place& a, const swc::Place& b) {
  return std::hypot(a.x - b.x, a.y - b.y, a.z - b.z);
}

/// Makes sections of the points, parents before children.
class Builder {
 public:
  Builder(const std::filesystem::path& file, double longest_um)
      : longest_um_{longest_um}, tree_{read(file)}, made_(tree_.points.size()) {
    bool rooted = false;
    for (const auto& p : tree_.points)
      if (p.parent < 0 && std::exchange(rooted, true)) fail(p, "a second root: one cell is needed");
  }

  std::vector<Section> build() {
    add_root();
    std::vector<int> open{tree_.root};
    while (!open.empty()) {
      const int here = open.back();
      open.pop_back();
      for (const int child : point(here).children) {
        add(here, child);
        open.push_back(child);
      }
    }
    return std::move(sections_);
  }

 private:
  [[noreturn]] void fail(const swc::Point& p, const std::string& what) const {
    throw Error{Fault::config, "{}:{}: point {}: {}", tree_.name, p.line, p.id, what};
  }
  const swc::Point& point(int k) const { return tree_.points[static_cast<std::size_t>(k)]; }
  Made& made(int k) { return made_[static_cast<std::size_t>(k)]; }

  void add_root() {
    const auto& root = point(tree_.root);
    const bool points =
        std::ranges::any_of(root.children, [&](int k) { return point(k).type == root.type; });
    if (points) return;  // the first section that begins there stands for it
    Section s{.name = std::to_string(root.id),
              .length = root.at.d,
              .d0 = root.at.d,
              .d1 = root.at.d,
              .type = root.type};
    s.begin = {root.at.x - root.at.d / 2, root.at.y, root.at.z};
    sections_.push_back(s);
    made(tree_.root) = {0, 0.5};
  }

  void add(int from, int to) {
    const auto &a = point(from), &b = point(to);
    const bool leaves_soma = a.type == 1 && b.type != 1;
    const double length = between(a.at, b.at);
    if (length == 0 ||
        (leaves_soma && !b.children.empty())) {  // what follows begins at b, hangs on a
      made(to) = made(from);
      return;
    }
    constexpr double most = 1e6;
    const double segments = std::ceil(length / longest_um_ * (1 - 1e-9));
    if (segments > most)
      fail(b, fmt::format("{:.3g} um from its parent are {:.3g} segments of at most {:g} um; a "
                          "section takes {:g}",
                          length, segments, longest_um_, most));
    Section s{.name = std::to_string(b.id),
              .length = length,
              .d0 = leaves_soma ? b.at.d : a.at.d,
              .d1 = b.at.d};
    s.segments = static_cast<std::int64_t>(segments);
    s.parent = made(from).section;
    s.at = made(from).where;
    s.type = b.type;
    s.begin = {a.at.x, a.at.y, a.at.z};
    s.direction = {(b.at.x - a.at.x) / length, (b.at.y - a.at.y) / length,
                   (b.at.z - a.at.z) / length};
    made(to) = {static_cast<std::int64_t>(sections_.size()), 1};
    if (made(from).section < 0)  // the root: the others hang on the near end of the first
      made(from) = {made(to).section, 0};
    sections_.push_back(s);
  }

  double longest_um_;
  swc::Tree tree_;
  std::vector<Made> made_;  // by point
  std::vector<Section> sections_;
};

}  // namespace

std::vector<Section> read_swc(const std::filesystem::path& file, double longest_um) {
  return Builder{file, longest_um}.build();
}

}  // namespace tutti::rxd_app
