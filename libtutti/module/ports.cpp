// SPDX-License-Identifier: MIT
#include "tutti/ports.hpp"

#include <algorithm>
#include <iterator>

#include "runtime.hpp"
#include "tutti/error.hpp"

namespace tutti {
namespace module {
namespace {

void want(InputState& input, Elements elements) { input.wanted = std::move(elements); }

}  // namespace

void SpikeInputState::close(Window window) {
  if (taken) return;
  steered.due(window.begin);
  runtime.hear(*this);
  pieces.clear();
  for (auto& ear : own_ears) ear->take(window, pieces);
}

/// Spikes that people sent come after others of the same instant and element.
Spikes SpikeInputState::add_steered(const Spikes& spikes) {
  const Time begin = runtime.window().begin;
  const auto sent = spikes_of(steered.due(begin), wanted.value_or(Elements{}), begin);
  if (sent.empty()) return spikes;
  with_steered.clear();
  std::merge(spikes.begin(), spikes.end(), sent.begin(), sent.end(),
             std::back_inserter(with_steered), [](const Spike& a, const Spike& b) {
               return std::pair{a.time, a.element} < std::pair{b.time, b.element};
             });
  return Spikes{with_steered};
}

Ear& SignalInputState::make_ear(const control::Connection& c, Extent, Time cut) {
  Elements mine = *wanted;
  for (const auto& received : tables)
    if (received.connection == c.id) {
      Elements offered;
      for (const auto& part : received.parts) offered = united(offered, part.ids);
      mine = intersection(offered, *wanted);
    }
  parts.push_back(projection ? Elements::range(0, projection->rows) : mine);
  auto& ear = keep(std::make_unique<SignalEar>(c, port.take == Take::all ? mine : *wanted, cut));
  if (projection) ear.project(projection->fraction_bits, projected_initial(c, mine));
  return ear;
}

void SignalInputState::open(Window) {
  taken = false;
  samples.clear();
}

void SignalInputState::close(Window window) {
  if (taken || window.empty()) return;
  runtime.hear(*this);
  for (auto& ear : own_ears) ear->forget(window.begin - ear->connection().delay);
}

void MessageInputState::close(Window window) {
  if (taken) return;
  steered.due(window.begin);
  runtime.hear(*this);
  for (auto& ear : own_ears) ear->take(window);
}

}  // namespace module

SpikeInput::SpikeInput(std::unique_ptr<module::SpikeInputState> state) : state_{std::move(state)} {}
SpikeInput::~SpikeInput() = default;
const std::string& SpikeInput::name() const { return state_->port.name; }
bool SpikeInput::connected() const {
  state_->runtime.match();
  return !state_->connections.empty();
}
const ElementTable& SpikeInput::elements() { return state_->runtime.elements(*state_); }
void SpikeInput::want(Elements elements) { module::want(*state_, std::move(elements)); }

Spikes SpikeInput::take() {
  if (state_->taken) return {};
  state_->runtime.hear(*state_);
  state_->taken = true;
  state_->pieces.clear();
  for (auto& ear : state_->own_ears) ear->take(state_->runtime.window(), state_->pieces);
  const auto spikes = state_->merger.merge(state_->pieces);
  if (!state_->steered.any()) return spikes;
  return state_->add_steered(spikes);
}

SignalInput::SignalInput(std::unique_ptr<module::SignalInputState> state)
    : state_{std::move(state)} {}
SignalInput::~SignalInput() = default;
const std::string& SignalInput::name() const { return state_->port.name; }
bool SignalInput::connected() const {
  state_->runtime.match();
  return !state_->connections.empty();
}
const ElementTable& SignalInput::elements() { return state_->runtime.elements(*state_); }
void SignalInput::want(Elements elements) { module::want(*state_, std::move(elements)); }
Duration SignalInput::step() const {
  state_->runtime.match();
  Duration shortest{};
  for (const auto& c : state_->connections)
    if (shortest == Duration{} || c.source_step < shortest) shortest = c.source_step;
  return shortest;
}
void SignalInput::rest(std::vector<double> values) { state_->rest = std::move(values); }
bool SignalInput::in_use() const { return !state_->connections.empty() || state_->steered.any(); }
const Elements& SignalInput::wanted() {
  if (!state_->wanted) state_->wanted = elements().ids;
  return *state_->wanted;
}

std::span<const double> SignalInput::at(Time t) {
  auto& s = *state_;
  if (s.port.take == Take::all || t != s.runtime.window().begin)
    throw Error{Fault::protocol,
                "{}: at({}) in the window that begins at {}{}",
                s.port.name,
                t,
                s.runtime.window().begin,
                s.port.take == Take::all ? ", on an input that takes all samples" : ""};
  s.runtime.hear(s);
  s.taken = true;
  if (s.steered.any()) s.steered.hold(t);
  const bool steered = s.steered.any();
  if (s.own_ears.size() == 1 && !steered)
    if (const auto whole = s.own_ears.front()->borrow(t);
        !whole.empty() && (s.rest.empty() || whole.size() == s.wanted->size()))
      return whole;
  if (s.projection)
    s.values.assign(s.projection->rows, 0.0);
  else if (s.rest.size() == 1)
    s.values.assign(s.wanted->size(), s.rest.front());
  else if (!s.rest.empty())
    s.values = s.rest;
  else
    s.values.resize(s.wanted ? s.wanted->size() : 0);
  for (auto& ear : s.own_ears) ear->read(t, s.values);
  if (steered) s.steered.apply(*s.wanted, s.values);
  return s.values;
}

std::span<const Sample> SignalInput::all() {
  auto& s = *state_;
  if (s.port.take != Take::all)
    throw Error{Fault::protocol, "{}: all() on an input that takes one sample", s.port.name};
  if (s.taken) return s.samples;
  s.runtime.hear(s);
  s.taken = true;
  if (s.steered.any()) s.steered.hold(s.runtime.window().begin);
  struct Piece {
    Time arrival, sent;
    std::size_t ear, first;
  };
  std::vector<Piece> pieces;
  std::size_t total = 0;
  for (std::size_t e = 0; e < s.own_ears.size(); ++e)
    for (const Time sent : s.own_ears[e]->sample_times(s.runtime.window().begin)) {
      if (s.own_ears[e]->mute(sent)) {
        s.own_ears[e]->forget(sent);
        continue;
      }
      pieces.push_back({sent + s.connections[e].delay, sent, e, total});
      total += s.parts[e].size();
    }
  s.values.resize(total);
  for (const auto& piece : pieces) {
    const std::span values = std::span{s.values}.subspan(piece.first, s.parts[piece.ear].size());
    s.own_ears[piece.ear]->sample(piece.sent, values);
    if (const double scale = s.connections[piece.ear].scale; scale != 1.0 && !s.projection)
      for (double& value : values) value *= scale;
    if (s.steered.any()) s.steered.apply(s.parts[piece.ear], values);
    s.own_ears[piece.ear]->forget(piece.sent);
  }
  std::ranges::stable_sort(pieces, {}, &Piece::arrival);
  for (const auto& piece : pieces)
    s.samples.push_back({piece.arrival, &s.parts[piece.ear],
                         std::span{s.values}.subspan(piece.first, s.parts[piece.ear].size())});
  return s.samples;
}

MessageInput::MessageInput(std::unique_ptr<module::MessageInputState> state)
    : state_{std::move(state)} {}
MessageInput::~MessageInput() = default;
const std::string& MessageInput::name() const { return state_->port.name; }
bool MessageInput::connected() const {
  state_->runtime.match();
  return !state_->connections.empty();
}

std::vector<Message> MessageInput::take() {
  auto& s = *state_;
  std::vector<Message> messages;
  if (s.taken) return messages;
  s.runtime.hear(s);
  s.taken = true;
  for (auto& ear : s.own_ears)
    for (auto& letter : ear->take(s.runtime.window()))
      messages.push_back({letter.arrival, ear->connection().from(), letter.source_rank,
                          std::move(letter.media_type), std::move(letter.bytes)});
  const Time begin = s.runtime.window().begin;
  for (auto& inject : s.steered.due(begin))
    messages.push_back({begin + Duration{1}, "steering", 0, std::move(inject.what.media_type),
                        std::move(inject.what.message)});
  std::ranges::stable_sort(messages, [](const Message& a, const Message& b) {
    return std::tie(a.arrival, a.from, a.source_rank) < std::tie(b.arrival, b.from, b.source_rank);
  });
  return messages;
}

SpikeOutput::SpikeOutput(std::unique_ptr<module::SpikeOutputState> state)
    : state_{std::move(state)}, desk_{&state_->out.desk()} {}
SpikeOutput::~SpikeOutput() = default;
const std::string& SpikeOutput::name() const { return state_->port.name; }
bool SpikeOutput::connected() const {
  state_->runtime.match();
  return !state_->connections.empty();
}
void SpikeOutput::offer(ElementTable mine) { state_->runtime.offer(*state_, std::move(mine)); }
void SpikeOutput::send_with_care(std::uint64_t element, Time t, double weight) {
  state_->out.send(element, t, weight);
}

SignalOutput::SignalOutput(std::unique_ptr<module::SignalOutputState> state)
    : state_{std::move(state)} {}
SignalOutput::~SignalOutput() = default;
const std::string& SignalOutput::name() const { return state_->port.name; }
bool SignalOutput::connected() const {
  state_->runtime.match();
  return !state_->connections.empty();
}
void SignalOutput::offer(ElementTable mine) { state_->runtime.offer(*state_, std::move(mine)); }
bool SignalOutput::in_use() const {
  return !state_->connections.empty() || !state_->out.taps().empty();
}
void SignalOutput::put(Time t, std::span<const double> sample) {
  state_->runtime.put(*state_, t, sample, module::SampleForm::whole);
}
bool SignalOutput::wanted(Time t) const { return state_->out.wanted(t); }
void SignalOutput::skip(Time t) {
  if (wanted(t))
    throw Error{Fault::protocol, "{}: the sample at {} was passed over, but it is read", name(), t};
  state_->runtime.put(*state_, t, {}, module::SampleForm::none);
}
std::span<const SignalOutput::Run> SignalOutput::draft(Time t) { return state_->out.draft(t); }
bool SignalOutput::put_draft(Time t) {
  if (!state_->out.drafted(t)) return false;
  state_->runtime.put(*state_, t, {}, module::SampleForm::draft);
  return true;
}

MessageOutput::MessageOutput(std::unique_ptr<module::MessageOutputState> state)
    : state_{std::move(state)} {}
MessageOutput::~MessageOutput() = default;
const std::string& MessageOutput::name() const { return state_->port.name; }
bool MessageOutput::connected() const {
  state_->runtime.match();
  return !state_->connections.empty();
}
void MessageOutput::send(Time t, std::string_view media_type, std::span<const std::byte> bytes) {
  state_->out.send(t, media_type, bytes);
}

}  // namespace tutti
