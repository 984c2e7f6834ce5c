// SPDX-License-Identifier: MIT
#pragma once
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../transport/mpi_world.hpp"
#include "channels.hpp"
#include "port_states.hpp"
#include "session.hpp"
#include "tutti/config/node.hpp"
#include "tutti/control/run_info.hpp"
#include "tutti/module.hpp"
#include "waiter.hpp"

namespace tutti::module {

/// Thrown (and caught in run) where a body that is only described would have to join.
struct Described {};

/// One process of a run from declaring ports to the last window. In describe mode there is no
/// session, and the first call that needs one throws Described.
class Runtime {
 public:
  /// For `--describe`: the ports that the model leads to, nothing else.
  Runtime(std::string name, config::Node model, Duration step);
  /// For a run: `number` is the module's place in the run file.
  Runtime(control::RunInfo info, std::uint32_t number, config::Node model, Session& session,
          transport::MpiWorld* mpi);

  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const std::string& name() const { return name_; }
  const config::Node& model() const { return model_; }
  const control::RunInfo& info() const { return info_; }
  Duration step() const { return step_; }
  Ranks ranks() const { return ranks_; }
  Time clock() const { return clock_; }
  const std::string& summary() const { return summary_; }
  void summarise(std::string text) { summary_ = std::move(text); }
  const config::Problems& doubts() const { return doubts_; }
  void warn(const config::Problems& doubts) { doubts_.add(doubts); }
  void say(std::string line);

  SpikeInput& spike_input(std::string name, SpikeInputOptions options);
  SignalInput& signal_input(std::string name, SignalInputOptions options);
  MessageInput& message_input(std::string name, MessageInputOptions options);
  SpikeOutput& spike_output(std::string name, SpikeOutputOptions options);
  SignalOutput& signal_output(std::string name, SignalOutputOptions options);
  MessageOutput& message_output(std::string name, MessageOutputOptions options);

  std::vector<PortDescription> descriptions() const;
  /// Counts of offered elements by port, for `--describe`.
  std::vector<std::pair<std::string, std::uint64_t>> offered() const;

  /// Phase one of joining: tells the ports, learns the connections.
  void match();
  void offer(OutputState& output, ElementTable table);
  const ElementTable& elements(InputState& input);
  void keep(std::function<void(State&)> visit);
  std::optional<Window> next_window();
  /// Waits until every source of an input has spoken as the open window needs.
  void hear(InputState& input);
  /// A sample goes out, once credits allow it.
  void put(SignalOutputState& output, Time t, std::span<const double> sample, SampleForm form);
  /// Waits until credits allow the frames that end at `t` to go.
  void hold(Outlet& outlet, Time t);
  const Window& window() const { return window_; }
  std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine);

  /// Says goodbye after the last window and waits until all may leave.
  void finish();

 private:
  void declare(const PortDescription& description);
  template <typename T>
  T expect(const std::string& what);
  void take_table(control::Table&& table);
  void tell_wants();
  void start();
  void settle_channels(const control::Start& start);
  /// The pieces of the matrix that a rank of a connection's target sent us.
  std::vector<control::Projection> matrix_for(const control::Connection& c,
                                              std::uint32_t target) const;
  void connect_outputs(const control::Start& start);
  void connect_inputs(const control::Start& start);
  void start_trace();
  void open_taps();
  void take_steering();
  void take_save_orders();
  void remember_for_save();
  void take_losses();
  void save();
  void restore();
  void leave_window();
  void check_samples() const;
  void ask_for_lease();
  control::Done farewell();
  bool flushed();
  void dismiss();

  control::RunInfo info_;
  std::uint32_t number_ = 0;
  std::string name_, summary_;
  config::Problems doubts_;
  config::Node model_;
  Duration step_{1};
  Ranks ranks_;
  Session* session_ = nullptr;
  transport::MpiWorld* mpi_ = nullptr;
  std::unique_ptr<Channels> channels_;
  std::unique_ptr<Tracer> tracer_;
  std::int64_t computing_since_ns_ = 0;
  std::unique_ptr<Waiter> waiter_;
  std::deque<SpikeInput> spike_inputs_;
  std::deque<SignalInput> signal_inputs_;
  std::deque<MessageInput> message_inputs_;
  std::deque<SpikeOutput> spike_outputs_;
  std::deque<SignalOutput> signal_outputs_;
  std::deque<MessageOutput> message_outputs_;
  std::vector<InputState*> inputs_;  // the states behind all of these, in the order declared
  std::vector<OutputState*> outputs_;
  std::function<void(State&)> keeper_;
  bool keeps_ = false;
  std::deque<control::Save> save_orders_;         // not reached yet, by time
  bool remembering_ = false;                      // for the first of them
  std::vector<control::Projection> projections_;  // from our targets, until lanes are made
  bool matched_ = false, started_ = false, finished_ = false;
  Time clock_{}, end_{};
  Time renew_at_{}, asked_at_{};
  Window window_{};
};

}  // namespace tutti::module
