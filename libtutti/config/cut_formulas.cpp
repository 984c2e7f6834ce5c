// SPDX-License-Identifier: MIT
#include "cut_formulas.hpp"

#include <algorithm>
#include <string>

namespace tutti::config {
namespace {

/// Brackets that are still open at the end of a text; negative where more are closed.
std::ptrdiff_t open_brackets(std::string_view text) {
  return std::ranges::count(text, '(') - std::ranges::count(text, ')');
}

bool begins(const Node& value) {
  return value.is_scalar() && !value.quoted && open_brackets(value.text) > 0;
}

/// The number of pieces after the first one that close its brackets; 0 where none do. `piece(k)` is
/// the text of the k-th, or empty where it cannot be one.
template <typename Piece>
std::size_t pieces_to_join(const Node& first, Piece piece) {
  auto open = open_brackets(first.text);
  for (std::size_t k = 1;; ++k) {
    const std::string text = piece(k);
    if (text.empty()) return 0;
    open += open_brackets(text);
    if (open <= 0) return k;
  }
}

void tell(const Node& whole, Problems& problems) {
  problems.error(whole.place,
                 "a comma ends a word within {{...}} and [...]; put the formula in quotes: \"{}\"",
                 whole.text);
}

}  // namespace

bool ends_a_cut_formula(std::string_view text) { return open_brackets(text) < 0; }

void mend_cut_formulas(Node& node, Problems& problems) {
  auto& items = node.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!begins(items[i])) continue;
    const auto joined = pieces_to_join(items[i], [&](std::size_t k) {
      return i + k < items.size() && items[i + k].is_scalar() ? items[i + k].text : "";
    });
    for (std::size_t k = 1; k <= joined; ++k) items[i].text += ", " + items[i + k].text;
    const auto rest = items.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    items.erase(rest, rest + static_cast<std::ptrdiff_t>(joined));
    if (joined > 0) tell(items[i], problems);
  }
  auto& entries = node.entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Node& value = entries[i].value;
    if (!begins(value)) continue;
    const auto joined = pieces_to_join(value, [&](std::size_t k) {
      return i + k < entries.size() && entries[i + k].value.is_null() ? entries[i + k].key : "";
    });
    for (std::size_t k = 1; k <= joined; ++k) value.text += ", " + entries[i + k].key;
    const auto rest = entries.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    entries.erase(rest, rest + static_cast<std::ptrdiff_t>(joined));
    if (joined > 0) tell(value, problems);
  }
}

}  // namespace tutti::config
