// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "run_of_two.hpp"
#include "test.hpp"
#include "tutti/version.hpp"

/// A run of two modules, and a broker whose clock the test turns.
namespace tutti::broker::two_modules_run {

inline PortDescription port(const char* name, Direction direction, PortKind kind,
                            const char* unit = "") {
  PortDescription p;
  p.name = name;
  p.direction = direction;
  p.kind = kind;
  p.unit = unit;
  p.element = "neuron";
  return p;
}

inline const std::vector<PortDescription> source_ports{
    port("spikes", Direction::out, PortKind::spikes),
    port("v", Direction::out, PortKind::signal, "mV")};
inline const std::vector<PortDescription> target_ports{
    port("drive", Direction::in, PortKind::spikes),
    port("v", Direction::in, PortKind::signal, "V")};

inline control::Join join(const char* module, std::uint32_t rank) {
  control::Join j;
  j.module = module;
  j.rank = rank;
  j.pid = 100 + rank + (module[0] == 't' ? 50 : 0);
  j.host = "here";
  j.isa = rank == 1 ? "avx2" : "avx512";
  j.release = version;
  j.job = 1;
  j.endpoint = fmt::format("ipc:///{}.{}", module, rank);
  j.ports = module[0] == 's' ? source_ports : target_ports;
  return j;
}

/// A broker with a clock that the test turns, and everything it ever said by peer.
struct Broker {
  explicit Broker(config::RunSpec run = two_modules()) : core{std::move(run), Limits{}, 0} {}
  void keep(const Out& out) {
    for (const auto& [peer, message] : out) said[peer].push_back(message);
  }
  void tell(const Peer& peer, const control::Message& message) {
    keep(core.receive(peer, message, now));
  }
  void wait(Seconds seconds) {
    for (double t = 0; t < seconds; t += 0.05) {
      now += 0.05;
      keep(core.tick(now));
    }
  }
  template <typename T>
  std::vector<T> heard(const Peer& peer) {
    std::vector<T> found;
    for (const auto& m : said[peer])
      if (const auto* wanted = std::get_if<T>(&m)) found.push_back(*wanted);
    return found;
  }
  void join_all() {
    tell("t", join("target", 0));
    tell("s1", join("source", 1));
    tell("s0", join("source", 0));
  }
  void offer(const Peer& peer, const char* name, Elements ids) {
    tell(peer, control::Offer{name, ElementTable{"neuron", std::move(ids), {}, {}}});
  }
  void start() {
    join_all();
    tell_elements();
  }
  void tell_elements() {
    for (const char* name : {"spikes", "v"}) {
      offer("s0", name, Elements::strided(0, 5, 2));
      offer("s1", name, Elements::strided(1, 5, 2));
    }
    for (const char* name : {"drive", "v"}) tell("t", control::Want{name, Elements::range(0, 10)});
  }
  void progress(const Peer& peer, const char* clock,
                control::Activity activity = control::Activity::computing) {
    control::Progress p;
    p.clock = time_zero + parse_duration(clock);
    p.activity = activity;
    tell(peer, p);
  }
  bool ended_with(const std::string& words) {
    const auto reason = core.status().reason;
    if (reason.find(words) == std::string::npos) BOOST_TEST_MESSAGE("it said: " << reason);
    return !core.ok() && reason.find(words) != std::string::npos;
  }

  Core core;
  Seconds now = 0;
  std::map<Peer, std::vector<control::Message>> said;
};

}  // namespace tutti::broker::two_modules_run
