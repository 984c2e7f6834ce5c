// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <zmq.hpp>

#include "../prepare.hpp"
#include "../recordings.hpp"
#include "../report.hpp"
#include "job.hpp"
#include "progress.hpp"
#include "replay.hpp"
#include "run_folder.hpp"
#include "tutti/config/losses.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/error.hpp"
#include "tutti/version.hpp"
#include "viewer_beside.hpp"

namespace tutti::cli {
namespace {

volatile std::sig_atomic_t interrupts = 0;

/// The launcher's line to the broker.
class Watch {
 public:
  explicit Watch(const control::RunInfo& info) : socket_{context_, zmq::socket_type::dealer} {
    socket_.set(zmq::sockopt::linger, 0);
    control::visit(socket_, info.keys);
    socket_.connect(info.endpoint);
    send(control::Watch{100});
  }
  void send(const control::Message& message) {
    const auto bytes = control::encode(message);
    socket_.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
  }
  /// The newest status, if one comes within `wait`.
  std::optional<control::Status> poll(std::chrono::milliseconds wait) {
    zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
    std::optional<control::Status> newest;
    if (::zmq_poll(&item, 1, static_cast<long>(wait.count())) <= 0) return newest;  // or a signal
    for (zmq::message_t raw; socket_.recv(raw, zmq::recv_flags::dontwait);) {
      auto message = control::decode({raw.data<std::byte>(), raw.size()});
      if (auto* status = std::get_if<control::Status>(&message)) newest = std::move(*status);
    }
    return newest;
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_;
};

/// The last lines of a log: a module's last words.
std::string tail(const std::filesystem::path& path, std::size_t lines) {
  std::ifstream in{path};
  std::vector<std::string> all;
  for (std::string line; std::getline(in, line);) all.push_back(line);
  std::string text;
  for (std::size_t k = all.size() > lines ? all.size() - lines : 0; k < all.size(); ++k)
    text += "  " + all[k] + "\n";
  return text;
}

/// What MPI's launcher says of a rank that was killed; it knows the signal, we do not.
std::string signal_in(const std::string& output) {
  std::smatch found;
  static const std::regex pattern{R"(exited on signal (\d+) \(([^)]*)\))"};
  return std::regex_search(output, found, pattern)
             ? fmt::format(" by signal {} ({})", found.str(1), found.str(2))
             : std::string{};
}

/// Follows the run to its end. The status it returns is the last one.
control::Status follow(Watch& watch, Job& job, Progress& progress) {
  control::Status status;
  int told = 0;
  bool reported = false, heard = false;
  auto last_heard = std::chrono::steady_clock::now();
  for (;;) {
    if (auto news = watch.poll(std::chrono::milliseconds{50})) {
      status = std::move(*news);
      heard = true;
      last_heard = std::chrono::steady_clock::now();
      progress.show(status);
    }
    job.poll();
    if (status.phase == control::Phase::ended) return status;
    if (interrupts > told && heard) {  // before that it may not heed a signal yet
      told = interrupts;
      job.terminate_broker();  // it stops everybody and says so
    }
    if (const auto lost = job.casualty(); lost && !reported) {
      reported = true;  // the broker may not have heard of it yet
      watch.send(control::Lost{lost->first, lost->second});
    }
    if (!job.broker_ended() && !job.members_ended()) continue;
    // one side is gone: the other gets a moment to say its last word, unless it is as good as gone
    const auto now = std::chrono::steady_clock::now();
    const bool silent = now - last_heard > std::chrono::seconds{3};
    const auto limit = now + std::chrono::seconds{silent ? 1 : 6};
    while (status.phase != control::Phase::ended && std::chrono::steady_clock::now() < limit &&
           !job.broker_ended()) {
      if (auto news = watch.poll(std::chrono::milliseconds{50})) status = std::move(*news);
      job.poll();
    }
    if (status.phase == control::Phase::ended) return status;
    job.terminate_members();
    status.ok = false;
    status.fault = Fault::peer;
    status.phase = control::Phase::ended;
    status.reason =
        job.broker_ended()
            ? fmt::format("the broker ended early ({})", describe_status(job.broker_status()))
        : silent ? fmt::format("the broker gives no sign of life: {}", job.end_of_members())
                 : job.end_of_members();
    return status;
  }
}

/// False where the disk does not take it.
bool write_summary(const Prepared& prepared, const std::filesystem::path& folder,
                   const control::Status& status, double wall_s) {
  nlohmann::ordered_json all;
  all["name"] = prepared.run.name;
  all["seed"] = prepared.run.seed;
  all["stop_ms"] = to_ms(prepared.run.stop);
  all["wall_s"] = wall_s;
  const auto rest = status.summary.empty() ? nlohmann::ordered_json{{"release", version},
                                                                    {"ok", status.ok},
                                                                    {"reason", status.reason}}
                                           : nlohmann::ordered_json::parse(status.summary);
  all.update(rest);
  std::ofstream out{folder / "summary.json"};
  out << all.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
  if (out) return true;
  fmt::print(stderr, "{}: cannot write {}: {}\n", prepared.run.name,
             (folder / "summary.json").string(), std::strerror(errno));
  return false;
}

void show_failure(const control::Status& status, const Job& job,
                  const std::filesystem::path& folder) {
  std::string log = "run.json";
  for (const auto& m : status.members) {
    const auto name = fmt::format("{}.{}.log", m.module, m.rank);
    if (status.culprit != m.module && status.culprit != fmt::format("{} rank {}", m.module, m.rank))
      continue;
    log = name;
    if (const auto words = tail(folder / "log" / name, 5); !words.empty())
      fmt::print(stderr, "last words of {}:\n{}", status.culprit, words);
  }
  if (status.culprit.empty() && status.fault == Fault::peer && !job.output().empty())
    fmt::print(stderr, "{}\n", job.output());
}

int conclude(const Prepared& prepared, const std::filesystem::path& folder, control::Status status,
             const Job& job, const Progress& progress) {
  const double wall = progress.seconds();
  if (!status.ok && status.reason.find(" died") != std::string::npos)
    status.reason += signal_in(job.output());
  const bool told = write_summary(prepared, folder, status, wall);
  sound_recordings(folder);  // closes what a killed recorder left open
  const auto shown = std::filesystem::proximate(folder).string();
  if (status.ok) {
    fmt::print("{}: done, {:g} ms in {:.1f} s; results in {}{}\n", prepared.run.name,
               to_ms(prepared.run.stop), wall, shown, told ? "" : ", but for summary.json");
    return told ? 0 : 1;
  }
  std::fflush(stdout);
  show_failure(status, job, folder);
  if (status.fault == Fault::interrupted)
    fmt::print(stderr, "{}: {}; results so far in {}\n", prepared.run.name, status.reason, shown);
  else
    fmt::print(stderr, "{}: {}; logs in {}/log\n", prepared.run.name, status.reason, shown);
  return exit_code(status.fault);
}

/// Reads the run; where players are to stand by for what may be lost, with those. `place` is where
/// programs that are started may find themselves.
Prepared prepare_all(const config::RunInput& input, const std::filesystem::path& place,
                     Duration recorder_step) {
  auto prepared = prepare(input, recorder_step);
  if (!prepared.problems.ok() || !lacks_stand_ins(prepared.run)) return prepared;
  const auto file = place / "run.yaml";
  try {
    std::ofstream{file} << with_stand_ins(prepared);
    return prepare({{file}, {}, input.cwd}, recorder_step);
  } catch (const Error& e) {
    prepared.problems.add(config::problems_of(e));
    return prepared;
  }
}

/// Where a run that failed goes on by itself: its last checkpoint, or the one that it came from,
/// if it lost a module that it is to wait for.
std::optional<Checkpoint> way_back(const Prepared& prepared, const control::Status& status,
                                   const std::filesystem::path& folder,
                                   const std::optional<Checkpoint>& origin) {
  const auto module = status.culprit.substr(0, status.culprit.find(" rank "));
  for (std::uint32_t m = 0; m < prepared.run.modules.size(); ++m) {
    if (status.ok || prepared.run.modules[m].name != module ||
        config::loss_of(prepared.run, m) != OnLoss::wait)
      continue;
    try {
      return find_checkpoint(folder);
    } catch (const Error&) {
      return origin;
    }
  }
  return std::nullopt;
}

/// That a file is what a run wrote when it was steered; the broker reads it closely.
void check_steering(const std::filesystem::path& log) {
  std::ifstream in{log};
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    if (!entry.is_object() || !entry.contains("at") || !entry.contains("do"))
      throw Error{Fault::usage,
                  "--steer {0}: line {1} is not of a log of steering; it takes the steering.jsonl "
                  "of a run folder",
                  log.string(), number};
  }
}

/// One run, from reading its file to its last line; `back`: where it can go on if it ended badly.
int run_once(const RunOptions& options, std::optional<Checkpoint>& back) {
  auto input = options.input;
  std::optional<Checkpoint> checkpoint;
  if (!options.resume.empty()) checkpoint = find_checkpoint(options.resume);
  if (checkpoint && input.files.empty()) input.files = {checkpoint->run_folder / "run.yaml"};
  if (!options.steer.empty()) check_steering(options.steer);
  const PrivateFolder sockets{"/tmp"};
  auto prepared =
      prepare_all(input, sockets.path(), checkpoint ? checkpoint->recorder_step : Duration{});
  if (checkpoint) check_resumed(prepared.run, *checkpoint, prepared.problems);
  if (!report(prepared.problems)) return exit_code(Fault::config);
  if (checkpoint) {
    fmt::print("goes on from {}, at {}\n", std::filesystem::proximate(checkpoint->folder).string(),
               checkpoint->at);
    std::fflush(stdout);
  }
  for (const int number : {SIGINT, SIGTERM, SIGHUP})
    std::signal(number, [](int) { interrupts = interrupts + 1; });
  const auto folder = make_run_folder(options.results, prepared.run.name);
  if (options.folder != nullptr) *options.folder = folder;
  const PrivateFolder shared{std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp"};
  const auto info = write_run_folder(prepared, folder, sockets.path(), checkpoint);
  if (!options.steer.empty())
    std::filesystem::copy_file(options.steer, folder / "control" / "steering.jsonl");
  Progress progress{prepared.run.name, options.quiet};
  control::Status status;
  std::optional<ViewerBeside> viewer;
  if (options.view) viewer.emplace(folder);
  Job job{prepared, info, sockets.path(), shared.path()};
  {
    Watch watch{info};
    status = follow(watch, job, progress);
  }
  job.wait(6);
  progress.finish();
  back = way_back(prepared, status, folder, checkpoint);
  const int code = conclude(prepared, folder, std::move(status), job, progress);
  if (viewer) viewer->stay([] { return interrupts > 0; });
  return code;
}

}  // namespace

int execute(const RunOptions& options) {
  constexpr int most_tries = 3;  // from one checkpoint
  auto next = options;
  std::optional<Time> before;
  for (int tries = 1;;) {
    std::optional<Checkpoint> back;
    const int code = run_once(next, back);
    if (!back) return code;
    tries = before == back->at ? tries + 1 : 1;
    if (tries > most_tries) {
      fmt::print(stderr, "failed {} times after the checkpoint at {}\n", most_tries, back->at);
      return code;
    }
    fmt::print("goes back to {}\n", std::filesystem::proximate(back->folder).string());
    before = back->at;
    next.resume = back->folder;
    next.steer.clear();
  }
}

}  // namespace tutti::cli
