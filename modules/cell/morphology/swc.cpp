// SPDX-License-Identifier: MIT
#include "morphology/swc.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "morphology/swc_points.hpp"
#include "tutti/error.hpp"

namespace cell {
namespace {

/// A run that is still to be walked: its first own point and what it hangs on.
struct Start {
  int point;
  int section;
  double at;
  bool on_soma;
  Point from;  ///< The branch point.
  int type;    ///< Of what it hangs on.
};

class Walker {
 public:
  explicit Walker(SwcTree tree) : tree_{std::move(tree)} {}

  Morphology walk() {
    Morphology result{tree_.name, {soma_section(tree_, is_soma_)}};
    std::vector<Start> open;
    for (std::size_t i = tree_.points.size(); i-- > 0;) {  // a stack: the last in comes out first
      if (!is_soma_[i]) continue;
      const auto& p = tree_.points[i];
      for (auto child = p.children.rbegin(); child != p.children.rend(); ++child)
        if (!is_soma_[static_cast<std::size_t>(*child)])
          open.push_back({*child, 0, 0.5, true, p.at, dend});
    }
    while (!open.empty()) {
      const Start start = open.back();
      open.pop_back();
      run(start, result, open);
    }
    return result;
  }

 private:
  const SwcPoint& point(int i) const { return tree_.points[static_cast<std::size_t>(i)]; }

  static int type_of(int written, int above) {
    return written == axon || written == dend || written == apic ? written : above;
  }

  void run(const Start& start, Morphology& result, std::vector<Start>& open) {
    Section section;
    section.type = type_of(point(start.point).type, start.type);
    section.parent = start.section;
    section.parent_x = start.at;
    if (!start.on_soma) section.points.push_back(start.from);
    int last = start.point;
    section.points.push_back(point(last).at);
    while (point(last).children.size() == 1) {
      const int next = point(last).children.front();
      if (type_of(point(next).type, section.type) != section.type) break;
      last = next;
      section.points.push_back(point(last).at);
    }
    if (section.points.size() == 1) {
      Point from = start.from;
      from.d = section.points.front().d;
      section.points.insert(section.points.begin(), from);
    }
    Start next{0, start.section, start.at, false, point(last).at, section.type};
    if (section.length() > 1e-9) {
      auto& number = count_[static_cast<std::size_t>(section.type)];
      section.name = std::string{region_name(section.type)} + "[" + std::to_string(number++) + "]";
      next.section = static_cast<int>(result.sections.size());
      next.at = 1;
      result.sections.push_back(std::move(section));
    }
    const auto& children = point(last).children;
    for (auto child = children.rbegin(); child != children.rend(); ++child) {
      next.point = *child;
      open.push_back(next);
    }
  }

  SwcTree tree_;
  std::vector<char> is_soma_;
  std::array<int, 5> count_{};
};

}  // namespace

Morphology parse_swc(std::string_view text, const std::string& name) {
  return Walker{read_points(text, name)}.walk();
}

Morphology read_swc(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file || std::filesystem::is_directory(path))
    throw tutti::Error{tutti::Fault::config, "{}: no such morphology file, or it cannot be read",
                       path.string()};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return parse_swc(text, path.string());
}

}  // namespace cell
