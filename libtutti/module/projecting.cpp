// SPDX-License-Identifier: MIT
// What a projection (tutti/projection.hpp, docs/adr/0012) adds to ports: the target cuts its matrix
// by source rank, the source multiplies before it sends, the target adds up.
#include <algorithm>
#include <cmath>

#include "runtime.hpp"
#include "tutti/error.hpp"

namespace tutti {
namespace module {
namespace {

/// The most factors in one control message: 16 MB.
constexpr std::size_t most_values = std::size_t{4} << 20;

/// Sends the columns of one group at a time into pieces of a bearable size.
class Pieces {
 public:
  Pieces(control::Projection head, std::vector<control::Projection>& to)
      : head_{std::move(head)}, to_{to} {}

  void begin_group() {
    if (!piece_ || piece_->values.size() >= most_values) {
      piece_ = &to_.emplace_back(head_);
      piece_->values.reserve(most_values);
    }
    piece_->groups.push_back(0);
  }
  void add(std::span<const float> column, double scale) {
    ++piece_->groups.back();
    for (const float factor : column)
      piece_->values.push_back(static_cast<float>(scale * static_cast<double>(factor)));
  }

 private:
  control::Projection head_;
  std::vector<control::Projection>& to_;
  control::Projection* piece_ = nullptr;  // valid until the next emplace_back, which is ours alone
};

/// The offered elements of each rank of a connection's source, in the target's numbers.
std::vector<Elements> elements_by_rank(const std::vector<control::Table>& tables,
                                       const control::Connection& c) {
  std::vector<Elements> ranks;
  for (const auto& table : tables)
    if (table.connection == c.id)
      for (const auto& part : table.parts) ranks.push_back(part.ids.shifted(c.offset));
  return ranks;
}

}  // namespace

std::vector<control::Projection> SignalInputState::projections() const {
  std::vector<control::Projection> all;
  if (!projection) return all;
  const auto& p = *projection;
  for (const auto& c : connections) {
    const auto ranks = elements_by_rank(tables, c);
    Elements whole;
    for (const auto& rank : ranks) whole = united(whole, rank);
    whole = intersection(whole, *wanted);
    for (std::uint32_t rank = 0; rank < ranks.size(); ++rank) {
      const auto part = intersection(ranks[rank], *wanted);
      control::Projection head;
      head.connection = c.id, head.source_rank = rank;
      head.target_rank = static_cast<std::uint32_t>(runtime.ranks().rank);
      head.rows = static_cast<std::uint32_t>(p.rows), head.fraction_bits = p.fraction_bits;
      Pieces pieces{head, all};
      const auto before = all.size();
      std::optional<std::int64_t> group;  // of the element before, on whichever rank
      bool before_is_ours = false;
      whole.for_each([&](std::uint64_t element) {
        const auto k = *wanted->index_of(element);
        const bool ours = part.contains(element);
        const bool continues = !p.groups.empty() && group == p.groups[k];
        if (continues && ours != before_is_ours)
          throw Error{Fault::config,
                      "{} → {}: the elements of group {} are on several ranks of {}, so sums over "
                      "it would depend on ranks; give each group to one rank, or do without the "
                      "projection",
                      c.from(),
                      c.to(),
                      p.groups[k],
                      c.from_module};
        if (!p.groups.empty()) group = p.groups[k];
        before_is_ours = ours;
        if (!ours) return;
        if (!continues) pieces.begin_group();
        pieces.add(std::span{p.values}.subspan(k * p.rows, p.rows), c.scale);
      });
      if (all.size() == before) all.push_back(std::move(head));  // it has nothing, and knows it
    }
  }
  return all;
}

std::size_t SignalInputState::sample_bytes(const control::Connection& c,
                                           const Elements& shared) const {
  return projection ? projection->rows * sizeof(std::int64_t) : InputState::sample_bytes(c, shared);
}

std::vector<double> SignalInputState::projected_initial(const control::Connection& c,
                                                        const Elements& part) const {
  std::vector<double> sums(projection->rows);
  if (c.initial == 0.0) return sums;
  part.for_each([&](std::uint64_t element) {
    const auto k = *wanted->index_of(element);
    for (std::size_t r = 0; r < sums.size(); ++r)
      sums[r] += c.initial * static_cast<double>(projection->values[k * sums.size() + r]);
  });
  return sums;
}

std::vector<control::Projection> Runtime::matrix_for(const control::Connection& c,
                                                     std::uint32_t target) const {
  std::vector<control::Projection> pieces;
  for (const auto& piece : projections_)
    if (piece.connection == c.id && piece.target_rank == target) pieces.push_back(piece);
  return pieces;
}

// ---- the source
// ----------------------------------------------------------------------------------

void SignalOutlet::project(std::span<const control::Projection> pieces) {
  projectors_.back() = std::make_unique<Projector>(pieces, maps_.back());
}

void SignalOutlet::put(Lane& lane, Projector& projector, Time t, std::span<const double> values,
                       SampleForm form) {
  const std::size_t bytes = projector.rows() * sizeof(std::int64_t);
  if (lane.count() == 0) lane.reserve(lane.samples_per_frame() * bytes);
  if (!lane.is_read(t))
    projector.skip();
  else if (form == SampleForm::draft)
    projector.add_draft();
  else
    projector.add(values);
  ++lane.count();
  if (projector.full() || lane.ends_at(t)) {
    const auto room = lane.extend(projector.waiting() * bytes);
    projector.write(reinterpret_cast<std::int64_t*>(room));
  }
}

// ---- the target
// ----------------------------------------------------------------------------------

void SignalEar::project(int fraction_bits, std::vector<double> initial) {
  sums_ = Sums{std::ldexp(1.0, -fraction_bits), std::move(initial)};
}

std::size_t SignalEar::sample_bytes(const Store& store) const {
  if (sums_) return sums_->initial.size() * sizeof(std::int64_t);
  return store.map.size() * (connection_.single ? sizeof(float) : sizeof(double));
}

transport::Payload SignalEar::form() const {
  if (sums_) return transport::Payload::sums;
  return connection_.single ? transport::Payload::singles : transport::Payload::doubles;
}

void SignalEar::add_up(Time t, std::span<double> values) {
  std::vector<std::uint64_t> totals(
      values.size());  // unsigned: an overflow is no accident of order
  std::vector<bool> lost(values.size());
  for (std::size_t v = 0; v < stores_.size(); ++v) {
    const auto* part = reinterpret_cast<const std::int64_t*>(find(v, number_of(t)));
    for (std::size_t r = 0; r < values.size(); ++r) {
      totals[r] += static_cast<std::uint64_t>(part[r]);
      if (part[r] == no_sum) lost[r] = true;
    }
  }
  for (std::size_t r = 0; r < values.size(); ++r)
    values[r] = lost[r] ? std::nan("")
                        : sums_->unit * static_cast<double>(static_cast<std::int64_t>(totals[r]));
}

void SignalEar::read_sums(Time clock, std::span<double> values) {
  const auto reading = plan::reading(delivery_, clock, connection_.source_end);
  if (!reading) {
    if (stands_in()) return;
    for (std::size_t r = 0; r < values.size(); ++r) values[r] += sums_->initial[r];
    return;
  }
  if (mute(reading->between ? reading->before + connection_.source_step : reading->before))
    return forget(reading->before);
  before_.resize(values.size());
  add_up(reading->before, before_);
  if (reading->between) {
    after_.resize(values.size());
    add_up(reading->before + connection_.source_step, after_);
    for (std::size_t r = 0; r < values.size(); ++r)
      before_[r] = plan::between(before_[r], after_[r], reading->weight);
  }
  for (std::size_t r = 0; r < values.size(); ++r) values[r] += before_[r];
  forget(reading->before);
}

}  // namespace module

void SignalInput::project(Projection projection) {
  auto& s = *state_;
  const auto count = wanted().size();
  if (projection.values.size() != count * projection.rows ||
      (!projection.groups.empty() && projection.groups.size() != count))
    throw Error{Fault::protocol,
                "{}: a projection to {} rows has {} factors and {} groups; needed are {} and {} "
                "for {} elements",
                s.port.name,
                projection.rows,
                projection.values.size(),
                projection.groups.size(),
                count * projection.rows,
                count,
                count};
  s.projection = std::move(projection);
}

}  // namespace tutti
