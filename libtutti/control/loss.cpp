// SPDX-License-Identifier: MIT
#include "tutti/control/loss.hpp"

#include <algorithm>
#include <iterator>

namespace tutti::control {

std::vector<Connection> deciding(std::span<const Connection> connections, std::uint32_t module) {
  std::vector<Connection> found;
  const auto add = [&](auto&& belongs) {
    std::ranges::copy_if(connections, std::back_inserter(found),
                         [&](const auto& c) { return c.on_loss != OnLoss::gap && belongs(c); });
  };
  add([&](const auto& c) { return c.from_number == module; });
  if (found.empty()) add([&](const auto& c) { return c.to_number == module; });
  return found;
}

OnLoss loss_of(std::span<const Connection> connections, std::uint32_t module) {
  const auto all = deciding(connections, module);
  const auto any = [&](OnLoss policy) {
    return std::ranges::find(all, policy, &Connection::on_loss) != all.end();
  };
  if (all.empty() || any(OnLoss::stop)) return OnLoss::stop;
  return any(OnLoss::wait) ? OnLoss::wait : OnLoss::hold;
}

}  // namespace tutti::control
