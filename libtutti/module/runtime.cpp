// SPDX-License-Identifier: MIT
#include "runtime.hpp"

#include <algorithm>

#include "tutti/error.hpp"

namespace tutti::module {

Runtime::Runtime(std::string name, config::Node model, Duration step)
    : name_{std::move(name)}, model_{std::move(model)}, step_{step} {}

Runtime::Runtime(control::RunInfo info, std::uint32_t number, config::Node model, Session& session,
                 transport::MpiWorld* mpi)
    : info_{std::move(info)},
      number_{number},
      name_{info_.members.at(number).name},
      model_{std::move(model)},
      step_{info_.members[number].step},
      session_{&session},
      mpi_{mpi} {
  const auto& member = info_.members[number];
  ranks_.count = static_cast<int>(member.ranks);
  if (mpi_ != nullptr) {
    ranks_.rank = mpi_->rank() - member.first_world_rank;
    mpi_->make_local(member.first_world_rank, ranks_.count);
  }
  channels_ =
      std::make_unique<Channels>(info_, number, static_cast<std::uint32_t>(ranks_.rank), mpi_);
  waiter_ = std::make_unique<Waiter>(session, member.spin_us, *channels_);
  waiter_->on_losses([this] { take_losses(); });
  session_->wake_main_by([bell = &channels_->bell()] { bell->ring(); });
  end_ = plan::down(time_zero + info_.stop, step_);
  clock_ = info_.cut;
  session.pulse().clock.store(ticks(clock_), std::memory_order_relaxed);
}

Runtime::~Runtime() {
  if (session_ == nullptr) return;
  session_->wake_main_by({});
  session_->taps().close();
}

void Runtime::say(std::string line) {
  if (session_ != nullptr) session_->say(std::move(line));
}

void Runtime::declare(const PortDescription& description) {
  if (matched_)
    throw Error{Fault::protocol, "{}.{}: a port that is declared after the run was joined", name_,
                description.name};
  for (const auto& other : descriptions())
    if (other.name == description.name)
      throw Error{Fault::protocol, "{}.{} is declared twice", name_, description.name};
}

namespace {

PortDescription described(std::string name, Direction direction, PortKind kind, std::string doc) {
  PortDescription port;
  port.name = std::move(name);
  port.direction = direction;
  port.kind = kind;
  port.doc = std::move(doc);
  return port;
}

}  // namespace

SpikeInput& Runtime::spike_input(std::string name, SpikeInputOptions options) {
  auto port = described(std::move(name), Direction::in, PortKind::spikes, std::move(options.doc));
  port.optional = options.optional;
  port.element = std::move(options.element);
  declare(port);
  auto state = std::make_unique<SpikeInputState>(*this, std::move(port));
  inputs_.push_back(state.get());
  return spike_inputs_.emplace_back(std::move(state));
}

SignalInput& Runtime::signal_input(std::string name, SignalInputOptions options) {
  auto port = described(std::move(name), Direction::in, PortKind::signal, std::move(options.doc));
  port.optional = options.optional;
  port.unit = std::move(options.unit);
  port.element = std::move(options.element);
  port.take = options.take;
  declare(port);
  auto state = std::make_unique<SignalInputState>(*this, std::move(port));
  inputs_.push_back(state.get());
  return signal_inputs_.emplace_back(std::move(state));
}

MessageInput& Runtime::message_input(std::string name, MessageInputOptions options) {
  auto port = described(std::move(name), Direction::in, PortKind::message, std::move(options.doc));
  port.optional = options.optional;
  declare(port);
  auto state = std::make_unique<MessageInputState>(*this, std::move(port));
  inputs_.push_back(state.get());
  return message_inputs_.emplace_back(std::move(state));
}

SpikeOutput& Runtime::spike_output(std::string name, SpikeOutputOptions options) {
  auto port = described(std::move(name), Direction::out, PortKind::spikes, std::move(options.doc));
  port.weighted = options.weighted;
  port.element = std::move(options.element);
  declare(port);
  auto state = std::make_unique<SpikeOutputState>(*this, port, info_.hash_bin);
  outputs_.push_back(state.get());
  return spike_outputs_.emplace_back(std::move(state));
}

SignalOutput& Runtime::signal_output(std::string name, SignalOutputOptions options) {
  auto port = described(std::move(name), Direction::out, PortKind::signal, std::move(options.doc));
  port.unit = std::move(options.unit);
  port.element = std::move(options.element);
  port.mean = options.mean, port.direct = options.direct, port.single = options.single;
  declare(port);
  auto state = std::make_unique<SignalOutputState>(*this, port, info_.hash_bin, step_);
  outputs_.push_back(state.get());
  return signal_outputs_.emplace_back(std::move(state));
}

MessageOutput& Runtime::message_output(std::string name, MessageOutputOptions options) {
  auto port = described(std::move(name), Direction::out, PortKind::message, std::move(options.doc));
  declare(port);
  auto state = std::make_unique<MessageOutputState>(*this, port, info_.hash_bin);
  outputs_.push_back(state.get());
  return message_outputs_.emplace_back(std::move(state));
}

std::vector<PortDescription> Runtime::descriptions() const {
  std::vector<PortDescription> all;
  for (const auto* input : inputs_) all.push_back(input->port);
  for (const auto* output : outputs_) {
    all.push_back(output->port);
    if (output->offered) all.back().elements = output->offered->ids.size();
  }
  return all;
}

std::vector<std::pair<std::string, std::uint64_t>> Runtime::offered() const {
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  for (const auto* output : outputs_)
    if (output->offered) counts.emplace_back(output->port.name, output->offered->ids.size());
  return counts;
}

// ---- windows
// -------------------------------------------------------------------------------------

/// Modules that the run goes on without are neither waited for nor spoken to.
void Runtime::take_losses() {
  for (const auto& module : session_->losses()) {
    for (auto* input : inputs_)
      for (auto* ear : input->ears)
        if (ear->connection().from_module == module) ear->lose();
    for (auto* output : outputs_)
      for (auto& lane : output->outlet().lanes())
        if (lane.connection().to_module == module) lane.lose();
  }
}

void Runtime::hear(InputState& input) {
  for (auto* ear : input.ears)
    waiter_->until([&] { return ear->heard(clock_); },
                   [&] {
                     const auto* voice = ear->behind(clock_);
                     return WaitReason{true, ear->connection().id, voice ? voice->rank : 0,
                                       ear->needed(clock_), ear->connection().from()};
                   },
                   [&] {
                     const auto* voice = ear->behind(clock_);
                     return voice != nullptr && voice->receiver->nap();
                   });
}

void Runtime::hold(Outlet& outlet, Time t) {
  for (auto& lane : outlet.lanes()) {
    if (lane.connection().credits == 0 || !lane.ends_at(t)) continue;
    const Time entered = t - step_;
    if (entered < time_zero) continue;
    waiter_->until([&] { return lane.may_enter(entered); },
                   [&] {
                     return WaitReason{false,
                                       lane.connection().id,
                                       lane.target_rank(),
                                       t,
                                       fmt::format("{} rank {} to make room",
                                                   lane.connection().to_module, lane.target_rank()),
                                       true};
                   },
                   [&] { return lane.nap(); });
  }
}

void Runtime::check_samples() const {
  for (const auto* output : outputs_) {
    if (output->port.kind != PortKind::signal || output->connections.empty()) continue;
    const auto due = static_cast<const SignalOutputState*>(output)->out.due();
    if (due <= window_.begin)
      throw Error{Fault::protocol, "{}.{}: the window at {} was left without the sample for {}",
                  name_,           output->port.name,
                  window_.begin,   due};
  }
}

void Runtime::put(SignalOutputState& output, Time t, std::span<const double> sample,
                  SampleForm form) {
  hold(output.out, t);
  if (!tracer_) return output.out.put(t, sample, form);
  const auto begin = Tracer::now();
  output.out.put(t, sample, form);
  const auto number = std::ranges::find(outputs_, &output) - outputs_.begin();
  tracer_->add(Tracer::Kind::send, begin, t, static_cast<std::uint32_t>(number));
}

void Runtime::leave_window() {
  check_samples();
  for (auto* input : inputs_) input->close(window_);
  clock_ = window_.end;
  session_->pulse().clock.store(ticks(clock_), std::memory_order_relaxed);
  for (std::size_t k = 0; k < outputs_.size(); ++k) {
    auto& outlet = outputs_[k]->outlet();
    if (outlet.port().kind == PortKind::signal) continue;  // put() sends these
    hold(outlet, clock_);
    const auto begin = tracer_ ? Tracer::now() : 0;
    outlet.reach(clock_);
    if (tracer_ && !outlet.lanes().empty())
      tracer_->add(Tracer::Kind::send, begin, window_.begin, static_cast<std::uint32_t>(k));
  }
  for (auto* input : inputs_)
    for (auto* ear : input->ears) ear->release(clock_, false);
}

std::optional<Window> Runtime::next_window() {
  if (session_ == nullptr) throw Described{};
  if (finished_) return std::nullopt;
  if (tracer_) tracer_->add(Tracer::Kind::compute, computing_since_ns_, window_.begin);
  if (!started_) {
    start();
    if (!info_.resume.empty()) restore();
    open_taps();
    if (info_.trace) start_trace();
  } else {
    if (window_.empty()) {
      check_samples();
      finished_ = true;
      return std::nullopt;
    }
    leave_window();
  }
  session_->check();
  if (session_->losing()) [[unlikely]]
    take_losses();
  if (!save_orders_.empty() && clock_ == save_orders_.front().at) save();
  window_ = {clock_, std::min(clock_ + step_, end_)};
  if (window_.end > renew_at_) ask_for_lease();
  if (!window_.empty())
    waiter_->until([&] { return session_->lease() >= window_.end; },
                   [&] {
                     return WaitReason{false, 0, 0, window_.end, "leave to go on"};
                   });
  session_->taps().settle(clock_);
  if (session_->steered()) [[unlikely]]
    take_steering();
  if (session_->save_ordered()) [[unlikely]]
    take_save_orders();
  if (!save_orders_.empty()) remember_for_save();
  for (auto* input : inputs_) input->open(window_);
  for (auto* output : outputs_) output->open(window_);
  if (tracer_) computing_since_ns_ = Tracer::now();
  return window_;
}

/// Half of the lease is used up: tells the broker now, not at the next pulse, so that the next one
/// is here long before it is needed.
void Runtime::ask_for_lease() {
  const Time lease = session_->lease();
  if (lease >= window_.end && lease != asked_at_) {
    renew_at_ = clock_ + (lease - clock_) / 2;
    asked_at_ = lease;
    if (window_.end <= renew_at_) return;
  }
  session_->hurry();
}

control::Done Runtime::farewell() {
  control::Done done;
  done.clock = clock_;
  for (auto* output : outputs_)
    if (!output->connections.empty() && output->outlet().hashed())
      done.hashes.push_back({output->port.name, output->outlet().hash().bins()});
  for (auto* output : outputs_)
    for (const auto& lane : output->outlet().lanes())
      done.frames += lane.frames(), done.bytes += lane.bytes();
  done.wait_seconds = 1e-9 * static_cast<double>(session_->pulse().waited_ns.load());
  return done;
}

bool Runtime::flushed() {
  for (auto* output : outputs_)
    for (auto& lane : output->outlet().lanes())
      if (!lane.flushed() || !lane.target_done()) return false;
  for (auto* input : inputs_)
    for (auto* ear : input->ears)
      if (!ear->flushed()) return false;
  return true;
}

/// Everybody is done, so everybody has had what he needs.
void Runtime::dismiss() {
  for (auto* output : outputs_)
    for (auto& lane : output->outlet().lanes()) lane.dismiss();
}

void Runtime::finish() {
  if (session_ == nullptr) return;
  if (!started_) {  // a body that never asked for a window: it still has to be known
    match();
    throw Error{Fault::protocol, "{} left without a single window of the run", name_};
  }
  if (!finished_)
    throw Error{Fault::protocol, "{} left at {}, before the run's end at {}", name_, clock_, end_};
  for (auto* input : inputs_)
    for (auto* ear : input->ears) ear->release(clock_, true);
  session_->send(farewell());
  session_->pulse().activity.store(control::Activity::done, std::memory_order_relaxed);
  bool dismissed = false;
  waiter_->until(
      [&] {
        while (auto message = session_->poll())
          if (std::holds_alternative<control::Bye>(*message)) dismissed = true, dismiss();
        return flushed() && dismissed;
      },
      [&] {
        return WaitReason{false, 0, 0, clock_, "the others to end"};
      });
}

}  // namespace tutti::module
