// SPDX-License-Identifier: MIT
#include "voxels/diffuser.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

namespace rxd {

namespace {

/// Keeps each distinct value once and numbers them in the order of their first appearance.
template <class T>
class Distinct {
 public:
  explicit Distinct(std::vector<T>& all) : all_{all} { all_.clear(); }
  std::uint32_t number(const T& value) {
    std::uint64_t hash = 0x9e3779b97f4a7c15U;
    std::array<std::uint64_t, sizeof(T) / 8> words;
    std::memcpy(words.data(), &value, sizeof(T));
    for (const std::uint64_t w : words) {
      hash ^= w;
      hash *= 0xff51afd7ed558ccdU;
      hash ^= hash >> 32U;
    }
    auto [at, end] = known_.equal_range(hash);
    for (; at != end; ++at)
      if (std::memcmp(&all_[at->second], &value, sizeof(T)) == 0) return at->second;
    const auto n = static_cast<std::uint32_t>(all_.size());
    all_.push_back(value);
    known_.emplace(hash, n);
    return n;
  }

 private:
  std::vector<T>& all_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> known_;  // never walked through
};

constexpr std::size_t lanes = Octet::lanes;

/// One row of elimination: from what it gets from either side (per h) and the high part before it.
struct Row {
  double inverse, low, high;
  Row(double from_low, double from_high, double high_before) {
    const double d = 1 + from_low + from_high - from_low * high_before;
    inverse = 1 / d;
    low = from_low * inverse;
    high = from_high * inverse;
  }
};

}  // namespace

Diffuser::Diffuser(const Lattice& lattice, const Conductances& g) : lattice_{lattice} {
  Distinct<sweeps::Stencil> stencils{stencils_};
  stencil_kind_.resize(lattice.octets);
  for (std::uint32_t o = lattice.first; o < lattice.last; ++o) {
    sweeps::Stencil s;
    for (std::size_t l = 0; l < lanes; ++l) {
      const double volume = g.volume[o].lane[l];
      if (!(volume > 0)) continue;
      const double next_before =
          l > 0 ? g.next[0][o].lane[l - 1] : g.next[0][o - 1].lane[lanes - 1];
      s.low[0].lane[l] = next_before / volume;
      s.low[1].lane[l] = g.next[1][lattice.before_y[o]].lane[l] / volume;
      s.low[2].lane[l] = g.next[2][lattice.before_z[o]].lane[l] / volume;
      for (std::size_t d = 0; d < 3; ++d) s.high[d].lane[l] = g.next[d][o].lane[l] / volume;
    }
    stencil_kind_[o] = stencils.number(s);
  }
}

void Diffuser::factor(double h_ms, Links& links) {
  if (h_ms == h_ms_) return;
  h_ms_ = h_ms;
  factor_rows(h_ms);
  std::vector<Octet> high(lattice_.octets);
  factor_columns(h_ms, 1, lattice_.before_y, high, lattice_.first, lattice_.last);
  // Elimination along the third axis goes on from slab to slab.
  const auto plane = [&](Lattice::Range r) {
    return std::span{high[r.begin].lane, (r.end - r.begin) * lanes};
  };
  if (links.below()) links.receive_below(plane(lattice_.below));
  factor_columns(h_ms, 2, lattice_.before_z, high, lattice_.first, lattice_.last);
  if (links.above()) links.send_above(plane(lattice_.top));
}

void Diffuser::factor_columns(double h_ms, std::size_t axis,
                              const std::vector<std::uint32_t>& before, std::vector<Octet>& high,
                              std::uint32_t begin, std::uint32_t end) {
  Distinct<sweeps::Line> lines{axis == 1 ? y_lines_ : z_lines_};
  auto& kind = axis == 1 ? y_kind_ : z_kind_;
  kind.resize(lattice_.octets);
  for (std::uint32_t o = begin; o < end; ++o) {
    const sweeps::Stencil& s = stencils_[stencil_kind_[o]];
    sweeps::Line line;
    for (std::size_t l = 0; l < lanes; ++l) {
      const Row row{h_ms * s.low[axis].lane[l], h_ms * s.high[axis].lane[l],
                    before[o] == 0 ? 0 : high[before[o]].lane[l]};
      line.inverse.lane[l] = row.inverse;
      line.low.lane[l] = row.low;
      line.high.lane[l] = row.high;
    }
    high[o] = line.high;
    kind[o] = lines.number(line);
  }
  // Slabs share the array: what the second axis left there must not be seen by the third.
  if (axis == 1) std::ranges::fill(high, Octet{});
}

void Diffuser::factor_rows(double h_ms) {
  Distinct<sweeps::Tile> tiles{tiles_};
  tile_kind_.resize(lattice_.steps.size());
  for (const Lattice::Group& group : lattice_.groups) {
    std::array<double, lanes> high{};
    for (std::uint32_t s = group.first_step; s < group.last_step; ++s) {
      sweeps::Tile tile;
      for (std::size_t r = 0; r < lanes; ++r) {
        const std::uint32_t o = lattice_.steps[s].octet[r];
        for (std::size_t l = 0; l < lanes; ++l) {
          if (o == 0) {
            tile.line[l].inverse.lane[r] = 1;
            continue;
          }
          const sweeps::Stencil& stencil = stencils_[stencil_kind_[o]];
          const Row row{h_ms * stencil.low[0].lane[l], h_ms * stencil.high[0].lane[l], high[r]};
          tile.line[l].inverse.lane[r] = row.inverse;
          tile.line[l].low.lane[r] = row.low;
          tile.line[l].high.lane[r] = row.high;
          high[r] = row.high;
        }
      }
      tile_kind_[s] = tiles.number(tile);
    }
  }
}

void Diffuser::diffuse(const Lattice::Batch& batch, double factor, const Octet* value,
                       Octet* to) const {
  sweeps::diffuse(batch.begin, batch.end, lattice_, stencil_kind_.data(), stencils_.data(), factor,
                  value, to);
}

void Diffuser::within_planes(const Lattice::Batch& batch, Octet* x) const {
  std::vector<Octet> scratch;
  for (std::uint32_t g = batch.first_group; g < batch.last_group; ++g) {
    const Lattice::Group& group = lattice_.groups[g];
    const std::uint32_t count = group.last_step - group.first_step;
    if (scratch.size() < count * lanes) scratch.resize(count * lanes);
    sweeps::along_rows(&lattice_.steps[group.first_step], count, &tile_kind_[group.first_step],
                       tiles_.data(), x, scratch.data());
  }
  sweeps::forward(batch.begin, batch.end, lattice_.before_y.data(), y_kind_.data(), y_lines_.data(),
                  x);
  sweeps::backward(batch.begin, batch.end, lattice_.after_y.data(), y_kind_.data(), y_lines_.data(),
                   x);
}

void Diffuser::up(std::size_t tile, Octet* x) const {
  const Lattice::Range* range = &lattice_.ranges[tile * lattice_.planes];
  for (std::size_t p = 0; p < lattice_.planes; ++p)
    sweeps::forward(range[p].begin, range[p].end, lattice_.before_z.data(), z_kind_.data(),
                    z_lines_.data(), x);
}

void Diffuser::down(std::size_t tile, Octet* x) const {
  const Lattice::Range* range = &lattice_.ranges[tile * lattice_.planes];
  for (std::size_t p = lattice_.planes; p-- > 0;)
    sweeps::backward(range[p].begin, range[p].end, lattice_.after_z.data(), z_kind_.data(),
                     z_lines_.data(), x);
}

void Diffuser::down_and_add(std::size_t tile, Octet* x, Octet* value) const {
  const Lattice::Range* range = &lattice_.ranges[tile * lattice_.planes];
  for (std::size_t p = lattice_.planes; p-- > 0;)
    sweeps::backward_and_add(range[p].begin, range[p].end, lattice_.after_z.data(), z_kind_.data(),
                             z_lines_.data(), x, value);
}

double Diffuser::decay(std::size_t slot) const {
  const sweeps::Stencil& s = stencils_[stencil_kind_[slot / lanes]];
  double sum = 0;
  for (std::size_t d = 0; d < 3; ++d)
    sum += s.low[d].lane[slot % lanes] + s.high[d].lane[slot % lanes];
  return sum;
}

}  // namespace rxd
