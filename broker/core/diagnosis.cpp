// SPDX-License-Identifier: MIT
// What is said of processes that give no sign of life, and of those that wait for each other.
#include <algorithm>

#include "core/core.hpp"

namespace tutti::broker {

using control::Activity;

bool Core::is_silent(const Member& member) const {
  return phase_ == control::Phase::running && member.joined && !member.done && !member.left &&
         now_ - member.heard > limits_.silence;
}

std::vector<Silent> Core::silent(const std::string& host) const {
  std::vector<Silent> found;
  for (const auto& member : members_)
    if (is_silent(member) && member.join.host == host)
      found.push_back({member.join.pid, run_.modules[member.module].name, member.rank});
  return found;
}

Out Core::hung(std::int64_t pid, const std::string& what, Seconds now) {
  now_ = now;
  for (const auto& member : members_)
    if (is_silent(member) && member.join.pid == pid) end_silent(member, what);
  return std::exchange(out_, {});
}

void Core::end_silent(const Member& member, const std::string& what) {
  lose(member, Fault::peer,
       fmt::format("{} has given no sign of life for {:.0f} s, last at {}{}", name(member),
                   now_ - member.heard, member.progress.clock, what.empty() ? "" : ": " + what));
}

Out Core::nonsense(const Peer& peer, const std::string& what, Seconds now) {
  now_ = now;
  if (const auto* member = find(peer); member != nullptr && !member->left)
    lose(*member, Fault::protocol,
         fmt::format("{} at {} sent nonsense: {}", name(*member), member->progress.clock, what));
  return std::exchange(out_, {});
}

/// The process that a member waits for, by its place among the members; nothing where that is no
/// single one.
std::optional<std::size_t> Core::awaited_by(const Member& member) const {
  const auto& p = member.progress;
  if (member.done || p.activity != Activity::waiting || !p.what.empty() ||
      p.connection >= matching_.connections.size())
    return std::nullopt;
  const auto& c = matching_.connections[p.connection];
  const auto found = std::ranges::find_if(members_, [&](const Member& other) {
    return other.module == c.from_number && other.rank == p.source_rank;
  });
  if (found == members_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - members_.begin());
}

/// "a → b → a", where members wait for each other in a circle; empty where there is none.
std::string Core::circle() const {
  for (std::size_t first = 0; first < members_.size(); ++first) {
    std::string text = name(members_[first]);
    auto at = awaited_by(members_[first]);
    for (std::size_t steps = 0; at && steps < members_.size(); ++steps) {
      text += " → " + name(members_[*at]);
      if (*at == first) return text;
      at = awaited_by(members_[*at]);
    }
  }
  return {};
}

}  // namespace tutti::broker
