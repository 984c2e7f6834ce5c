// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>

#include "sonata/biophysics.hpp"
#include "sonata/xml.hpp"
#include "tutti/error.hpp"
#include "tutti/unit.hpp"

namespace cell::circuit {
namespace {

using tutti::Error;
using tutti::Fault;

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : file_{path.string()}, root_{read_xml(path)} {}

  Biophysics read() {
    root_.each("channelDensity", [&](const XmlElement& e) { channel(e); });
    root_.each("channelDensityNernst", [&](const XmlElement& e) { channel(e); });
    root_.each("specificCapacitance", [&](const XmlElement& e) {
      const double cm = quantity(e, "value", "uF/cm2");
      in_group(e, [&](Region& r) { r.cm = cm; });
    });
    root_.each("resistivity", [&](const XmlElement& e) {
      const double Ra = quantity(e, "value", "ohm cm");
      in_group(e, [&](Region& r) { r.Ra = Ra; });
    });
    root_.each("species", [&](const XmlElement& e) {
      if (e.value("ion") == "ca" && !e.value("initialExtConcentration").empty())
        result_.cao_mM = quantity(e, "initialExtConcentration", "mM");
    });
    root_.each("concentrationModel", [&](const XmlElement& e) { shell(e); });
    return std::move(result_);
  }

 private:
  template <typename... Args>
  [[noreturn]] void fail(const XmlElement& e, fmt::format_string<Args...> text,
                         Args&&... args) const {
    throw Error{Fault::config,
                "{}:{}: {} {}: {}",
                file_,
                e.line,
                e.name,
                e.value("id"),
                fmt::format(text, std::forward<Args>(args)...)};
  }

  /// "1.0 uF_per_cm2", "138 ohm_cm" in a unit of ours; a bare number is in that unit.
  double quantity(const XmlElement& e, const std::string& attribute,
                  const std::string& unit) const {
    auto text = e.value(attribute);
    if (text.empty()) fail(e, "there is no {}", attribute);
    const auto space = text.find(' ');
    if (space == std::string::npos) text += " " + unit;
    for (auto per = text.find("_per_"); per != std::string::npos; per = text.find("_per_"))
      text.replace(per, 5, "/");
    std::ranges::replace(text, '_', ' ');
    try {
      return tutti::value_in(text, tutti::Unit::parse(unit));
    } catch (const Error& error) {
      fail(e, "{} \"{}\" is no value in {}: {}", attribute, e.value(attribute), unit, error.what());
    }
  }

  template <typename F>
  void in_group(const XmlElement& e, F set) {
    const auto group = e.value("segmentGroup");
    bool known = false;
    for (const int type : {int{soma}, int{axon}, int{dend}, int{apic}})
      if (group.empty() || group == "all" || group == region_name(type)) {
        set(result_.membrane[type]);
        known = true;
      }
    if (!known) fail(e, "segment group \"{}\" is none of all, soma, axon, dend, apic", group);
  }

  void channel(const XmlElement& e) {
    const auto published = e.value("ionChannel"), ion = e.value("ion");
    const auto name = mechanism_called(published);
    if (name.empty())
      fail(e, "there is no channel \"{}\"; there are {}", published, known_mechanisms());
    const double g = quantity(e, "condDensity", "S/cm2");
    std::optional<double> reversal;
    if (e.name == "channelDensity") reversal = quantity(e, "erev", "mV");
    in_group(e, [&](Region& r) {
      auto& parameters = r.mechanisms[name];
      parameters[name == "pas" ? "g" : "gbar"] = g;
      if (!reversal) return;
      auto& shared = ion == "na" ? r.ena : r.ek;
      if (ion != "na" && ion != "k") {
        parameters["e"] = *reversal;
      } else if (shared.value_or(*reversal) != *reversal) {
        fail(e, "erev is {} mV; other channels of {} have {} mV there, and a region has one",
             *reversal, ion, *shared);
      } else {
        shared = reversal;
      }
    });
  }

  void shell(const XmlElement& e) {
    if (e.value("type") != "CaDynamics" && mechanism_called(e.value("type")).empty())
      fail(e, "type \"{}\"; known is CaDynamics", e.value("type"));
    const std::map<std::string, double> parameters{{"gamma", quantity(e, "gamma", "1")},
                                                   {"decay", quantity(e, "decay", "ms")},
                                                   {"depth", quantity(e, "depth", "um")},
                                                   {"rest", quantity(e, "minCai", "mM")}};
    in_group(e, [&](Region& r) { r.mechanisms["ca_dynamics"] = parameters; });
  }

  std::string file_;
  XmlElement root_;
  Biophysics result_;
};

}  // namespace

std::string mechanism_called(const std::string& published) {
  std::string name = published;
  for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (name == "cadynamics") return "ca_dynamics";
  for (const auto& info : engine::mechanisms())
    if (info.name == name) return name;
  return {};
}

std::string known_mechanisms() {
  std::string all;
  for (const auto& info : engine::mechanisms()) all += (all.empty() ? "" : ", ") + info.name;
  return all;
}

Biophysics read_neuroml(const std::filesystem::path& path) { return Reader{path}.read(); }

}  // namespace cell::circuit
