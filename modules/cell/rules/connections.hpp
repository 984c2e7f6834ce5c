// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "rules/distribution.hpp"
#include "rules/formula.hpp"
#include "rules/rule.hpp"
#include "tutti/elements.hpp"

namespace cell::rules {

/// A number for each connection: drawn, or by formula.
struct Quantity {
  Distribution drawn{};
  std::optional<Formula> formula{};
  bool is_constant() const { return !formula && drawn.kind == Distribution::Kind::constant; }
};

/// One connection with what hangs on it.
struct Connection {
  std::uint64_t source = 0, target = 0;  ///< Numbers of cells.
  std::uint64_t draw = 0;                ///< Unique at its target.
  double weight = 0, delay_ms = 0;
};

/// All that decides which cells are joined, how strongly and how late.
struct Connections {
  std::string name{};  ///< What random numbers hang on, beside the seed; in messages.
  Rule rule{};
  tutti::Elements sources{}, targets{};  ///< Numbers of cells; rows of `pre` and `post`.
  bool same = false;  ///< Equal numbers are one cell, which does not reach itself unless allowed.
  Quantity weight{};  ///< [the target's unit]
  Quantity delay_ms{};
  std::optional<Formula> probability{};  ///< In place of rule.probability.
  std::optional<Formula> where{};        ///< Only pairs for which it is not 0.
  const Columns* pre = nullptr;
  const Columns* post = nullptr;

  /// Calls `found` for every connection whose target is in `mine`, ascending cells among targets.
  /// What is made is a function of `seed` and the members alone, not of how targets are shared out.
  /// Throws Error{config} where a probability leaves 0 … 1, or the rule asks for more than there
  /// is.
  void for_each(std::uint64_t seed, std::span<const std::uint64_t> mine,
                const std::function<void(const Connection&)>& found) const;

  Ends ends() const { return {sources.size(), targets.size(), same, &sources, &targets}; }
};

}  // namespace cell::rules
