// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/element_table.hpp"
#include "tutti/port.hpp"
#include "tutti/projection.hpp"
#include "tutti/spike_desk.hpp"
#include "tutti/spikes.hpp"
#include "tutti/time.hpp"

/// A module's ports at work. Made by Module, borrowed by the module's body. Every call that needs
/// another process waits for it as the plan says, and throws Error{peer}, {deadline} or {lost}
/// where that process will never answer. One thread only.
namespace tutti {

namespace module {
struct SpikeInputState;
struct SignalInputState;
struct MessageInputState;
struct SpikeOutputState;
struct SignalOutputState;
struct MessageOutputState;
}  // namespace module

class SpikeInput {
 public:
  explicit SpikeInput(std::unique_ptr<module::SpikeInputState> state);
  ~SpikeInput();
  const std::string& name() const;
  bool connected() const;
  /// All elements of all sources, ascending, in this input's numbers (`offset:` added). Waits until
  /// the sources have told.
  const ElementTable& elements();
  /// Which of them this rank takes; everything where it is not called. Before the first window.
  void want(Elements elements);
  /// What arrives in the open window, by (arrival, element, order sent); once per window. Valid
  /// until the next call or window.
  Spikes take();

 private:
  std::unique_ptr<module::SpikeInputState> state_;
};

/// One instant of one source as an input with Take::all sees it.
struct Sample {
  Time arrival;                    ///< The source's instant plus the delay.
  const Elements* elements;        ///< Ascending; the ones of this source that are wanted.
  std::span<const double> values;  ///< In this input's unit.
};

class SignalInput {
 public:
  explicit SignalInput(std::unique_ptr<module::SignalInputState> state);
  ~SignalInput();
  const std::string& name() const;
  bool connected() const;
  /// As SpikeInput::elements.
  const ElementTable& elements();
  void want(Elements elements);
  /// Time between samples: the source's step, the shortest where there are several; 0 without one.
  Duration step() const;
  /// Has the sources multiply the wanted elements by a matrix before they send: from then on at()
  /// and all() give its rows in place of elements (numbered from 0), sources added up. Before the
  /// first window and after want(). Throws Error{protocol} where sizes do not fit.
  void project(Projection projection);
  /// What at() gives for wanted elements that no source has: one value for each, or one for all.
  /// People may then steer the port though nobody is connected. After want(), before the first
  /// window.
  void rest(std::vector<double> values);
  /// Somebody says something: a connection, or people just now. Where nobody does and the input
  /// rests, at() gives nothing new and may be left out.
  bool in_use() const;
  /// The wanted elements, ascending.
  const Elements& wanted();
  /// latest, linear: the value of each wanted element at `t`, in this input's unit. Requires
  /// t == begin of the open window. Valid until the next call.
  std::span<const double> at(Time t);
  /// all: the samples that arrived in the window that ended at the open one's begin, by (arrival,
  /// connection). Valid until the next call.
  std::span<const Sample> all();

 private:
  std::unique_ptr<module::SignalInputState> state_;
};

/// A message as its target sees it. Every rank of the target takes every message.
struct Message {
  Time arrival;
  std::string from;  ///< "module.port"
  std::uint32_t source_rank = 0;
  std::string media_type;
  std::vector<std::byte> bytes;
};

class MessageInput {
 public:
  explicit MessageInput(std::unique_ptr<module::MessageInputState> state);
  ~MessageInput();
  const std::string& name() const;
  bool connected() const;
  /// What arrives in the open window, by (arrival, source port, source rank, order sent).
  std::vector<Message> take();

 private:
  std::unique_ptr<module::MessageInputState> state_;
};

class SpikeOutput {
 public:
  explicit SpikeOutput(std::unique_ptr<module::SpikeOutputState> state);
  ~SpikeOutput();
  const std::string& name() const;
  bool connected() const;
  /// The elements of this rank. Once, before the first window, connected or not.
  void offer(ElementTable mine);
  /// A spike in the open window; a time that rounding alone put outside is moved inside, anything
  /// further off is Error{protocol}, as is an element that was not offered.
  void send(std::uint64_t element, Time t, double weight = 1.0) {
    if (!desk_->write(element, t)) send_with_care(element, t, weight);
  }

 private:
  void send_with_care(std::uint64_t element, Time t, double weight);

  std::unique_ptr<module::SpikeOutputState> state_;
  module::SpikeDesk* desk_;
};

class SignalOutput {
 public:
  explicit SignalOutput(std::unique_ptr<module::SignalOutputState> state);
  ~SignalOutput();
  const std::string& name() const;
  bool connected() const;
  void offer(ElementTable mine);
  /// Somebody takes the next sample: a connection, or an observer just now. Where nobody does, it
  /// may be left out.
  bool in_use() const;
  /// The sample at `t`, one value per offered element, ascending. Copied. Exactly once for every
  /// multiple of the step, in order: a plain sample before signals are read at `t`, a direct one
  /// after.
  void put(Time t, std::span<const double> sample);

  /// Whether anybody reads the sample at `t`: a probe with a coarser step does not read all. One
  /// that nobody reads may be passed over with skip().
  bool wanted(Time t) const;
  void skip(Time t);

  /// Values of elements that follow each other: from number `first` of a sample on, `count` of
  /// them.
  struct Run {
    std::size_t first, count;
    float* to;  ///< Where they may be written.
  };
  /// Where the next sample, the one at `t`, may be written as soon as it is known, in float32, run
  /// by run and by any threads. Nowhere, if somebody takes the elements themselves; else they only
  /// travel as sums (tutti/projection.hpp), and these are the places where they are multiplied.
  /// Every run must be written, or the sample be put().
  std::span<const Run> draft(Time t);
  /// Puts the sample at `t` as it was written. False if that is not enough, since an observer came:
  /// then the whole sample must be put().
  bool put_draft(Time t);

 private:
  std::unique_ptr<module::SignalOutputState> state_;
};

class MessageOutput {
 public:
  explicit MessageOutput(std::unique_ptr<module::MessageOutputState> state);
  ~MessageOutput();
  const std::string& name() const;
  bool connected() const;
  /// A message at an instant of the open window.
  void send(Time t, std::string_view media_type, std::span<const std::byte> bytes);

 private:
  std::unique_ptr<module::MessageOutputState> state_;
};

}  // namespace tutti
