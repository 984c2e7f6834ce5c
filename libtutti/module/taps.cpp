// SPDX-License-Identifier: MIT
#include "taps.hpp"

#include <algorithm>

namespace tutti::module {
namespace {

constexpr std::size_t most_taps = 64;

}  // namespace

void Taps::open(tap::Introduction introduction, std::vector<Port> ports) {
  const std::scoped_lock lock{mutex_};
  introduction_ = std::move(introduction);
  for (const auto& port : ports) introduction_.ports.push_back(port.info);
  ports_ = std::move(ports);
  open_ = true;
}

void Taps::close() {
  const std::scoped_lock lock{mutex_};
  open_ = false;
  ports_.clear();  // what was copied stays until the tap line has shipped it
}

/// The tap line may be at it for longer: then the next window will do.
void Taps::take_over(Time clock) {
  const std::unique_lock lock{mutex_, std::try_to_lock};
  if (!lock) return;
  changed_.store(false, std::memory_order_relaxed);
  for (auto& port : ports_) {
    if (port.outlet == nullptr) continue;
    std::vector<Tap*> now;
    for (auto& tap : taps_)
      if (tap->order().port == port.info.description.name && !tap->cancelled)
        now.push_back(tap.get());
    for (auto* tap : now)
      if (std::ranges::find(port.outlet->taps(), tap) == port.outlet->taps().end())
        tap->begin(clock);
    port.outlet->tap(std::move(now));
  }
  for (auto& tap : taps_) tap->released = tap->cancelled;
}

bool Taps::introduce(tap::Introduction& introduction) {
  const std::scoped_lock lock{mutex_};
  if (!open_ || told_) return false;
  told_ = true;
  introduction = std::move(introduction_);
  return true;
}

Taps::Port* Taps::find(const std::string& output) {
  for (auto& port : ports_)
    if (port.outlet != nullptr && port.info.description.name == output) return &port;
  return nullptr;
}

bool Taps::answer(const tap::Note& note, tap::Note& reply) {
  const std::scoped_lock lock{mutex_};
  if (!open_) return false;
  if (const auto* question = std::get_if<tap::Describe>(&note)) {
    const auto* port = find(question->port);
    if (port == nullptr || port->table == nullptr) return false;
    reply = tap::Description{question->port,
                             port->table->rows(intersection(port->table->ids, question->elements))};
    return true;
  }
  if (const auto* wish = std::get_if<tap::Order>(&note)) {
    order(*wish);
  } else if (const auto* cancel = std::get_if<tap::Cancel>(&note)) {
    forget_released();
    for (auto& tap : taps_)
      if (tap->order().stream == cancel->stream) tap->cancelled = true;
    changed_.store(true, std::memory_order_release);
  }
  return false;
}

void Taps::order(const tap::Order& wish) {
  forget_released();
  for (auto& tap : taps_)
    if (tap->order().stream == wish.stream) return tap->set_rate(wish.bytes_per_second);
  const auto* port = find(wish.port);
  if (port == nullptr || port->info.description.kind == PortKind::message ||
      taps_.size() >= most_taps || wish.every <= Duration::zero())
    return;
  taps_.push_back(
      std::make_unique<Tap>(wish, port->outlet->elements(), port->info.description.kind));
  any_ = true;
  changed_.store(true, std::memory_order_release);
}

/// The main thread no longer knows them.
void Taps::forget_released() {
  std::erase_if(taps_, [](const auto& tap) { return tap->released; });
  any_ = !taps_.empty();
}

}  // namespace tutti::module
