// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "forward/geometry.hpp"

namespace lfp {

/// Plane boundaries across z: tissue lies between `bottom` and `top`, something else (the glass of
/// an electrode array, saline, air) above and below. All isotropic.
struct Slice {
  double bottom = 0;              ///< z of the lower boundary [um]
  double top = 0;                 ///< z of the upper boundary [um]
  double conductivity_below = 0;  ///< [S/m]; 0 is glass
  double conductivity_above = 0;  ///< [S/m]; about 1.5 is saline
};

/// What surrounds the cells: conductivity along x, y and z, without end or in layers.
struct Medium {
  Point conductivity{0.3, 0.3, 0.3};  ///< of the tissue, along each axis [S/m]
  std::optional<Slice> slice;

  /// Throws std::invalid_argument unless conductivities are positive (outside a slice: not
  /// negative), a slice is thick, isotropic, and its image series converges.
  void check() const;
};

/// A mirror image of a source: at (x, y, flip · z + shift), its current times `weight`.
struct Image {
  double weight = 1;
  double flip = 1;   // +1 or −1
  double shift = 0;  // [um]
  /// The place from which the source itself looks as its image does from `p`.
  Point seen_from(Point p) const { return {p.x, p.y, flip * (p.z - shift)}; }
};

/// The source itself and all images that count in this medium: one without layers; with layers as
/// many as it takes until the rest is below 1e-13 of the source (method of images; Ness, Chintaluri
/// et al. 2015). Holds for sources and electrodes within the tissue.
std::vector<Image> images(const Medium& medium);

/// Coordinates in which an anisotropic medium is isotropic with conductivity() [S/m]: volumes stay
/// as they are, and so does the potential of a point or an even line source.
class IsotropicFrame {
 public:
  explicit IsotropicFrame(const Medium& medium);
  Point to(Point p) const { return {scale_.x * p.x, scale_.y * p.y, scale_.z * p.z}; }
  double conductivity() const { return conductivity_; }

 private:
  Point scale_{1, 1, 1};
  double conductivity_;
};

}  // namespace lfp
