// SPDX-License-Identifier: MIT
#include "app/swc.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "tutti/error.hpp"

namespace tutti::rxd_app {

namespace {

struct Sample {
  long id = 0, type = 0, parent = -1;
  std::array<double, 3> at{};
  double radius = 0;
  int children = 0;
  std::int64_t section = -1;  // the one that ends here, or that stands for a soma
  double where = 1;           // on that
};

std::vector<Sample> read_samples(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in) throw Error{Fault::config, "cells: {} cannot be read", file.string()};
  std::vector<Sample> all;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::ranges::replace(line, ',', ' ');
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::istringstream words{line};
    Sample s;
    double id = 0, type = 0, parent = 0;
    if (!(words >> id >> type >> s.at[0] >> s.at[1] >> s.at[2] >> s.radius >> parent))
      throw Error{Fault::config,
                  "{}:{}: seven numbers are needed: id, type, x, y, z, radius, parent",
                  file.string(), number};
    if (!(s.radius > 0))
      throw Error{Fault::config, "{}:{}: the radius is {}, but must be above 0", file.string(),
                  number, s.radius};
    s.id = std::lround(id);
    s.type = std::lround(type);
    s.parent = std::lround(parent);
    all.push_back(s);
  }
  if (all.empty()) throw Error{Fault::config, "{}: no points", file.string()};
  return all;
}

double between(const Sample& a, const Sample& b) {
  return std::hypot(a.at[0] - b.at[0], a.at[1] - b.at[1], a.at[2] - b.at[2]);
}

/// Makes sections of the points, parents before children.
class Builder {
 public:
  Builder(const std::filesystem::path& file, double longest_um)
      : file_{file}, longest_um_{longest_um}, samples_{read_samples(file)} {
    for (std::size_t k = 0; k < samples_.size(); ++k)
      if (!index_.emplace(samples_[k].id, k).second) fail(k, "this id is there twice");
    for (std::size_t k = 0; k < samples_.size(); ++k) {
      if (samples_[k].parent < 0) {
        if (root_ < samples_.size()) fail(k, "a second root: one cell is needed");
        root_ = k;
        continue;
      }
      if (!index_.contains(samples_[k].parent))
        fail(k, fmt::format("its parent {} is not there", samples_[k].parent));
      ++samples_[index_[samples_[k].parent]].children;
      children_[index_[samples_[k].parent]].push_back(k);
    }
    if (root_ == none) fail(0, "no point without parent: the points make a loop");
  }

  std::vector<Section> build() {
    add_root();
    std::vector<std::size_t> open{root_};
    std::size_t seen = 0;
    for (; !open.empty(); ++seen) {
      const std::size_t here = open.back();
      open.pop_back();
      for (const std::size_t child : children_[here]) {
        add(here, child);
        open.push_back(child);
      }
    }
    if (seen != samples_.size()) fail(root_, "some points do not hang on it: they make a loop");
    return std::move(sections_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[noreturn]] void fail(std::size_t k, const std::string& what) const {
    throw Error{Fault::config, "{}, point {}: {}", file_.string(), samples_[k].id, what};
  }

  void add_root() {
    Sample& root = samples_[root_];
    const bool points = std::ranges::any_of(
        children_[root_], [&](std::size_t k) { return samples_[k].type == root.type; });
    if (points) return;  // the first section that begins there stands for it
    Section s{.name = std::to_string(root.id),
              .length = 2 * root.radius,
              .d0 = 2 * root.radius,
              .d1 = 2 * root.radius,
              .type = root.type};
    s.begin = {root.at[0] - root.radius, root.at[1], root.at[2]};
    sections_.push_back(s);
    root.section = 0;
    root.where = 0.5;
  }

  void add(std::size_t from, std::size_t to) {
    Sample& a = samples_[from];
    Sample& b = samples_[to];
    const bool leaves_soma = a.type == 1 && b.type != 1;
    const double length = between(a, b);
    if (length == 0 || (leaves_soma && b.children > 0)) {  // what follows begins at b, hangs on a
      b.section = a.section;
      b.where = a.where;
      return;
    }
    Section s{.name = std::to_string(b.id),
              .length = length,
              .d0 = 2 * (leaves_soma ? b.radius : a.radius),
              .d1 = 2 * b.radius};
    s.segments = static_cast<std::int64_t>(std::ceil(length / longest_um_ * (1 - 1e-9)));
    s.parent = a.section;
    s.at = a.where;
    s.type = b.type;
    s.begin = a.at;
    for (std::size_t d = 0; d < 3; ++d) s.direction[d] = (b.at[d] - a.at[d]) / length;
    b.section = static_cast<std::int64_t>(sections_.size());
    b.where = 1;
    if (a.section < 0) {  // the root: the others hang on the near end of the first
      a.section = b.section;
      a.where = 0;
    }
    sections_.push_back(s);
  }

  std::filesystem::path file_;
  double longest_um_;
  std::vector<Sample> samples_;
  std::map<long, std::size_t> index_;
  std::map<std::size_t, std::vector<std::size_t>> children_;
  std::size_t root_ = none;
  std::vector<Section> sections_;
};

}  // namespace

std::vector<Section> read_swc(const std::filesystem::path& file, double longest_um) {
  return Builder{file, longest_um}.build();
}

}  // namespace tutti::rxd_app
