// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rxd {

/// Which segments are meant: those for which all that is said holds.
struct Selection {
  std::vector<int> types{};              ///< SWC types; empty: all
  std::vector<std::int64_t> cells{};     ///< numbers of cells; empty: all
  std::vector<std::int64_t> sections{};  ///< numbers of sections; empty: all
  std::string condition{};  ///< expression of position and parameters, true where not 0; "": all
};

/// Where species live. A volume region is a share of each segment; a membrane region is a surface.
struct Region {
  enum class Geometry {
    volume,           ///< `scale` times the segment's volume (inside, fractional volume, shell)
    cross_section,    ///< `scale` [um2] times the length: the same cross-section everywhere
    membrane,         ///< `scale` times the segment's membrane area
    scalable_border,  ///< `scale` times diameter times length, as NEURON's ScalableBorder
    perimeter,        ///< `scale` [um] times the length: the same perimeter everywhere
    distributed,      ///< `scale` [1/um] times the segment's volume, as the membrane of an ER
  };
  std::string name{};
  Geometry geometry = Geometry::volume;
  double scale = 1;
  Selection where{};
  /// Of a volume: share of the cross-section that conducts to the neighbours; 0: as of the volume.
  double conducting = 0;
  bool outside = false;  ///< of cells: an outward current brings in what it carries
  /// Whether it has a volume, in which species can diffuse.
  bool is_volume() const {
    return geometry == Geometry::volume || geometry == Geometry::cross_section;
  }
};

/// A chemical, or a state of something, with one concentration per region it lives in [mM; free in
/// a state].
struct Species {
  std::string name{};
  std::vector<std::string> regions{};
  double diffusion = 0;                       ///< [um2/ms]
  std::vector<double> diffusion_by_region{};  ///< likewise, where regions differ
  /// Expressions of position and parameters that the constant is multiplied with, one per region;
  /// empty, or "" for one: 1.
  std::vector<std::string> profile_by_region{};
  std::array<double, 3> axes{1, 1, 1};           ///< in voxels: factors along x, y and z
  std::string initial = "0";                     ///< expression of position and parameters [mM]
  std::vector<std::string> initial_by_region{};  ///< one per region where not all begin alike
  int charge = 0;
  double scale = 1e-3;        ///< a typical size: solver tolerances are relative to it [mM]
  bool signed_value = false;  ///< a state, which may be negative
};

/// A named number or expression of position.
struct Parameter {
  std::string name{};
  std::string value{};
  bool driven = false;  ///< may be set at each segment while time runs; `value` holds until then
};

/// Turns species into others: `equation` is "2 ca + buf <> cabuf". With `>` and no `custom`, the
/// rate is `forward` times the concentrations on the left (mass action); `<>` takes off `backward`
/// times those on the right. With `custom`, `forward` (less `backward`) is the rate as it stands.
/// Rates are [mM/ms]; through a membrane they are [molecules/um2/ms].
struct Reaction {
  std::string name{};
  std::string equation{};
  std::string forward{};
  std::string backward{};
  bool custom = false;
  /// The region of a reaction whose species live in several; "": as its species say.
  std::string region{};
  std::string membrane{};  ///< name of the membrane region; "": the reaction is inside one region
};

/// Adds `expression` [mM/ms] to the time derivative of one species in one region.
struct Rate {
  std::string name{};
  std::string of{};  ///< "h" or "ca[cyt]"
  std::string expression{};
};

/// Holds a species of a region at a value [mM] in some segments, as a large bath would.
struct Boundary {
  std::string name{};
  std::string of{};  ///< "ca" or "ca[cyt]"
  Selection where{};
  std::string value{};  ///< expression of position and parameters
};

/// A selection that someone else makes use of, such as the segments of an output.
struct Choice {
  std::string section{};  ///< for complaints: "outputs"
  std::string item{};
  Selection where{};
};

/// A reaction–diffusion model on segments of cable. Lengths um, times ms, concentrations mM.
struct Model {
  std::vector<Region> regions;
  std::vector<Species> species;
  std::vector<Parameter> parameters;
  std::vector<Reaction> reactions;
  std::vector<Rate> rates;
  std::vector<Boundary> boundaries{};
  std::vector<Choice> choices{};
};

}  // namespace rxd
