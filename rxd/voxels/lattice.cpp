// SPDX-License-Identifier: MIT
#include "voxels/lattice.hpp"

#include <algorithm>
#include <cmath>

namespace rxd {

namespace {

constexpr std::uint32_t batch_octets = 512;  // about 32 kB of each array
constexpr double tile_bytes = 256.0 * 1024;  // of one array, in columns along the third axis

/// Puts octets together while it walks through voxels in order.
class Builder {
 public:
  Builder(const Voxels& voxels, const Slab& slab) : voxels_{voxels} {
    const std::uint64_t plane = voxels.count[0] * voxels.count[1];
    wide_ = (voxels.count[0] + Octet::lanes - 1) / Octet::lanes;
    keys_.push_back(none);
    to_.exists.push_back(0);
    const auto at = [&](std::uint64_t k) {
      return static_cast<std::size_t>(std::ranges::lower_bound(voxels.place, k * plane) -
                                      voxels.place.begin());
    };
    const std::size_t own_begin = at(slab.begin), own_end = at(slab.end);
    to_.first_voxel = own_begin;
    to_.first_above = own_end;
    if (slab.begin > 0) add(at(slab.begin - 1), own_begin, to_.ghost_slot);
    to_.below = {1, size()};
    to_.first = size();
    add(own_begin, own_end, to_.slot);
    to_.last = size();
    if (slab.end < voxels.count[2]) add(own_end, at(slab.end + 1), to_.ghost_slot);
    to_.above = {to_.last, size()};
    to_.octets = keys_.size() + 1;
    keys_.push_back(none);
    to_.exists.push_back(0);
    slab_ = slab;
  }

  Lattice build() {
    to_.before_y = neighbours(wide_, true);
    to_.after_y = opposite(to_.before_y);
    to_.before_z = neighbours(wide_ * voxels_.count[1], false);
    to_.after_z = opposite(to_.before_z);
    find_rows();
    make_batches();
    make_tiles();
    return std::move(to_);
  }

 private:
  static constexpr std::uint64_t none = ~std::uint64_t{0};

  std::uint32_t size() const { return static_cast<std::uint32_t>(keys_.size()); }
  std::uint64_t plane_of(std::uint32_t o) const { return keys_[o] / (wide_ * voxels_.count[1]); }
  std::uint64_t y_of(std::uint32_t o) const { return keys_[o] / wide_ % voxels_.count[1]; }

  void add(std::size_t begin, std::size_t end, std::vector<std::size_t>& slots) {
    for (std::size_t v = begin; v < end; ++v) {
      const auto at = voxels_.at(v);
      const std::uint64_t key = at[0] / Octet::lanes + wide_ * (at[1] + voxels_.count[1] * at[2]);
      if (keys_.back() != key) {
        keys_.push_back(key);
        to_.exists.push_back(0);
      }
      const auto lane = static_cast<std::size_t>(at[0] % Octet::lanes);
      to_.exists.back() = static_cast<std::uint8_t>(to_.exists.back() | 1U << lane);
      slots.push_back((keys_.size() - 1) * Octet::lanes + lane);
    }
  }

  /// For each octet the one whose key is less by `distance`, or 0.
  std::vector<std::uint32_t> neighbours(std::uint64_t distance, bool same_plane) const {
    std::vector<std::uint32_t> all(to_.octets, 0);
    std::uint32_t from = 1;
    for (std::uint32_t o = 1; o + 1 < to_.octets; ++o) {
      if (keys_[o] < distance || (same_plane && y_of(o) == 0)) continue;
      while (keys_[from] < keys_[o] - distance) ++from;
      if (keys_[from] == keys_[o] - distance) all[o] = from;
    }
    return all;
  }
  static std::vector<std::uint32_t> opposite(const std::vector<std::uint32_t>& before) {
    std::vector<std::uint32_t> after(before.size(), 0);
    for (std::uint32_t o = 0; o < before.size(); ++o)
      if (before[o] != 0) after[before[o]] = o;
    return after;
  }

