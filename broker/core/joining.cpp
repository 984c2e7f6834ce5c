// SPDX-License-Identifier: MIT
// Joining, in two phases: ports first, then elements, since what a module offers may depend on what
// it was offered.
#include <algorithm>

#include "core/core.hpp"
#include "tutti/plan/rules.hpp"
#include "tutti/version.hpp"

namespace tutti::broker {
namespace {

/// "x86-64" < "avx2" < "avx512": the least of a run is what its kernels use.
int level(const std::string& isa) { return isa == "avx512" ? 2 : isa == "avx2" ? 1 : 0; }

}  // namespace

void Core::join(const Peer& peer, const control::Join& message, Seconds now) {
  const auto refuse = [&](const std::string& why) {
    send(peer, control::Stop{Fault::config, why});
  };
  if (phase_ != control::Phase::joining)
    return refuse(fmt::format("{} came too late: run {} has begun", message.module, run_.name));
  if (message.release != version)
    return refuse(fmt::format("{} is of release {}, the broker of {}", message.module,
                              message.release, version));
  const auto found = std::ranges::find_if(members_, [&](const auto& m) {
    return run_.modules[m.module].name == message.module && m.rank == message.rank;
  });
  if (found == members_.end())
    return refuse(run_.find(message.module) == nullptr
                      ? fmt::format("run {} has no module \"{}\"", run_.name, message.module)
                      : fmt::format("{} has {} ranks in the run file, rank {} came", message.module,
                                    run_.find(message.module)->ranks, message.rank));
  if (found->joined) return refuse(fmt::format("{} has joined before", name(*found)));
  found->peer = peer;
  found->join = message;
  found->joined = true;
  found->heard = now;
  if (std::ranges::all_of(members_, &Member::joined)) match_ports();
}

namespace {

/// Adds what another rank of a module has; false where that declares other ports.
bool add_elements(std::vector<PortDescription>& ports, const std::vector<PortDescription>& more) {
  if (ports.size() != more.size()) return false;
  for (std::size_t k = 0; k < ports.size(); ++k) {
    auto other = more[k];
    other.elements = ports[k].elements;
    if (ports[k] != other) return false;
    ports[k].elements += more[k].elements;
  }
  return true;
}

}  // namespace

void Core::match_ports() {
  config::PortsByModule ports;
  std::string isa = "avx512";
  for (const auto& member : members_) {
    const auto& module = run_.modules[member.module].name;
    const auto [first, fresh] = ports.emplace(module, member.join.ports);
    if (!fresh && !add_elements(first->second, member.join.ports))
      return end(Fault::protocol,
                 fmt::format("{} declares other ports than rank 0 of its module", name(member)),
                 name(member));
    if (level(member.join.isa) < level(isa)) isa = member.join.isa;
  }
  config::Problems problems;
  matching_ = config::match(run_, ports, problems);
  if (!problems.ok()) return end(Fault::config, problems.text(), "the run file");
  phase_ = control::Phase::matching;
  moved_ = now_;
  for (auto& member : members_) {
    control::Matched reply{{}, isa};
    for (const auto& c : matching_.connections)
      if (c.from_number == member.module || c.to_number == member.module)
        reply.connections.push_back(c);
    send(member.peer, std::move(reply));
  }
  start_if_complete();
}

void Core::take_offer(Member& member, const control::Offer& offer) {
  if (phase_ != control::Phase::matching || member.offers.contains(offer.port))
    return end(Fault::protocol,
               fmt::format("{} offered elements of {} out of turn", name(member), offer.port),
               name(member));
  member.offers.emplace(offer.port, offer.table);
  forward_tables(member.module, offer.port);
  start_if_complete();
}

/// Once every rank of a source has told its part, its targets get the whole.
void Core::forward_tables(std::uint32_t module, const std::string& port) {
  control::Table table;
  for (const auto* member : of_module(module)) {
    const auto offer = member->offers.find(port);
    if (offer == member->offers.end()) return;
    table.parts.push_back(offer->second);
  }
  for (const auto& c : matching_.connections) {
    if (c.from_number != module || c.from_port != port) continue;
    table.connection = c.id;
    for (const auto* target : of_module(c.to_number)) send(target->peer, table);
  }
}

bool Core::is_connected(std::uint32_t module, const std::string& input) const {
  return std::ranges::any_of(matching_.connections, [&](const control::Connection& c) {
    return c.to_number == module && c.to_port == input;
  });
}

/// What nobody is connected to may be told of at any time: it is for people who steer.
void Core::take_want(Member& member, const control::Want& want) {
  const bool in_time =
      phase_ == control::Phase::matching ||
      (phase_ != control::Phase::joining && !is_connected(member.module, want.port));
  if (!in_time || member.wants.contains(want.port))
    return end(Fault::protocol,
               fmt::format("{} asked for elements at {} out of turn", name(member), want.port),
               name(member));
  member.wants.emplace(want.port, want.elements);
  start_if_complete();
}

/// A matrix goes from a target to a source of its own connection, before the target says what it
/// wants: so the source has it when it is told to start.
void Core::pass_on(Member& member, const control::Projection& projection) {
  for (const auto& c : matching_.connections) {
    if (phase_ != control::Phase::matching || c.id != projection.connection) continue;
    if (c.to_number != member.module || c.kind != PortKind::signal ||
        member.wants.contains(c.to_port) || projection.target_rank != member.rank)
      break;
    for (const auto* source : of_module(c.from_number))
      if (source->rank == projection.source_rank) return send(source->peer, projection);
  }
  end(Fault::protocol,
      fmt::format("{} sent a matrix for connection {}, rank {} out of turn", name(member),
                  projection.connection, projection.source_rank),
      name(member));
}

bool Core::all_told() const {
  for (const auto& c : matching_.connections) {
    if (c.kind == PortKind::message) continue;
    for (const auto& member : members_)
      if ((member.module == c.from_number && !member.offers.contains(c.from_port)) ||
          (member.module == c.to_number && !member.wants.contains(c.to_port)))
        return false;
  }
  return true;
}

/// An input that wants elements which none of its sources has.
std::optional<std::string> Core::missing_elements() const {
  for (const auto& member : members_)
    for (const auto& [port, wanted] : member.wants) {
      Elements rest = wanted;
      bool forgiven = false;
      std::string sources;
      for (const auto& c : matching_.connections) {
        if (c.to_number != member.module || c.to_port != port) continue;
        forgiven = forgiven || c.missing_zero;
        sources += (sources.empty() ? "" : ", ") + c.from();
        for (const auto& source : members_)
          if (source.module == c.from_number)
            rest = difference(rest, source.offers.at(c.from_port).ids.shifted(c.offset));
      }
      if (!rest.empty() && !forgiven && !sources.empty())
        return fmt::format(
            "{}.{} wants elements {} that {} does not have; say `missing: zero` on the connection "
            "to read them as 0",
            run_.modules[member.module].name, port, to_string(rest), sources);
    }
  return std::nullopt;
}

void Core::start_if_complete() {
  if (phase_ != control::Phase::matching || !all_told()) return;
  if (const auto missing = missing_elements()) return end(Fault::config, *missing, "the run file");
  phase_ = control::Phase::running;
  moved_ = now_;
  lead_ = least_lead_ =
      least_lead();  // the first of many: renew_lease finds what half a second takes
  anchor_pace();
  try {
    replay_steering();
  } catch (const Error& e) {
    return end(Fault::config, fmt::format("the log of steering does not fit: {}", e.what()),
               "the log of steering");
  }
  Time lease = lease_ + lead_;
  if (run_.checkpoint.every || run_.checkpoint.wall_s) {
    try {
      check_keepers();
    } catch (const Error& e) {
      return end(Fault::config, fmt::format("run.checkpoint: {}", e.what()), "the run file");
    }
    saved_at_ = now_;
    if (run_.checkpoint.every)
      next_checkpoint_ = plan::up(lease_ + Duration{1}, *run_.checkpoint.every);
    lease = plan_checkpoints(lease);
  }
  if (run_.pace <= 0) lease_ = lease;
  lease_ = std::min(lease_, replayed_stop_.value_or(lease_));
  granted_at_ = now_;
  send_all(make_start());
}

control::Start Core::make_start() const {
  control::Start start;
  start.lease = lease_;
  for (const auto& module : run_.modules) start.modules.push_back({module.name, {}, 0, {}});
  for (const auto& member : members_) {
    auto& module = start.modules[member.module];
    module.world_ranks.push_back(member.join.world_rank);
    module.job = member.join.job;
    module.endpoints.push_back(member.join.endpoint);
  }
  for (const auto& c : matching_.connections) {
    control::Route route{c.id, {}, {}};
    for (const auto& member : members_) {
      if (c.kind == PortKind::message) continue;
      if (member.module == c.from_number)
        route.sources.push_back(member.offers.at(c.from_port).ids.shifted(c.offset));
      if (member.module == c.to_number) route.targets.push_back(member.wants.at(c.to_port));
    }
    start.routes.push_back(std::move(route));
    const auto job = start.modules[c.from_number].job;
    if (job != 0 && job == start.modules[c.to_number].job)
      start.pairs.emplace_back(std::min(c.from_number, c.to_number),
                               std::max(c.from_number, c.to_number));
  }
  std::ranges::sort(start.pairs);
  start.pairs.erase(std::unique(start.pairs.begin(), start.pairs.end()), start.pairs.end());
  return start;
}

std::string Core::still_missing() const {
  std::string names;
  for (const auto& member : members_) {
    const bool silent = phase_ == control::Phase::joining && !member.joined;
    if (silent) names += (names.empty() ? "" : ", ") + name(member);
  }
  if (!names.empty()) return names + " never came";
  for (const auto& member : members_)
    if (!member.progress.what.empty())
      names += fmt::format("{}{} waits for {}", names.empty() ? "" : "; ", name(member),
                           member.progress.what);
  return "joining came to a halt: " + names;
}

}  // namespace tutti::broker
