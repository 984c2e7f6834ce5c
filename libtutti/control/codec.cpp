// SPDX-License-Identifier: MIT
#include "capnp_bytes.hpp"
#include "codec_steering.hpp"
#include "codec_tables.hpp"
#include "control.capnp.h"
#include "tutti/control/messages.hpp"

namespace tutti::control {
namespace {

using codec::read;
using codec::text;
using codec::write;
constexpr std::size_t most_bytes = std::size_t{1} << 32;

// ---- writing: one overload a message
// -------------------------------------------------------------

void put(wire::Envelope::Builder e, const Join& m) {
  auto b = e.initJoin();
  b.setModule(m.module), b.setRank(m.rank), b.setRanks(m.ranks), b.setPid(m.pid), b.setHost(m.host);
  b.setWorldRank(m.world_rank), b.setIsa(m.isa), b.setRelease(m.release);
  b.setJob(m.job), b.setEndpoint(m.endpoint), b.setKeeps(m.keeps);
  auto ports = b.initPorts(codec::length(m.ports));
  for (std::uint32_t i = 0; i < ports.size(); ++i) write(ports[i], m.ports[i]);
}
void put(wire::Envelope::Builder e, const Matched& m) {
  auto b = e.initMatched();
  b.setIsa(m.isa);
  auto list = b.initConnections(codec::length(m.connections));
  for (std::uint32_t i = 0; i < list.size(); ++i) write(list[i], m.connections[i]);
}
void put(wire::Envelope::Builder e, const Offer& m) {
  auto b = e.initOffer();
  b.setPort(m.port);
  write(b.initTable(), m.table);
}
void put(wire::Envelope::Builder e, const Table& m) {
  auto b = e.initTable();
  b.setConnection(m.connection);
  auto parts = b.initParts(codec::length(m.parts));
  for (std::uint32_t i = 0; i < parts.size(); ++i) write(parts[i], m.parts[i]);
}
void put(wire::Envelope::Builder e, const Want& m) {
  auto b = e.initWant();
  b.setPort(m.port);
  write(b.initElements(codec::length(m.elements.ranges())), m.elements);
}
void put(wire::Envelope::Builder e, const Start& m) {
  auto b = e.initStart();
  b.setLeasePs(ticks(m.lease));
  auto routes = b.initRoutes(codec::length(m.routes));
  for (std::uint32_t i = 0; i < routes.size(); ++i) {
    routes[i].setConnection(m.routes[i].connection);
    codec::write_sets(routes[i].initSources(codec::length(m.routes[i].sources)),
                      m.routes[i].sources);
    codec::write_sets(routes[i].initTargets(codec::length(m.routes[i].targets)),
                      m.routes[i].targets);
  }
  auto pairs = b.initPairs(codec::length(m.pairs));
  for (std::uint32_t i = 0; i < pairs.size(); ++i) {
    pairs[i].setLow(m.pairs[i].first);
    pairs[i].setHigh(m.pairs[i].second);
  }
  auto modules = b.initModules(codec::length(m.modules));
  for (std::uint32_t i = 0; i < modules.size(); ++i) {
    modules[i].setModule(m.modules[i].module);
    auto ranks = modules[i].initWorldRanks(codec::length(m.modules[i].world_ranks));
    for (std::uint32_t k = 0; k < ranks.size(); ++k) ranks.set(k, m.modules[i].world_ranks[k]);
    modules[i].setJob(m.modules[i].job);
    auto endpoints = modules[i].initEndpoints(codec::length(m.modules[i].endpoints));
    for (std::uint32_t k = 0; k < endpoints.size(); ++k)
      endpoints.set(k, m.modules[i].endpoints[k]);
  }
}
void put(wire::Envelope::Builder e, const Progress& m) {
  auto b = e.initProgress();
  b.setClockPs(ticks(m.clock)), b.setActivity(static_cast<wire::Activity>(m.activity));
  b.setConnection(m.connection), b.setSourceRank(m.source_rank), b.setNeededPs(ticks(m.needed));
  b.setLine(m.line), b.setWhat(m.what);
  b.setComputeSeconds(m.compute_seconds), b.setWaitSeconds(m.wait_seconds);
}
void put(wire::Envelope::Builder e, const Lease& m) { e.initLease().setUntilPs(ticks(m.until)); }
void put(wire::Envelope::Builder e, const Done& m) {
  auto b = e.initDone();
  b.setClockPs(ticks(m.clock)), b.setComputeSeconds(m.compute_seconds);
  b.setWaitSeconds(m.wait_seconds), b.setFrames(m.frames), b.setBytes(m.bytes);
  auto hashes = b.initHashes(codec::length(m.hashes));
  for (std::uint32_t i = 0; i < hashes.size(); ++i) {
    hashes[i].setPort(m.hashes[i].port);
    auto bins = hashes[i].initBins(codec::length(m.hashes[i].bins));
    for (std::uint32_t k = 0; k < bins.size(); ++k) bins.set(k, m.hashes[i].bins[k]);
  }
}
void put(wire::Envelope::Builder e, const Save& m) {
  auto b = e.initSave();
  b.setAtPs(ticks(m.at)), b.setSincePs(ticks(m.since)), b.setFolder(m.folder);
}
void put(wire::Envelope::Builder e, const Saved& m) {
  auto b = e.initSaved();
  b.setAtPs(ticks(m.at)), b.setText(m.text);
}
void put(wire::Envelope::Builder e, const Bye&) { e.initBye(); }
void put(wire::Envelope::Builder e, const Failed& m) {
  auto b = e.initFailed();
  b.setFault(static_cast<std::uint32_t>(m.fault)), b.setText(m.text), b.setClockPs(ticks(m.clock));
}
void put(wire::Envelope::Builder e, const Stop& m) {
  auto b = e.initStop();
  b.setFault(static_cast<std::uint32_t>(m.fault)), b.setReason(m.reason);
}
void put(wire::Envelope::Builder e, const Watch& m) { e.initWatch().setEveryMs(m.every_ms); }
void put(wire::Envelope::Builder e, const Status& m) { codec::write(e.initStatus(), m); }
void put(wire::Envelope::Builder e, const Command& m) { codec::write(e.initCommand(), m); }
void put(wire::Envelope::Builder e, const Answer& m) { codec::write(e.initAnswer(), m); }
void put(wire::Envelope::Builder e, const Lost& m) {
  auto b = e.initLost();
  b.setModule(m.module), b.setHow(m.how);
}
void put(wire::Envelope::Builder e, const Inject& m) {
  auto b = e.initInject();
  b.setAtPs(ticks(m.at));
  codec::write(b.initWhat(), m.what);
}

void put(wire::Envelope::Builder e, const Projection& m) {
  auto b = e.initProjection();
  b.setConnection(m.connection), b.setSourceRank(m.source_rank), b.setTargetRank(m.target_rank);
  b.setRows(m.rows), b.setFractionBits(m.fraction_bits);
  auto groups = b.initGroups(codec::length(m.groups));
  for (std::uint32_t i = 0; i < groups.size(); ++i) groups.set(i, m.groups[i]);
  auto values = b.initValues(codec::length(m.values));
  for (std::uint32_t i = 0; i < values.size(); ++i) values.set(i, m.values[i]);
}

// ---- reading
// -------------------------------------------------------------------------------------

Join get(wire::Join::Reader r) {
  Join m{text(r.getModule()),  r.getRank(),      r.getRanks(),          r.getPid(),
         text(r.getHost()),    r.getWorldRank(), text(r.getIsa()),      {},
         text(r.getRelease()), r.getJob(),       text(r.getEndpoint()), r.getKeeps()};
  for (const auto port : r.getPorts()) m.ports.push_back(codec::read_port(port));
  return m;
}
Matched get(wire::Matched::Reader r) {
  Matched m{{}, text(r.getIsa())};
  for (const auto c : r.getConnections()) m.connections.push_back(codec::read_connection(c));
  return m;
}
Table get(wire::Table::Reader r) {
  Table m{r.getConnection(), {}};
  for (const auto part : r.getParts()) m.parts.push_back(read(part));
  return m;
}
Start get(wire::Start::Reader r) {
  Start m;
  m.lease = time_of(r.getLeasePs());
  for (const auto route : r.getRoutes())
    m.routes.push_back({route.getConnection(), codec::read_sets(route.getSources()),
                        codec::read_sets(route.getTargets())});
  for (const auto pair : r.getPairs()) m.pairs.emplace_back(pair.getLow(), pair.getHigh());
  for (const auto module : r.getModules()) {
    const auto ranks = module.getWorldRanks();
    m.modules.push_back(
        {text(module.getModule()), codec::values<std::int32_t>(ranks), module.getJob(), {}});
    for (const auto endpoint : module.getEndpoints())
      m.modules.back().endpoints.push_back(text(endpoint));
  }
  return m;
}
Progress get(wire::Progress::Reader r) {
  return {time_of(r.getClockPs()),  codec::known(r.getActivity(), Activity::done),
          r.getConnection(),        r.getSourceRank(),
          time_of(r.getNeededPs()), text(r.getLine()),
          text(r.getWhat()),        r.getComputeSeconds(),
          r.getWaitSeconds()};
}
Done get(wire::Done::Reader r) {
  Done m{time_of(r.getClockPs()), {},          r.getComputeSeconds(), r.getWaitSeconds(),
         r.getFrames(),           r.getBytes()};
  for (const auto hash : r.getHashes()) {
    const auto bins = hash.getBins();
    m.hashes.push_back({text(hash.getPort()), codec::values<std::uint64_t>(bins)});
  }
  return m;
}
Projection get(wire::Projection::Reader r) {
  Projection m{r.getConnection(),
               r.getSourceRank(),
               r.getTargetRank(),
               r.getRows(),
               r.getFractionBits(),
               codec::values<std::uint32_t>(r.getGroups()),
               codec::values<float>(r.getValues())};
  std::uint64_t columns = 0;
  for (const auto size : m.groups) columns += size;
  if (columns * m.rows != m.values.size())
    throw Error{Fault::protocol, "a projection of {} columns and {} rows with {} values", columns,
                m.rows, m.values.size()};
  return m;
}

Message get(wire::Envelope::Reader e) {
  switch (e.which()) {
    case wire::Envelope::JOIN:
      return get(e.getJoin());
    case wire::Envelope::MATCHED:
      return get(e.getMatched());
    case wire::Envelope::OFFER:
      return Offer{text(e.getOffer().getPort()), read(e.getOffer().getTable())};
    case wire::Envelope::TABLE:
      return get(e.getTable());
    case wire::Envelope::WANT:
      return Want{text(e.getWant().getPort()), codec::read_set(e.getWant().getElements())};
    case wire::Envelope::START:
      return get(e.getStart());
    case wire::Envelope::PROGRESS:
      return get(e.getProgress());
    case wire::Envelope::LEASE:
      return Lease{time_of(e.getLease().getUntilPs())};
    case wire::Envelope::DONE:
      return get(e.getDone());
    case wire::Envelope::BYE:
      return Bye{};
    case wire::Envelope::FAILED:
      return Failed{codec::fault(e.getFailed().getFault()), text(e.getFailed().getText()),
                    time_of(e.getFailed().getClockPs())};
    case wire::Envelope::STOP:
      return Stop{codec::fault(e.getStop().getFault()), text(e.getStop().getReason())};
    case wire::Envelope::WATCH:
      return Watch{e.getWatch().getEveryMs()};
    case wire::Envelope::STATUS:
      return codec::read_status(e.getStatus());
    case wire::Envelope::COMMAND:
      return codec::read_command(e.getCommand());
    case wire::Envelope::ANSWER:
      return codec::read_answer(e.getAnswer());
    case wire::Envelope::PROJECTION:
      return get(e.getProjection());
    case wire::Envelope::LOST:
      return Lost{text(e.getLost().getModule()), text(e.getLost().getHow())};
    case wire::Envelope::INJECT:
      return Inject{time_of(e.getInject().getAtPs()), codec::read_send(e.getInject().getWhat())};
    case wire::Envelope::SAVE:
      return Save{time_of(e.getSave().getAtPs()), time_of(e.getSave().getSincePs()),
                  text(e.getSave().getFolder())};
    case wire::Envelope::SAVED:
      return Saved{time_of(e.getSaved().getAtPs()), text(e.getSaved().getText())};
    default:
      break;
  }
  throw Error{Fault::protocol, "a control message of a kind unknown here"};
}

}  // namespace

std::vector<std::byte> encode(const Message& message) {
  ::capnp::MallocMessageBuilder builder;
  auto envelope = builder.initRoot<wire::Envelope>();
  envelope.setVersion(protocol_version);
  std::visit([&](const auto& m) { put(envelope, m); }, message);
  return codec::bytes_of(builder);
}

Message decode(std::span<const std::byte> bytes) {
  if (bytes.size() > most_bytes)
    throw Error{Fault::protocol, "{} bytes are no control message", bytes.size()};
  return codec::read_message<wire::Envelope>(
      bytes, "control message", [](wire::Envelope::Reader envelope) {
        if (envelope.getVersion() != protocol_version)
          throw Error{Fault::protocol,
                      "control protocol version {} here, {} there: mixed releases?",
                      protocol_version, envelope.getVersion()};
        return get(envelope);
      });
}

}  // namespace tutti::control
