// SPDX-License-Identifier: MIT
// tutti-broker RUN_FOLDER: introduces the processes of one run to each other and watches over it.
// Started by `tutti run`; reads run.yaml and control/run.json of the folder.
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <zmq.hpp>

#include "core/core.hpp"
#include "examine.hpp"
#include "gateway/gateway.hpp"
#include "shelf.hpp"
#include "tutti/config/run_file.hpp"
#include "tutti/config/yaml.hpp"
#include "tutti/control/run_info.hpp"
#include "tutti/error.hpp"
#include "tutti/words_of.hpp"

namespace tutti::broker {
namespace {

volatile std::sig_atomic_t told_to_end = 0;

Seconds now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// A process that is no more, or only waits to be buried.
bool is_gone(std::int64_t pid) {
  std::ifstream stat{fmt::format("/proc/{}/stat", pid)};
  std::string text;
  if (!std::getline(stat, text)) return true;
  const auto end = text.rfind(')');
  return end != std::string::npos && end + 2 < text.size() && text[end + 2] == 'Z';
}

config::RunSpec read_run(const control::RunInfo& info) {
  config::Problems problems;
  auto run = config::load_run({{info.folder / "run.yaml"}, {}, info.folder}, problems);
  problems.raise();
  config::RunSpec result = run;  // members that the launcher added, the recorder for one
  for (const auto& member : info.members) {
    if (run.find(member.name) != nullptr) continue;
    config::ModuleSpec extra;
    extra.name = member.name;
    extra.step = member.step;
    result.modules.push_back(std::move(extra));
  }
  for (const auto& record : run.records) {
    config::ConnectionSpec connection;
    connection.from = record.port;
    connection.to = {"recorder", config::to_string(record.port)};
    connection.on_loss = OnLoss::gap;
    connection.place = record.place;
    result.connections.push_back(std::move(connection));
  }
  for (auto& module : result.modules)
    for (const auto& member : info.members)
      if (member.name == module.name) module.ranks = static_cast<int>(member.ranks);
  return result;
}

/// The socket around the core: one loop, one thread.
class Shell {
 public:
  /// `period`: how often the core looks at the clock.
  Shell(const control::RunInfo& info, Core& core, Seconds period,
        const config::CheckpointSpec& checkpoints)
      : core_{core},
        socket_{context_, zmq::socket_type::router},
        host_{host_name()},
        folder_{info.folder},
        period_{period},
        shelf_{info, checkpoints} {
    socket_.set(zmq::sockopt::linger, 2000);
    socket_.set(zmq::sockopt::sndhwm, 0);
    socket_.set(zmq::sockopt::rcvhwm, 0);
    if (info.keys.on()) doorman_ = std::make_unique<control::Doorman>(context_, info.keys);
    control::serve(socket_, info.keys);
    socket_.bind(info.endpoint);
  }

  void run() {
    std::optional<Seconds> ended;
    for (auto next_tick = now(), next_look = next_tick; !ended || now() - *ended < linger_;) {
      zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
      if (::zmq_poll(&item, 1, std::min(10L, static_cast<long>(1000 * period_))) > 0)
        receive();  // a signal may interrupt it
      heed_signals();
      if (const auto t = now(); t >= next_tick) {
        next_tick = t + period_;
        if (t >= next_look) look_after_processes(t);
        if (t >= next_look) next_look = t + 0.05;
        send(core_.tick(t));
      }
      for (const auto& steered : core_.take_log()) note(steered);
      for (const auto& checkpoint : core_.take_checkpoints()) shelf_.add(checkpoint);
      if (core_.ended() && !ended) ended = now();
    }
  }

 private:
  static constexpr Seconds linger_ = 0.3;  // for latecomers and the last messages

  /// The first signal lets a run that makes checkpoints make one more; any other ends it.
  void heed_signals() {
    const int told = told_to_end;
    if (told == heeded_) return;
    constexpr Seconds same = 0.5;  // both we and our launcher may be told, by one who means it once
    const bool first = heeded_ == 0;
    if (!first && now() - heeded_at_ < same) return;
    heeded_ = told;
    if (first) heeded_at_ = now();
    Out out;
    if (first && shelf_.on() && core_.save_and_stop(now(), out)) return send(out);
    send(core_.abort(Fault::interrupted, "the run was interrupted", now()));
  }

