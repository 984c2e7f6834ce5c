// SPDX-License-Identifier: MIT
// What observers say to the gateway (first byte even) and what processes of the run bring to it
// (odd): words and notes as `piece`s, through the gateway's books and streams.
#include <algorithm>

#include "gateway/atlas.hpp"
#include "gateway/reader.hpp"
#include "gateway/stream.hpp"
#include "target.hpp"
#include "tutti/error.hpp"

using namespace tutti;

namespace {

control::RunInfo run_of_two() {
  control::RunInfo info;
  info.name = "toy";
  info.stop = parse_duration("100 ms");
  control::RunInfo::Member net, probe;
  net.name = "net", net.ranks = 2, net.step = parse_duration("1 ms");
  probe.name = "probe", probe.ranks = 1, probe.step = parse_duration("1 ms");
  info.members = {net, probe};
  return info;
}

void from_observer(fuzz::Input& input) {
  const auto once = tap::encode(tap::decode(input.rest()));
  fuzz::require(tap::encode(tap::decode(once)) == once);
}

/// A stream of one rank, and somebody who reads all of it and every third instant.
struct Tapped {
  explicit Tapped(const gateway::StreamSpec& spec)
      : stream{spec, {{0, spec.elements}}, 1 << 16}, all{stream, spec, {}} {}
  gateway::Stream stream;
  gateway::Reader all;
  void take(tap::Chunk&& chunk) {
    stream.take(0, std::move(chunk));
    stream.merge();
    for (tap::Batch batch; all.next(stream, batch); batch = {}) tap::encode(batch);
  }
};

/// A run of billions of elements may take its time.
bool modest(const tap::Introduction& said) {
  return std::ranges::all_of(said.ports, [](const auto& p) { return p.ids.size() < 1'000'000; });
}

void from_sources(fuzz::Input& input) {
  const auto ms = parse_duration("1 ms");
  gateway::Atlas atlas{run_of_two()};
  Tapped spikes{{"net", "spikes", PortKind::spikes, Elements::range(0, 10), {}, {}, false}};
  Tapped signal{{"net", "v", PortKind::signal, Elements::range(0, 4), ms, {}, false}};
  for (int k = 0; k < 200 && !input.empty(); ++k) {
    const auto peer = std::to_string(input.take<std::uint8_t>() % 4);
    try {
      auto note = tap::decode_note(input.piece());
      if (auto* said = std::get_if<tap::Introduction>(&note); said != nullptr && modest(*said))
        atlas.add(peer, std::move(*said));
      if (auto* part = std::get_if<tap::Description>(&note)) atlas.take(peer, std::move(*part));
      if (auto* chunk = std::get_if<tap::Chunk>(&note))
        (chunk->stream == 1 ? spikes : signal).take(std::move(*chunk));
    } catch (const Error&) {
    }
    if (!atlas.complete()) continue;
    for (const auto& output : atlas.welcome().outputs) {
      const auto ids = atlas.elements(output);
      const auto some = intersection(ids, Elements::range(0, 8));
      atlas.question(output, some, k);
      atlas.table(output, some);
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  try {
    if (input.take<std::uint8_t>() % 2 == 0)
      from_observer(input);
    else
      from_sources(input);
  } catch (const Error&) {
  }
  return 0;
}
