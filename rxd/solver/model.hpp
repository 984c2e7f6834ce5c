// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

namespace rxd {

/// Where species live. A volume region is a share of each segment; a membrane region is a surface.
struct Region {
  enum class Geometry {
    volume,           ///< `scale` times the segment's volume (inside, fractional volume)
    membrane,         ///< `scale` times the segment's membrane area
    scalable_border,  ///< `scale` times diameter times length, as NEURON's ScalableBorder
  };
  std::string name{};
  Geometry geometry = Geometry::volume;
  double scale = 1;
  std::vector<int> types{};  ///< SWC types of the segments it covers; empty: all
};

/// A chemical, or a state of something, with one concentration per region it lives in [mM; free in
/// a state].
struct Species {
  std::string name{};
  std::vector<std::string> regions{};
  double diffusion = 0;                          ///< [um2/ms]
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

/// A reaction–diffusion model on segments of cable. Lengths um, times ms, concentrations mM.
struct Model {
  std::vector<Region> regions;
  std::vector<Species> species;
  std::vector<Parameter> parameters;
  std::vector<Reaction> reactions;
  std::vector<Rate> rates;
};

}  // namespace rxd
