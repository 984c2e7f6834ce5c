// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "solver/network.hpp"
#include "solver/tree.hpp"
#include "tutti/element_table.hpp"
#include "tutti/module.hpp"

namespace tutti::rxd_app {

/// Rows of an element table, by cell.
using Rows = std::map<std::int64_t, std::vector<std::size_t>>;

/// All segments of a table; parents are not yet told.
std::vector<rxd::Segment> segments_of(const ElementTable& table);

/// Rows that take part, as choice 0 of the network's model says.
Rows choose(const rxd::Network& network, const std::vector<rxd::Segment>& segments);

/// The cells of one rank: the largest first, each to the rank that has least so far.
std::vector<std::int64_t> deal(const Rows& cells, Ranks ranks);

}  // namespace tutti::rxd_app
