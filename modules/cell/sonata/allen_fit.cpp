// SPDX-License-Identifier: MIT
#include "sonata/biophysics.hpp"
#include "sonata/numbers.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/error.hpp"

namespace cell::circuit {
namespace {

using tutti::config::Node;

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : root_{tutti::config::read_yaml(path)} {}

  Biophysics read() {
    for (const int type : {int{soma}, int{axon}, int{dend}, int{apic}}) result_.membrane[type];
    for (const auto& passive : list(root_, "passive")) {
      const double Ra = number(need(passive, "ra"));
      for (auto& [type, region] : result_.membrane) region.Ra = Ra;
      for (const auto& entry : list(passive, "cm")) region_of(entry).cm = number(need(entry, "cm"));
      if (const auto* e = passive.find("e_pas"))
        for (auto& [type, region] : result_.membrane) region.mechanisms["pas"]["e"] = number(*e);
    }
    for (const auto& conditions : list(root_, "conditions"))
      for (const auto& entry : list(conditions, "erev")) {
        auto& region = region_of(entry);
        if (const auto* ena = entry.find("ena")) region.ena = number(*ena);
        if (const auto* ek = entry.find("ek")) region.ek = number(*ek);
      }
    for (const auto& entry : list(root_, "genome")) gene(entry);
    return std::move(result_);
  }

 private:
  template <typename... Args>
  [[noreturn]] static void fail(const Node& node, fmt::format_string<Args...> text,
                                Args&&... args) {
    throw tutti::config::LocatedError{node.place, fmt::format(text, std::forward<Args>(args)...)};
  }
  static const Node& need(const Node& map, const char* key) {
    const auto* node = map.find(key);
    if (node == nullptr) fail(map, "there is no \"{}\"", key);
    return *node;
  }
  static std::vector<Node> list(const Node& map, const char* key) {
    const auto* node = map.find(key);
    return node == nullptr ? std::vector<Node>{} : node->items;
  }
  Region& region_of(const Node& entry) {
    const auto& section = need(entry, "section");
    for (auto& [type, region] : result_.membrane)
      if (section.text == region_name(type)) return region;
    fail(section, "section \"{}\" is none of soma, axon, dend, apic", section.text);
  }

  /// "gbar_Im" of mechanism "Im", "g_pas" of none.
  void gene(const Node& entry) {
    const auto& name = need(entry, "name").text;
    auto mechanism = need(entry, "mechanism").text;
    auto& region = region_of(entry);
    const double value = number(need(entry, "value"));
    if (name == "cm" || name == "Ra") {
      (name == "cm" ? region.cm : region.Ra) = value;
      return;
    }
    if (mechanism.empty()) mechanism = name.substr(name.find('_') + 1);
    const auto known = mechanism_called(mechanism);
    if (known.empty() || !name.ends_with("_" + mechanism))
      fail(entry, "{}: there is no mechanism \"{}\"; there are {}", name, mechanism,
           known_mechanisms());
    const auto parameter = name.substr(0, name.size() - mechanism.size() - 1);
    region.mechanisms[known][parameter] = value;
  }

  Node root_;
  Biophysics result_;
};

}  // namespace

Biophysics read_allen_fit(const std::filesystem::path& path) { return Reader{path}.read(); }

}  // namespace cell::circuit
