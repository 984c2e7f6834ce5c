// SPDX-License-Identifier: MIT
#include "capnp_bytes.hpp"
#include "codec_tables.hpp"
#include "gateway.capnp.h"
#include "tutti/control/source_notes.hpp"

namespace tutti::tap {
namespace {

namespace codec = control::codec;
using codec::length;
using codec::text;

void put(wire::Note::Builder n, const Introduction& m) {
  auto b = n.initIntroduction();
  b.setModule(m.module), b.setRank(m.rank), b.setRanks(m.ranks), b.setStepPs(ticks(m.step));
  auto ports = b.initPorts(length(m.ports));
  for (std::uint32_t k = 0; k < ports.size(); ++k) {
    codec::write(ports[k].initDescription(), m.ports[k].description);
    codec::write(ports[k].initIds(length(m.ports[k].ids.ranges())), m.ports[k].ids);
  }
}
void put(wire::Note::Builder n, const Describe& m) {
  auto b = n.initDescribe();
  b.setPort(m.port);
  codec::write(b.initElements(length(m.elements.ranges())), m.elements);
}
void put(wire::Note::Builder n, const Description& m) {
  auto b = n.initDescription();
  b.setPort(m.port);
  codec::write(b.initTable(), m.table);
}
void put(wire::Note::Builder n, const Order& m) {
  auto b = n.initOrder();
  b.setStream(m.stream), b.setPort(m.port), b.setEveryPs(ticks(m.every)), b.setSingle(m.single);
  b.setReduce(static_cast<wire::Reduce>(m.reduce)), b.setBytesPerSecond(m.bytes_per_second);
  codec::write(b.initElements(length(m.elements.ranges())), m.elements);
}
void put(wire::Note::Builder n, const Cancel& m) { n.setCancel(m.stream); }
void put(wire::Note::Builder n, const Chunk& m) {
  auto b = n.initChunk();
  b.setStream(m.stream), b.setFromPs(ticks(m.from)), b.setReachedPs(ticks(m.reached));
  b.setLost(m.lost);
  auto times = b.initTimesPs(length(m.times));
  for (std::uint32_t k = 0; k < times.size(); ++k) times.set(k, m.times[k]);
  auto elements = b.initElements(length(m.elements));
  for (std::uint32_t k = 0; k < elements.size(); ++k) elements.set(k, m.elements[k]);
  b.setValues(codec::data_of(m.values));
}

Introduction get(wire::Introduction::Reader r) {
  Introduction m{text(r.getModule()), r.getRank(), r.getRanks(), duration_of(r.getStepPs()), {}};
  for (const auto port : r.getPorts())
    m.ports.push_back({codec::read_port(port.getDescription()), codec::read_set(port.getIds())});
  return m;
}
Order get(wire::Order::Reader r) {
  return {r.getStream(),
          text(r.getPort()),
          codec::read_set(r.getElements()),
          duration_of(r.getEveryPs()),
          codec::known(r.getReduce(), Reduce::min_max),
          r.getSingle(),
          r.getBytesPerSecond()};
}
Chunk get(wire::Chunk::Reader r) {
  const auto times = r.getTimesPs();
  const auto elements = r.getElements();
  return {r.getStream(),
          time_of(r.getFromPs()),
          time_of(r.getReachedPs()),
          r.getLost(),
          codec::values<std::int64_t>(times),
          codec::values<std::uint64_t>(elements),
          codec::copy_of(r.getValues())};
}

Note get(wire::Note::Reader n) {
  switch (n.which()) {
    case wire::Note::INTRODUCTION:
      return get(n.getIntroduction());
    case wire::Note::DESCRIBE:
      return Describe{text(n.getDescribe().getPort()),
                      codec::read_set(n.getDescribe().getElements())};
    case wire::Note::DESCRIPTION:
      return Description{text(n.getDescription().getPort()),
                         codec::read(n.getDescription().getTable())};
    case wire::Note::ORDER:
      return get(n.getOrder());
    case wire::Note::CANCEL:
      return Cancel{n.getCancel()};
    case wire::Note::CHUNK:
      return get(n.getChunk());
  }
  throw Error{Fault::protocol, "a note of a kind unknown here"};
}

}  // namespace

std::vector<std::byte> encode_note(const Note& note) {
  ::capnp::MallocMessageBuilder builder;
  auto root = builder.initRoot<wire::Note>();
  root.setVersion(protocol_version);
  std::visit([&](const auto& m) { put(root, m); }, note);
  return codec::bytes_of(builder);
}

Note decode_note(std::span<const std::byte> bytes) {
  return codec::read_message<wire::Note>(bytes, "note of a process or gateway",
                                         [](wire::Note::Reader note) {
                                           if (note.getVersion() != protocol_version)
                                             throw Error{Fault::protocol,
                                                         "gateway protocol version {} here, {} "
                                                         "there: mixed releases?",
                                                         protocol_version, note.getVersion()};
                                           return get(note);
                                         });
}

}  // namespace tutti::tap
