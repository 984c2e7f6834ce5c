// SPDX-License-Identifier: MIT
#include "cut_formulas.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace tutti::config {
namespace {

/// Brackets that are still open at the end of a text; negative where more are closed.
std::ptrdiff_t open_brackets(std::string_view text) {
  return std::ranges::count(text, '(') - std::ranges::count(text, ')');
}

bool begins(const Node& value) {
  return value.is_scalar() && !value.quoted && open_brackets(value.text) > 0;
}

/// No formula has more commas; what looks like one is something else.
constexpr std::size_t most_pieces = 100;

/// The number of pieces after the first one that close its brackets; 0 where none do. `piece(k)` is
/// the text of the k-th, or empty where it cannot be one.
template <typename Piece>
std::size_t pieces_to_join(const Node& first, Piece piece) {
  auto open = open_brackets(first.text);
  for (std::size_t k = 1; k < most_pieces; ++k) {
    const std::string text = piece(k);
    if (text.empty()) return 0;
    open += open_brackets(text);
    if (open <= 0) return k;
  }
  return 0;
}

void tell(const Node& whole, Problems& problems) {
  problems.error(whole.place,
                 "a comma ends a word within {{...}} and [...]; put the formula in quotes: \"{}\"",
                 whole.text);
}

}  // namespace

bool ends_a_cut_formula(std::string_view text) { return open_brackets(text) < 0; }

void mend_cut_formulas(Node& node, Problems& problems) {
  auto items = std::move(node.items);
  node.items.clear();
  for (std::size_t i = 0; i < items.size(); ++i) {
    Node& item = node.items.emplace_back(std::move(items[i]));
    if (!begins(item)) continue;
    const auto joined = pieces_to_join(item, [&](std::size_t k) {
      return i + k < items.size() && items[i + k].is_scalar() ? items[i + k].text : "";
    });
    for (std::size_t k = 0; k < joined; ++k) item.text += ", " + items[++i].text;
    if (joined > 0) tell(item, problems);
  }
  auto entries = std::move(node.entries);
  node.entries.clear();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Node& value = node.entries.emplace_back(std::move(entries[i])).value;
    if (!begins(value)) continue;
    const auto joined = pieces_to_join(value, [&](std::size_t k) {
      return i + k < entries.size() && entries[i + k].value.is_null() ? entries[i + k].key : "";
    });
    for (std::size_t k = 0; k < joined; ++k) value.text += ", " + entries[++i].key;
    if (joined > 0) tell(value, problems);
  }
}

}  // namespace tutti::config
