// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "../transport/channel.hpp"
#include "../transport/frame.hpp"
#include "../transport/index_map.hpp"
#include "lane.hpp"
#include "tutti/elements.hpp"
#include "tutti/port.hpp"
#include "tutti/spikes.hpp"

/// The target side of ports at run time: frames are taken in order, unpacked and kept until the
/// window that reads them.
namespace tutti::module {

/// What one rank of one source has said on one connection.
struct Voice {
  std::uint32_t rank = 0;
  std::unique_ptr<transport::Receiver> receiver;
  std::uint64_t sequence = 0;  ///< of the next frame
  Time said{};                 ///< It has spoken up to here ...
  bool silent = true;          ///< ... unless it has not said a word yet.
  std::uint64_t released = 0;
  bool gone = false;  ///< It will say no more.
};

/// One connection as its target has it: a voice per source rank that has anything to say.
class Ear {
 public:
  /// `cut`: where the run goes on; frames begin at needed_from there.
  Ear(const control::Connection& connection, Time cut);
  virtual ~Ear() = default;
  Ear(const Ear&) = delete;
  Ear& operator=(const Ear&) = delete;

  const control::Connection& connection() const { return connection_; }
  const plan::Delivery& delivery() const { return delivery_; }
  /// Adds one source rank. `shared`: its elements that this rank wants, in our numbers.
  virtual void connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
                       const Elements& shared);
  /// Takes in what has come; true when every voice has spoken as far as a target at `clock` needs.
  bool heard(Time clock);
  /// The voice that a target at `clock` waits for, and how far it must speak.
  const Voice* behind(Time clock) const;
  Time needed(Time clock) const;
  /// Releases what a target whose clock is `clock` no longer needs, everything when it is done.
  void release(Time clock, bool done);
  bool flushed();

  /// The source is no more: what it said is still heard, and then what stands for it.
  void lose();
  /// What comes here counts in the place of `primary` once that has fallen silent.
  void stand_in_for(Ear& primary);
  /// Whether what its source said at `t` counts nothing, since another connection's does.
  bool mute(Time t) const;

 protected:
  /// Unpacks a frame that covers (begin, end], or keeps it: what is kept stays in the receiver
  /// until it is dropped there.
  virtual void take_in(std::size_t voice, const transport::FrameHeader& header,
                       std::span<const std::byte> payload, Window covered) = 0;
  /// Another frame is about to be asked for; what is held in its way must go.
  virtual void make_way([[maybe_unused]] std::size_t voice) {}
  bool has_spoken(const Voice& voice, Time needed) const;
  /// From which source time on another connection speaks in the place of this one, or, where this
  /// one stands in, this one speaks itself.
  std::optional<Time> handed_over() const;
  bool stands_in() const { return primary_ != nullptr; }

  control::Connection connection_;
  plan::Delivery delivery_;
  Time first_;  ///< From here on we are told.
  std::uint64_t first_frame_;
  std::vector<Voice> voices_;

 private:
  void accept(std::size_t voice, std::span<const std::byte> frame);
  void fall_silent();

  std::optional<std::chrono::steady_clock::time_point> lost_at_;
  std::optional<Time> silent_since_;
  const Ear* primary_ = nullptr;  ///< For which this one stands in.
  bool has_stand_in_ = false;
};

/// What arrives in one window, as it lies there: a sorted piece per source rank, either keys or
/// spikes.
struct SpikePieces {
  struct Keys {
    std::span<const std::uint64_t> keys;
    SpikeCode code;  ///< Begins at arrival.
  };
  std::vector<Keys> keys;
  std::vector<std::span<const Spike>> spikes;
  void clear() { keys.clear(), spikes.clear(); }
};