  void find_rows() {
    for (std::uint32_t o = to_.first; o < to_.last; ++o) {
      if (o == to_.first || keys_[o] / wide_ != keys_[o - 1] / wide_) rows_.push_back({o, o});
      rows_.back().end = o + 1;
    }
  }

  void make_batches() {
    for (std::size_t r = 0; r < rows_.size();) {
      Lattice::Batch batch{rows_[r].begin, rows_[r].end,
                           static_cast<std::uint32_t>(to_.groups.size()), 0};
      std::size_t end = r;
      // Whole planes only, as what goes along the second axis stays within a batch.
      while (end < rows_.size() && (batch.end - batch.begin < batch_octets ||
                                    plane_of(rows_[end].begin) == plane_of(rows_[end - 1].begin)))
        batch.end = rows_[end++].end;
      for (; r < end; r += std::min<std::size_t>(8, end - r)) add_group(r, std::min(end, r + 8));
      batch.last_group = static_cast<std::uint32_t>(to_.groups.size());
      to_.batches.push_back(batch);
    }
  }

  void add_group(std::size_t first_row, std::size_t last_row) {
    Lattice::Group group{static_cast<std::uint32_t>(to_.steps.size()), 0};
    std::uint32_t longest = 0;
    for (std::size_t r = first_row; r < last_row; ++r)
      longest = std::max(longest, rows_[r].end - rows_[r].begin);
    for (std::uint32_t s = 0; s < longest; ++s) {
      Lattice::Step step;
      std::size_t present = 0;
      for (std::size_t r = first_row; r < last_row; ++r) {
        if (rows_[r].begin + s >= rows_[r].end) continue;
        step.octet[r - first_row] = rows_[r].begin + s;
        ++present;
      }
      step.full = present == Octet::lanes;
      to_.steps.push_back(step);
    }
    group.last_step = static_cast<std::uint32_t>(to_.steps.size());
    to_.groups.push_back(group);
  }

  /// Octets of [within) whose second coordinate is in [low, high).
  Lattice::Range part(Lattice::Range within, std::uint64_t low, std::uint64_t high) const {
    const auto search = [&](std::uint64_t y) {
      std::uint32_t a = within.begin, b = within.end;
      while (a < b) {
        const std::uint32_t middle = a + (b - a) / 2;
        (y_of(middle) < y ? a : b) = y_of(middle) < y ? middle + 1 : middle;
      }
      return a;
    };
    return {search(low), search(high)};
  }

  void make_tiles() {
    std::vector<Lattice::Range> planes;
    for (std::uint64_t k = slab_.begin; k < slab_.end; ++k) {
      const std::uint32_t begin = planes.empty() ? to_.first : planes.back().end;
      std::uint32_t end = begin;
      while (end < to_.last && plane_of(end) == k) ++end;
      planes.push_back({begin, end});
    }
    to_.planes = planes.size();
    if (planes.empty()) return;
    to_.bottom = planes.front();
    to_.top = planes.back();
    // The same tiles in every slab, so that neighbours can hand over tile by tile.
    const double rows = static_cast<double>(voxels_.count[1]);
    const double bytes = static_cast<double>(voxels_.size()) * sizeof(double);
    const auto height =
        static_cast<std::uint64_t>(std::clamp(std::floor(rows * tile_bytes / bytes), 1.0, rows));
    to_.tiles = static_cast<std::size_t>((voxels_.count[1] + height - 1) / height);
    for (std::uint64_t t = 0; t < to_.tiles; ++t) {
      const std::uint64_t low = t * height, high = low + height;
      for (const auto& plane : planes) to_.ranges.push_back(part(plane, low, high));
      to_.rims.push_back({part(to_.below, low, high), part(to_.bottom, low, high),
                          part(to_.top, low, high), part(to_.above, low, high)});
    }
  }

  const Voxels& voxels_;
  std::uint64_t wide_ = 0;
  Slab slab_;
  std::vector<std::uint64_t> keys_;
  std::vector<Lattice::Range> rows_;
  Lattice to_;
};

}  // namespace

Lattice lay_out(const Voxels& voxels, const Slab& slab) { return Builder{voxels, slab}.build(); }

}  // namespace rxd
