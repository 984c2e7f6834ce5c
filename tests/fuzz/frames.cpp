// SPDX-License-Identifier: MIT
// Data frames from a source that lies. The first byte says what is read: bits 0-1 spikes as keys,
// wide spikes, a signal, messages; bit 2 float32; bit 3: headers are put right, so that payloads
// are looked at. Then one `piece` after the other is a frame, and after each a window is read.
#include <deque>

#include "libtutti/module/inlets.hpp"
#include "target.hpp"
#include "tutti/error.hpp"

using namespace tutti;
using namespace tutti::module;

namespace {

/// Hands out what the fuzzer says, each frame at an address as aligned as a transport's.
class Fed final : public transport::Receiver {
 public:
  void feed(std::span<const std::byte> frame) {
    auto& words = frames_.emplace_back(frame.size() / 8 + 1);
    if (!frame.empty()) std::memcpy(words.data(), frame.data(), frame.size());
    sizes_.push_back(frame.size());
  }
  std::span<const std::byte> next() override {
    if (handed_ == frames_.size()) return {};
    const auto k = handed_++;
    return std::as_bytes(std::span{frames_[k]}).first(sizes_[k]);
  }
  void drop() override {
    fuzz::require(handed_ > 0);
    frames_.pop_front(), sizes_.pop_front(), --handed_;
  }
  void release(std::uint64_t) override {}
  bool flushed() override { return true; }

 private:
  std::deque<std::vector<std::uint64_t>> frames_;
  std::deque<std::size_t> sizes_;
  std::size_t handed_ = 0;
};

constexpr std::uint64_t elements = 12;

control::Connection connection(std::uint8_t kind) {
  control::Connection c;
  c.from_module = "source", c.from_port = "out", c.to_module = "target", c.to_port = "in";
  c.kind = (kind & 3) < 2    ? PortKind::spikes
           : (kind & 3) == 2 ? PortKind::signal
                             : PortKind::message;
  c.delay = parse_duration("1 ms");
  c.source_step = c.target_step = c.interval = parse_duration("1 ms");
  c.source_end = time_zero + parse_duration("40 ms");
  c.single = (kind & 4) != 0;
  c.take = Take::latest;
  c.has_initial = true;
  return c;
}

/// A header as the ear expects it next; count and payload stay the fuzzer's.
std::vector<std::byte> put_right(std::span<const std::byte> frame, std::uint64_t sequence) {
  std::vector<std::byte> copy(frame.begin(), frame.end());
  copy.resize(std::max(copy.size(), sizeof(transport::FrameHeader)));
  transport::FrameHeader header;
  std::memcpy(&header, copy.data(), sizeof header);
  header.magic = transport::FrameHeader::expected_magic;
  header.version = transport::FrameHeader::expected_version;
  header.connection = header.source_rank = 0;
  header.sequence = sequence;
  std::memcpy(copy.data(), &header, sizeof header);
  return copy;
}

void listen(Ear& ear, std::uint8_t kind, fuzz::Input& input, auto&& read) {
  auto fed = std::make_unique<Fed>();
  auto& frames = *fed;
  ear.connect(0, std::move(fed), Elements::range(0, elements));
  const auto step = ear.connection().target_step;
  std::uint64_t sequence = ear.connection().kind == PortKind::signal ? 0 : 1;
  for (Time clock{}; clock < ear.connection().source_end && !input.empty(); clock += step) {
    const auto frame = input.piece();
    if ((kind & 8) != 0)
      frames.feed(put_right(frame, sequence++));
    else
      frames.feed(frame);
    if (ear.heard(clock)) read(Window{clock, clock + step});
    ear.release(clock, false);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const auto kind = input.take<std::uint8_t>();
  const auto c = connection(kind);
  try {
    if (c.kind == PortKind::spikes) {
      const bool wide = (kind & 3) == 1;
      SpikeEar ear{c, wide ? Extent{0, std::uint64_t{1} << 60} : Extent{0, elements - 1}, Time{}};
      SpikePieces pieces;
      listen(ear, kind, input, [&](Window window) {
        pieces.clear();
        ear.take(window, pieces);
        for (const auto& keys : pieces.keys)
          for (const auto key : keys.keys) fuzz::require(keys.code.decode(key).element < elements);
        for (const auto spikes : pieces.spikes)
          for (const auto& spike : spikes) fuzz::require(spike.time <= window.end);
      });
    } else if (c.kind == PortKind::signal) {
      SignalEar ear{c, Elements::range(0, elements), Time{}};
      std::vector<double> values(elements);
      listen(ear, kind, input, [&](Window window) { ear.read(window.begin, values); });
    } else {
      MessageEar ear{c, Time{}};
      listen(ear, kind, input, [&](Window window) { ear.take(window); });
    }
  } catch (const Error&) {
  }
  return 0;
}
