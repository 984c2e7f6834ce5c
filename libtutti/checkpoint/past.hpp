// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/elements.hpp"
#include "tutti/error.hpp"
#include "tutti/state.hpp"
#include "tutti/time.hpp"

/// What is on its way when a run is cut belongs to its source: each output remembers what it said
/// shortly before the cut, and says it again when the run is resumed. So a checkpoint knows no
/// frames, and plan, ranks and transports may be others afterwards.
namespace tutti::checkpoint {

/// What one rank of an output said after `from`, in the order in which it said it.
struct Past {
  Time from{};
  std::vector<Time> times;              ///< Of each spike, sample or message.
  std::vector<std::uint64_t> elements;  ///< Spikes: whose.
  std::vector<double> numbers;          ///< Spikes: weights. Samples: a value per `ids`, each.
  Elements ids;                         ///< Samples: of what.
  std::vector<std::string> texts;       ///< Messages: media type, bytes; and so on.

  /// Lets go of what was said until `start`.
  void begin_at(Time start);
  bool wants_sample(Time t) const { return t > from || t == time_zero; }

  void spike(Time t, std::uint64_t element, double weight) {
    if (t <= from) return;
    times.push_back(t), elements.push_back(element), numbers.push_back(weight);
  }
  void sample(Time t, const Elements& whose, std::span<const double> values) {
    if (!wants_sample(t)) return;
    ids = whose;
    times.push_back(t), numbers.insert(numbers.end(), values.begin(), values.end());
  }
  void message(Time t, std::string_view media_type, std::span<const std::byte> bytes) {
    if (t <= from) return;
    times.push_back(t), texts.emplace_back(media_type);
    texts.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void visit(Fields& fields);
};

void visit(Fields& fields, Elements& elements);

/// The samples of `own` that all ranks of an output remember together: calls `say(time, values)`
/// for each instant, ascending. Throws Error{config} where values are missing.
template <typename Say>
void each_sample(std::span<const Past> pasts, const Elements& own, Say&& say) {
  if (pasts.empty() || own.empty()) return;
  struct Piece {
    const Past* past;
    std::vector<std::pair<std::size_t, std::size_t>> places;  // in what was saved; in ours
  };
  std::vector<Piece> pieces;
  std::size_t found = 0;
  for (const auto& past : pasts) {
    Piece piece{&past, {}};
    std::size_t from = 0;
    past.ids.for_each([&](std::uint64_t element) {
      if (const auto to = own.index_of(element)) piece.places.emplace_back(from, *to);
      ++from;
    });
    found += piece.places.size();
    if (!piece.places.empty()) pieces.push_back(std::move(piece));
  }
  if (pieces.empty() && std::ranges::all_of(pasts, [](const Past& p) { return p.times.empty(); }))
    return;
  if (found != own.size())
    throw Error{Fault::config, "the checkpoint has samples of {} elements where {} are needed",
                found, own.size()};
  std::vector<double> values(own.size());
  for (std::size_t k = 0; k < pieces.front().past->times.size(); ++k) {
    for (const auto& [past, places] : pieces) {
      const auto sample = std::span{past->numbers}.subspan(k * past->ids.size(), past->ids.size());
      for (const auto& [from, to] : places) values[to] = sample[from];
    }
    say(pieces.front().past->times[k], std::span<const double>{values});
  }
}

struct PastSpike {
  Time time;
  std::uint64_t element;
  double weight;
};
/// The spikes of `own` that all ranks remember, by time and element.
std::vector<PastSpike> spikes(std::span<const Past> pasts, const Elements& own);

}  // namespace tutti::checkpoint
