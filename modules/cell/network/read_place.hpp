// SPDX-License-Identifier: MIT
#pragma once
#include "network/model.hpp"
#include "tutti/config/view.hpp"

/// Reading where cells are and what is known of them. Problems go where the view collects them.
namespace cell {

/// The names that formulas of this model may use, before anything that has formulas is read:
/// `space:`, `numbers:`, names of populations and of kinds of cells, attributes and their words.
rules::Words read_words(const tutti::config::View& view);

/// `populations:`
void read_populations(const tutti::config::View& view, Model& model);

}  // namespace cell
