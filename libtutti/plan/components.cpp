// SPDX-License-Identifier: MIT
#include "components.hpp"

#include <algorithm>

namespace tutti::plan {
namespace {

constexpr auto none = static_cast<std::size_t>(-1);

/// For each module the number of its strongly connected component.
class Tarjan {
 public:
  explicit Tarjan(const Graph& graph) : next_(graph.modules.size()) {
    for (const Edge& edge : graph.edges) next_[edge.from].push_back(edge.to);
    const std::size_t n = next_.size();
    index_.assign(n, none);
    low_.assign(n, none);
    component.assign(n, none);
    for (std::size_t m = 0; m < n; ++m)
      if (index_[m] == none) visit(m);
  }
  std::vector<std::size_t> component;

 private:
  void visit(std::size_t root) {
    struct Frame {
      std::size_t module, child;
    };
    std::vector<Frame> path{{root, 0}};
    open(root);
    while (!path.empty()) {
      auto& [m, child] = path.back();
      if (child < next_[m].size()) {
        const std::size_t target = next_[m][child++];
        if (index_[target] == none) {
          open(target);
          path.push_back({target, 0});
        } else if (component[target] == none) {
          low_[m] = std::min(low_[m], index_[target]);
        }
        continue;
      }
      const std::size_t done = m;
      if (low_[done] == index_[done]) close(done);
      path.pop_back();
      if (!path.empty()) low_[path.back().module] = std::min(low_[path.back().module], low_[done]);
    }
  }
  void open(std::size_t m) {
    index_[m] = low_[m] = count_++;
    stack_.push_back(m);
  }
  void close(std::size_t root) {
    std::size_t m = none;
    do {
      m = stack_.back();
      stack_.pop_back();
      component[m] = root;
    } while (m != root);
  }

  std::vector<std::vector<std::size_t>> next_;
  std::vector<std::size_t> index_, low_, stack_;
  std::size_t count_ = 0;
};

}  // namespace

std::vector<Component> looped_components(const Graph& graph) {
  const auto component = Tarjan{graph}.component;
  std::vector<Component> all(graph.modules.size());
  for (std::size_t m = 0; m < component.size(); ++m) all[component[m]].modules.push_back(m);
  for (std::size_t e = 0; e < graph.edges.size(); ++e)
    if (component[graph.edges[e].from] == component[graph.edges[e].to])
      all[component[graph.edges[e].from]].edges.push_back(e);
  std::erase_if(all, [](const Component& c) { return c.edges.empty(); });
  std::ranges::sort(all, {}, [](const Component& c) { return c.modules.front(); });
  return all;
}

Graph part_of(const Graph& graph, const Component& component) {
  Graph part;
  part.stop = graph.stop;
  std::vector<std::size_t> number(graph.modules.size(), none);
  for (const std::size_t m : component.modules) {
    number[m] = part.modules.size();
    part.modules.push_back(graph.modules[m]);
  }
  for (const std::size_t e : component.edges) {
    part.edges.push_back(graph.edges[e]);
    part.edges.back().from = number[graph.edges[e].from];
    part.edges.back().to = number[graph.edges[e].to];
  }
  return part;
}

}  // namespace tutti::plan
