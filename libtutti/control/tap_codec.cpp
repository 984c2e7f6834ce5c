// SPDX-License-Identifier: MIT
#include <kj/io.h>

#include "capnp_bytes.hpp"
#include "codec_steering.hpp"
#include "tap.capnp.h"
#include "tutti/control/batch_print.hpp"
#include "tutti/control/tap.hpp"

namespace tutti::tap {
namespace {

namespace codec = control::codec;
using codec::length;
using codec::text;

template <typename List, typename Values>
void fill(List list, const Values& values) {
  for (std::uint32_t k = 0; k < list.size(); ++k) list.set(k, values[k]);
}

void write(wire::PortInfo::Builder b, const PortInfo& m) {
  b.setModule(m.module), b.setStepPs(ticks(m.step)), b.setElements(m.elements);
  codec::write(b.initPort(), m.port);
}

PortInfo read_info(wire::PortInfo::Reader r) {
  return {text(r.getModule()), codec::read_port(r.getPort()), duration_of(r.getStepPs()),
          r.getElements()};
}

// ---- writing: one overload a word
// ------------------------------------------------------------

void put(wire::Word::Builder w, const Hello& m) {
  auto b = w.initHello();
  b.setName(m.name), b.setToken(m.token);
}
void put(wire::Word::Builder w, const Welcome& m) {
  auto b = w.initWelcome();
  b.setRun(m.run), b.setFolder(m.folder), b.setStopPs(ticks(m.stop));
  auto outputs = b.initOutputs(length(m.outputs));
  for (std::uint32_t k = 0; k < outputs.size(); ++k) write(outputs[k], m.outputs[k]);
  auto inputs = b.initInputs(length(m.inputs));
  for (std::uint32_t k = 0; k < inputs.size(); ++k) write(inputs[k], m.inputs[k]);
}
void put(wire::Word::Builder w, const Subscribe& m) {
  auto b = w.initSubscribe();
  b.setId(m.id), b.setPort(m.port), b.setEveryPs(ticks(m.every)), b.setSingle(m.single);
  b.setReduce(static_cast<wire::Reduce>(m.reduce)), b.setHistoryPs(ticks(m.history));
  codec::write(b.initElements(length(m.elements.ranges())), m.elements);
}
void put(wire::Word::Builder w, const Stream& m) {
  auto b = w.initStream();
  b.setId(m.id), b.setEveryPs(ticks(m.every)), b.setReduce(static_cast<wire::Reduce>(m.reduce));
  write(b.initInfo(), m.info);
  codec::write(b.initTable(), m.table);
}
void put(wire::Word::Builder w, const Unsubscribe& m) { w.setUnsubscribe(m.id); }
void put(wire::Word::Builder w, const Batch& m) {
  auto b = w.initBatch();
  b.setId(m.id), b.setSequence(m.sequence), b.setLost(m.lost);
  b.setFromPs(ticks(m.from)), b.setToPs(ticks(m.to));
  if (m.kind == PortKind::spikes) {
    auto spikes = b.initSpikes();
    fill(spikes.initTimesPs(length(m.times)), m.times);
    fill(spikes.initElements(length(m.elements)), m.elements);
  } else {
    auto samples = b.initSamples();
    fill(samples.initTimesPs(length(m.times)), m.times);
    samples.setValues(codec::data_of(m.values));
  }
}
void put(wire::Word::Builder w, const control::Status& m) { codec::write(w.initState(), m); }
void put(wire::Word::Builder w, const control::Command& m) { codec::write(w.initCommand(), m); }
void put(wire::Word::Builder w, const control::Answer& m) { codec::write(w.initAnswer(), m); }
void put(wire::Word::Builder w, const Refused& m) {
  auto b = w.initRefused();
  b.setId(m.id), b.setText(m.text);
}
void put(wire::Word::Builder w, const Bye&) { w.setBye(); }

// ---- reading
// ---------------------------------------------------------------------------------

Welcome get(wire::Welcome::Reader r) {
  Welcome m{text(r.getRun()), text(r.getFolder()), time_of(r.getStopPs()), {}, {}};
  for (const auto port : r.getOutputs()) m.outputs.push_back(read_info(port));
  for (const auto port : r.getInputs()) m.inputs.push_back(read_info(port));
  return m;
}
Subscribe get(wire::Subscribe::Reader r) {
  return {r.getId(),
          text(r.getPort()),
          codec::read_set(r.getElements()),
          duration_of(r.getEveryPs()),
          codec::known(r.getReduce(), Reduce::min_max),
          duration_of(r.getHistoryPs()),
          r.getSingle()};
}
Stream get(wire::Stream::Reader r) {
  return {r.getId(), read_info(r.getInfo()), codec::read(r.getTable()), duration_of(r.getEveryPs()),
          codec::known(r.getReduce(), Reduce::min_max)};
}
Batch get(wire::Batch::Reader r) {
  Batch m;
  m.id = r.getId(), m.sequence = r.getSequence(), m.lost = r.getLost();
  m.from = time_of(r.getFromPs()), m.to = time_of(r.getToPs());
  if (r.isSpikes()) {
    const auto times = r.getSpikes().getTimesPs();
    const auto elements = r.getSpikes().getElements();
    m.times = codec::values<std::int64_t>(times);
    m.elements = codec::values<std::uint64_t>(elements);
    if (m.times.size() != m.elements.size())
      throw Error{Fault::protocol, "a batch with {} times and {} elements", m.times.size(),
                  m.elements.size()};
  } else {
    m.kind = PortKind::signal;
    const auto times = r.getSamples().getTimesPs();
    m.times = codec::values<std::int64_t>(times);
    m.values = codec::copy_of(r.getSamples().getValues());
  }
  return m;
}

Word get(wire::Word::Reader w) {
  switch (w.which()) {
    case wire::Word::HELLO:
      return Hello{text(w.getHello().getName()), text(w.getHello().getToken())};
    case wire::Word::WELCOME:
      return get(w.getWelcome());
    case wire::Word::SUBSCRIBE:
      return get(w.getSubscribe());
    case wire::Word::STREAM:
      return get(w.getStream());
    case wire::Word::UNSUBSCRIBE:
      return Unsubscribe{w.getUnsubscribe()};
    case wire::Word::BATCH:
      return get(w.getBatch());
    case wire::Word::STATE:
      return codec::read_status(w.getState());
    case wire::Word::COMMAND:
      return codec::read_command(w.getCommand());
    case wire::Word::ANSWER:
      return codec::read_answer(w.getAnswer());
    case wire::Word::REFUSED:
      return Refused{w.getRefused().getId(), text(w.getRefused().getText())};
    case wire::Word::BYE:
      return Bye{};
  }
  throw Error{Fault::protocol, "a word of a kind unknown here"};
}

}  // namespace

std::vector<std::byte> encode(const Word& word) {
  ::capnp::MallocMessageBuilder builder;
  auto root = builder.initRoot<wire::Word>();
  root.setVersion(protocol_version);
  std::visit([&](const auto& m) { put(root, m); }, word);
  return codec::bytes_of(builder);
}

Word decode(std::span<const std::byte> bytes) {
  return codec::read_message<wire::Word>(
      bytes, "word of an observer or gateway", [](wire::Word::Reader word) {
        if (word.getVersion() != protocol_version)
          throw Error{Fault::protocol, "tap protocol version {} here, {} there", protocol_version,
                      word.getVersion()};
        return get(word);
      });
}

struct BatchPrint::Type {
  explicit Type(std::size_t words) : builder{static_cast<kj::uint>(words)} {}
  ::capnp::MallocMessageBuilder builder;
};

BatchPrint::BatchPrint(const Batch& batch)
    : type_{std::make_unique<Type>(batch.times.size() + batch.elements.size() +
                                   batch.values.size() / sizeof(::capnp::word) + 64)} {
  auto root = type_->builder.initRoot<wire::Word>();
  root.setVersion(protocol_version);
  put(root, batch);
  size_ = ::capnp::computeSerializedSizeInWords(type_->builder) * sizeof(::capnp::word);
}
BatchPrint::~BatchPrint() = default;
BatchPrint::BatchPrint(BatchPrint&&) noexcept = default;
BatchPrint& BatchPrint::operator=(BatchPrint&&) noexcept = default;

void BatchPrint::copy(std::uint32_t id, std::uint64_t sequence, std::span<std::byte> to) {
  auto batch = type_->builder.getRoot<wire::Word>().getBatch();
  batch.setId(id), batch.setSequence(sequence);
  kj::ArrayOutputStream stream{
      kj::arrayPtr(reinterpret_cast<::capnp::byte*>(to.data()), to.size())};
  ::capnp::writeMessage(stream, type_->builder);
}

}  // namespace tutti::tap