  /// Line by line, so that a crash leaves what was done.
  void note(const Steered& steered) {
    std::ofstream{folder_ / "steering.jsonl", std::ios::app} << to_json(steered) << std::endl;
  }

  void look_after_processes(Seconds t) {
    for (const auto pid : core_.live_pids(host_))
      if (is_gone(pid)) send(core_.gone(pid, fmt::format("process {} died", pid), t));
    for (const auto& silent : core_.silent(host_)) look_into(silent, t);
  }

  /// Has the stack of a silent process written, and then tells the core what is the matter with it.
  void look_into(const Silent& silent, Seconds t) {
    const auto name = fmt::format("{}.{}.stack", silent.module, silent.rank);
    const auto file = folder_ / "log" / name;
    auto& trace = traces_[silent.pid];
    if (!trace) {
      found_[silent.pid] = examine(silent.pid);  // before a debugger holds it
      trace = std::make_unique<StackTrace>(silent.pid, file);
    }
    if (!trace->over()) return;
    std::error_code none;
    if (std::filesystem::file_size(file, none) == 0 || none) std::filesystem::remove(file, none);
    const auto stack = std::filesystem::exists(file) ? "; its stack is in log/" + name : "";
    send(core_.hung(silent.pid, found_[silent.pid] + stack, t));
  }

  void receive() {
    zmq::message_t peer, body;
    while (socket_.recv(peer, zmq::recv_flags::dontwait)) {
      if (!socket_.recv(body)) return;
      try {
        const auto message = control::decode({body.data<std::byte>(), body.size()});
        send(core_.receive(peer.to_string(), message, now()));
      } catch (const Error& e) {
        send(core_.nonsense(peer.to_string(), e.what(), now()));
      }
    }
  }

  void send(const Out& out) {
    for (const auto& [peer, message] : out) {
      const auto bytes = control::encode(message);
      socket_.send(zmq::buffer(peer), zmq::send_flags::sndmore | zmq::send_flags::dontwait);
      socket_.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
    }
  }

  Core& core_;
  zmq::context_t context_{1};
  std::unique_ptr<control::Doorman> doorman_;
  zmq::socket_t socket_;
  std::string host_;
  std::filesystem::path folder_;
  Seconds period_;
  std::map<std::int64_t, std::unique_ptr<StackTrace>> traces_;  // by process
  std::map<std::int64_t, std::string> found_;
  Shelf shelf_;
  int heeded_ = 0;
  Seconds heeded_at_ = 0;
};

int serve(const char* folder) {
  const auto info = control::read_run_info(folder);
  Limits limits;
  limits.join = limits.stuck = info.deadline_s;
  limits.silence = std::min(limits.silence, info.deadline_s);
  const auto run = read_run(info);
  Core core{run, limits, now()};
  if (const auto script = info.folder / "control" / "steering.jsonl";
      std::filesystem::exists(script))
    core.replay(read_steering(script));
  constexpr Seconds usual = 0.05, paced = 0.004;
  if (!info.resume.empty()) core.go_on_from(info.cut);
  Shell shell{info, core, run.pace > 0 ? paced : usual, run.checkpoint};
  std::optional<gateway::Gateway> gateway;
  if (!info.tap.empty()) gateway.emplace(info);
  shell.run();
  return core.ok() ? 0 : exit_code(core.status().fault);
}

}  // namespace
}  // namespace tutti::broker

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    fmt::print("usage: tutti-broker RUN_FOLDER (started by `tutti run`)\n");
    return argc == 2 && std::string_view{argv[1]} == "--help" ? 0 : 2;
  }
  for (const int number : {SIGTERM, SIGINT, SIGHUP})
    std::signal(number, [](int) { tutti::broker::told_to_end = tutti::broker::told_to_end + 1; });
  try {
    return tutti::broker::serve(argv[1]);
  } catch (const tutti::Error& e) {
    fmt::print(stderr, "tutti-broker: {}\n", e.what());
    return tutti::exit_code(e.fault());
  } catch (const std::exception& e) {
    fmt::print(stderr, "tutti-broker: {}\n", tutti::words_of(e));
    return 1;
  }
}