/// The newest frame of a voice stays as it came, in the receiver: where a window takes all of it,
/// its keys are never unpacked. What is left when the next frame comes is.
class SpikeEar final : public Ear {
 public:
  SpikeEar(const control::Connection& connection, Extent extent, Time cut)
      : Ear{connection, cut}, extent_{extent}, form_{extent, connection.interval} {}
  void connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
               const Elements& shared) override;
  /// Adds to `pieces` what arrives in the window. Valid until the next heard().
  void take(Window window, SpikePieces& pieces);

 private:
  void take_in(std::size_t voice, const transport::FrameHeader& header,
               std::span<const std::byte> payload, Window covered) override;
  void make_way(std::size_t voice) override;
  struct Queue {
    std::vector<Spike> spikes;            // unpacked
    std::size_t first = 0;                // of those not taken yet
    std::span<const std::uint64_t> keys;  // behind them, in the frame that is held
    SpikeCode code;
    bool held = false;
  };
  void unpack(const transport::FrameHeader& header, std::span<const std::byte> payload, Window said,
              std::vector<Spike>& to) const;

  void check(std::span<const std::uint64_t> keys, Duration length) const;
  void take_until(Time end, SpikePieces& pieces);

  Extent extent_;
  KeyForm form_;
  std::vector<Queue> queues_;
  SpikePieces unheard_;  // of one that stands in, before its time
};

class SignalEar final : public Ear {
 public:
  SignalEar(const control::Connection& connection, const Elements& wanted, Time cut);
  void connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
               const Elements& shared) override;
  /// Writes what a target at `clock` reads into its places of `values`.
  void read(Time clock, std::span<double> values);
  /// The same without a copy, where the one sample needed lies there as it is; else empty.
  std::span<const double> borrow(Time clock);
  /// The instants of the samples that `all` takes at `clock`.
  std::vector<Time> sample_times(Time clock) const;
  /// Writes the sample at `t` into its places of `values`.
  void sample(Time t, std::span<double> values);
  /// What comes are sums over our elements (tutti/projection.hpp), multiples of 2^-fraction_bits;
  /// `initial`: what stands for them before the first arrival.
  void project(int fraction_bits, std::vector<double> initial);
  /// Forgets samples before `t`.
  void forget(Time t);

 private:
  void take_in(std::size_t voice, const transport::FrameHeader& header,
               std::span<const std::byte> payload, Window covered) override;
  struct Block {
    std::int64_t first = 0;  ///< number of its first sample: time / source step
    std::int64_t count = 0;
    std::span<const std::byte> samples;
  };
  struct Store {
    transport::IndexMap map;
    std::deque<Block> blocks;
    std::vector<std::byte> filler;  // one sample, of a voice that is gone
  };
  const std::byte* find(std::size_t voice, std::int64_t number);
  /// What a voice that is gone would say now.
  const std::byte* instead(std::size_t voice);
  std::vector<std::byte> filler(std::size_t bytes) const;
  /// Bytes that a source rank sends per sample, and as what.
  std::size_t sample_bytes(const Store& store) const;
  transport::Payload form() const;
  /// The sums of all source ranks at `t`, as numbers.
  void add_up(Time t, std::span<double> values);
  /// What read() does for sums: adds to `values`, as other connections do.
  void read_sums(Time clock, std::span<double> values);
  std::int64_t number_of(Time t) const { return t.time_since_epoch() / connection_.source_step; }

  Elements wanted_;
  std::vector<Store> stores_;
  std::vector<double> before_, after_;
  struct Sums {
    double unit;  // of the integers
    std::vector<double> initial;
  };
  std::optional<Sums> sums_;  // where a projection is applied at the source
};

/// A message as its target sees it.
struct Letter {
  Time arrival;
  std::uint32_t source_rank = 0;
  std::string media_type;
  std::vector<std::byte> bytes;
};

class MessageEar final : public Ear {
 public:
  using Ear::Ear;
  void connect(std::uint32_t rank, std::unique_ptr<transport::Receiver> receiver,
               const Elements& shared) override;
  /// Moves out what arrives in the window, by (arrival, source rank, order sent).
  std::vector<Letter> take(Window window);

 private:
  void take_in(std::size_t voice, const transport::FrameHeader& header,
               std::span<const std::byte> payload, Window covered) override;
  std::vector<std::deque<Letter>> queues_;
};

}  // namespace tutti::module
