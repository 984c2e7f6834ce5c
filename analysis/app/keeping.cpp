// SPDX-License-Identifier: MIT
#include "keeping.hpp"

namespace analysis {

using namespace tutti;

void visit(Fields& fields, std::optional<Time>& time) {
  std::int64_t tick = time ? ticks(*time) : -1;
  fields(tick);
  if (!fields.saving()) time = tick < 0 ? std::nullopt : std::optional{time_of(tick)};
}

}  // namespace analysis
