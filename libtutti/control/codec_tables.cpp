// SPDX-License-Identifier: MIT
#include "codec_tables.hpp"

namespace tutti::control::codec {

Fault fault(std::uint32_t number) {
  if (number > static_cast<std::uint32_t>(Fault::interrupted))
    throw Error{Fault::protocol, "fault number {} has no meaning here", number};
  return static_cast<Fault>(number);
}

void write(wire::Port::Builder b, const PortDescription& port) {
  b.setName(port.name), b.setOutput(port.direction == Direction::out);
  b.setKind(static_cast<wire::PortKind>(port.kind)), b.setUnit(port.unit);
  b.setElement(port.element), b.setTake(static_cast<wire::Take>(port.take));
  b.setMean(port.mean), b.setDirect(port.direct), b.setWeighted(port.weighted);
  b.setSingle(port.single), b.setOptional(port.optional), b.setDoc(port.doc);
  b.setElements(port.elements);
}

PortDescription read_port(wire::Port::Reader r) {
  PortDescription port;
  port.name = text(r.getName());
  port.direction = r.getOutput() ? Direction::out : Direction::in;
  port.kind = known(r.getKind(), PortKind::message);
  port.unit = text(r.getUnit());
  port.element = text(r.getElement());
  port.take = known(r.getTake(), Take::all);
  port.mean = r.getMean(), port.direct = r.getDirect(), port.weighted = r.getWeighted();
  port.single = r.getSingle(), port.optional = r.getOptional();
  port.doc = text(r.getDoc());
  port.elements = r.getElements();
  return port;
}

void write(wire::Connection::Builder b, const Connection& c) {
  b.setId(c.id), b.setFromModule(c.from_module), b.setFromPort(c.from_port);
  b.setToModule(c.to_module), b.setToPort(c.to_port);
  b.setFromNumber(c.from_number), b.setToNumber(c.to_number);
  b.setKind(static_cast<wire::PortKind>(c.kind)), b.setDelayPs(ticks(c.delay));
  b.setSourceStepPs(ticks(c.source_step)), b.setTargetStepPs(ticks(c.target_step));
  b.setSourceEndPs(ticks(c.source_end)), b.setScale(c.scale);
  b.setTake(static_cast<wire::Take>(c.take)), b.setDirect(c.direct), b.setMean(c.mean);
  b.setWeighted(c.weighted), b.setSingle(c.single);
  b.setHasInitial(c.has_initial), b.setInitial(c.initial), b.setOffset(c.offset);
  b.setMissingZero(c.missing_zero);
  b.setOnLoss(static_cast<wire::OnLoss>(c.on_loss));
  b.setStandsIn(c.stands_in ? std::int64_t{*c.stands_in} : -1);
  b.setSourceRanks(c.source_ranks), b.setTargetRanks(c.target_ranks);
  b.setIntervalPs(ticks(c.interval)), b.setCredits(c.credits), b.setCreditBatch(c.credit_batch);
}

Connection read_connection(wire::Connection::Reader r) {
  Connection c;
  c.id = r.getId();
  c.from_module = text(r.getFromModule()), c.from_port = text(r.getFromPort());
  c.to_module = text(r.getToModule()), c.to_port = text(r.getToPort());
  c.from_number = r.getFromNumber(), c.to_number = r.getToNumber();
  c.kind = known(r.getKind(), PortKind::message);
  c.delay = duration_of(r.getDelayPs());
  c.source_step = duration_of(r.getSourceStepPs());
  c.target_step = duration_of(r.getTargetStepPs());
  c.source_end = time_of(r.getSourceEndPs());
  c.scale = r.getScale();
  c.take = known(r.getTake(), Take::all);
  c.direct = r.getDirect(), c.mean = r.getMean();
  c.weighted = r.getWeighted(), c.single = r.getSingle();
  c.has_initial = r.getHasInitial(), c.initial = r.getInitial();
  c.offset = r.getOffset(), c.missing_zero = r.getMissingZero();
  c.on_loss = known(r.getOnLoss(), OnLoss::gap);
  if (r.getStandsIn() >= 0) c.stands_in = static_cast<std::uint32_t>(r.getStandsIn());
  c.source_ranks = r.getSourceRanks(), c.target_ranks = r.getTargetRanks();
  c.interval = duration_of(r.getIntervalPs());
  c.credits = r.getCredits(), c.credit_batch = r.getCreditBatch();
  return c;
}

void write(Ranges::Builder b, const Elements& elements) {
  const auto ranges = elements.ranges();
  for (std::uint32_t i = 0; i < b.size(); ++i) {
    b[i].setFirst(ranges[i].first);
    b[i].setCount(ranges[i].count);
    b[i].setStride(ranges[i].stride);
  }
}

Elements read_set(Ranges::Reader r) {
  constexpr std::uint64_t most_elements = std::uint64_t{1} << 32;  // of a port
  std::vector<ElementRange> ranges;
  ranges.reserve(r.size());
  for (const auto range : r)
    ranges.push_back({range.getFirst(), range.getCount(), range.getStride()});
  return Elements::from_ranges(std::move(ranges), most_elements);
}

void write_sets(::capnp::List<Ranges>::Builder b, const std::vector<Elements>& sets) {
  for (std::uint32_t i = 0; i < b.size(); ++i) write(b.init(i, length(sets[i].ranges())), sets[i]);
}

std::vector<Elements> read_sets(::capnp::List<Ranges>::Reader r) {
  std::vector<Elements> sets;
  for (const auto set : r) sets.push_back(read_set(set));
  return sets;
}

void write(wire::ElementTable::Builder b, const ElementTable& table) {
  b.setKind(table.kind);
  write(b.initIds(length(table.ids.ranges())), table.ids);
  auto populations = b.initPopulations(length(table.populations));
  for (std::uint32_t i = 0; i < populations.size(); ++i) {
    populations[i].setName(table.populations[i].name);
    populations[i].setFirst(table.populations[i].first);
    populations[i].setCount(table.populations[i].count);
  }
  auto columns = b.initColumns(length(table.columns));
  for (std::uint32_t i = 0; i < columns.size(); ++i) {
    columns[i].setName(table.columns[i].name);
    columns[i].setUnit(table.columns[i].unit);
    if (const auto* reals = std::get_if<std::vector<double>>(&table.columns[i].values)) {
      auto list = columns[i].initReals(length(*reals));
      for (std::uint32_t k = 0; k < list.size(); ++k) list.set(k, (*reals)[k]);
    } else {
      const auto& integers = std::get<std::vector<std::int64_t>>(table.columns[i].values);
      auto list = columns[i].initIntegers(length(integers));
      for (std::uint32_t k = 0; k < list.size(); ++k) list.set(k, integers[k]);
    }
  }
}

ElementTable read(wire::ElementTable::Reader r) {
  ElementTable table;
  table.kind = text(r.getKind());
  table.ids = read_set(r.getIds());
  for (const auto p : r.getPopulations())
    table.populations.push_back({text(p.getName()), p.getFirst(), p.getCount()});
  for (const auto c : r.getColumns()) {
    if (c.isReals()) {
      const auto list = c.getReals();
      table.set(text(c.getName()), text(c.getUnit()), values<double>(list));
    } else {
      const auto list = c.getIntegers();
      table.set(text(c.getName()), values<std::int64_t>(list));
    }
  }
  return table;
}

}  // namespace tutti::control::codec
