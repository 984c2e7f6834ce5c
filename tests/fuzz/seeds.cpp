// SPDX-License-Identifier: MIT
// fuzz-seeds FOLDER: inputs in binary forms to begin with, made by our own writers: a folder for
// each target. What is text lies in corpus/ as a person wrote it.
#include <filesystem>
#include <fstream>
#include <string>

#include "libtutti/transport/frame.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/control/source_notes.hpp"
#include "tutti/version.hpp"

using namespace tutti;

namespace {

std::filesystem::path folder;

void keep(const std::string& target, const std::string& name, const std::string& bytes) {
  std::filesystem::create_directories(folder / target);
  std::ofstream{folder / target / name, std::ios::binary} << bytes;
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::string raw(const auto& value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }
/// As fuzz::Input::piece reads it.
std::string piece(const std::string& bytes) {
  return raw(static_cast<std::uint16_t>(bytes.size())) + bytes;
}
std::string byte(int value) { return std::string(1, static_cast<char>(value)); }

PortDescription port(const char* name, Direction direction, PortKind kind, const char* unit = "") {
  PortDescription p;
  p.name = name, p.direction = direction, p.kind = kind, p.unit = unit, p.element = "neuron";
  return p;
}

control::Join join(const char* module, std::uint32_t rank) {
  control::Join j;
  j.module = module, j.rank = rank, j.pid = 100 + rank, j.host = "here";
  j.isa = "avx2", j.release = version, j.job = 1, j.endpoint = "ipc:///x";
  const bool source = module[0] == 's';
  const auto direction = source ? Direction::out : Direction::in;
  j.ports = {port(source ? "spikes" : "drive", direction, PortKind::spikes),
             port("v", direction, PortKind::signal, "mV")};
  return j;
}

ElementTable table(Elements ids) {
  ElementTable t;
  t.kind = "neuron";
  const auto rows = ids.size();
  t.ids = std::move(ids);
  t.columns.push_back({"x", "um", std::vector<double>(rows, 1.5)});
  return t;
}

control::Progress progress(int ms) {
  control::Progress p;
  p.clock = time_zero + ms * parse_duration("1 ms");
  p.activity = control::Activity::waiting;
  p.line = "8 Hz";
  return p;
}

control::Command command(control::Command::Verb verb) {
  control::Command c;
  c.id = 3, c.verb = verb, c.step = parse_duration("5 ms"), c.reason = "enough";
  c.send.port = "target.v", c.send.elements = Elements::range(0, 3);
  c.send.kind = PortKind::signal, c.send.value = 1.5;
  return c;
}

/// A run of two modules from joining to its end, as its broker hears it.
std::vector<std::pair<int, control::Message>> whole_run() {
  using control::Offer, control::Want;
  using Verb = control::Command::Verb;
  control::Done done;
  done.clock = time_zero + parse_duration("100 ms");
  done.hashes = {{"spikes", {1, 2, 3}}};
  const auto even = Elements::strided(0, 5, 2), odd = Elements::strided(1, 5, 2);
  return {{3, control::Watch{100}},
          {0, join("source", 0)},
          {1, join("source", 1)},
          {2, join("target", 0)},
          {0, Offer{"spikes", table(even)}},
          {1, Offer{"spikes", table(odd)}},
          {0, Offer{"v", table(even)}},
          {1, Offer{"v", table(odd)}},
          {2, control::Projection{1, 0, 0, 2, 30, {1, 1}, {0.5F, 1, 2, 4}}},
          {2, Want{"drive", Elements::range(0, 10)}},
          {2, Want{"v", Elements::range(0, 10)}},
          {0, progress(1)},
          {3, command(Verb::pause)},
          {3, command(Verb::step)},
          {3, command(Verb::send)},
          {3, command(Verb::mark)},
          {3, command(Verb::resume)},
          {2, progress(2)},
          {0, done},
          {1, done},
          {2, done}};
}

void broker() {
  std::string all;
  int number = 0;
  for (const auto& [peer, message] : whole_run()) {
    const auto bytes = text_of(control::encode(message));
    keep("control", std::to_string(number++), bytes);
    all += byte(peer) + piece(bytes);
    const auto ending = control::Failed{Fault::model, "the moon is full", time_zero};
    keep("broker", "fails" + std::to_string(number),
         all + byte(peer) + piece(text_of(control::encode(ending))));
  }
  keep("broker", "whole", all);
  keep("broker", "dead", all.substr(0, all.size() / 2) + byte(5) + byte(0) + byte(4));
  control::Status status;
  status.members.push_back({"source", 0, 100, {}, control::Activity::waiting, "x", "y", 1, 2});
  keep("control", "status", text_of(control::encode(status)));
  keep("control", "stop", text_of(control::encode(control::Stop{Fault::peer, "why"})));
}

void frames() {
  for (int kind = 0; kind < 4; ++kind) {
    std::string all = byte(kind);
    for (std::uint64_t n = 0; n < 6; ++n) {
      transport::FrameHeader header;
      std::string payload;
      header.sequence = kind == 2 ? n : n + 1;
      header.count = 2;
      if (kind == 0) payload = raw(std::uint64_t{17}) + raw(std::uint64_t{8000035});
      const auto tick = static_cast<std::int64_t>(n * 1'000'000'000 + 5);
      if (kind == 1) {
        header.format = static_cast<std::uint8_t>(transport::Payload::wide) | header.weights;
        payload = raw(tick) + raw(std::uint64_t{3}) + raw(tick) + raw(std::uint64_t{4}) + raw(0.5) +
                  raw(0.25);
      } else if (kind == 2) {
        header.format = static_cast<std::uint8_t>(transport::Payload::doubles);
        header.count = 1;
        payload.assign(12 * sizeof(double), '\1');
      } else if (kind == 3) {
        header.format = static_cast<std::uint8_t>(transport::Payload::messages);
        header.count = 1;
        payload = raw(tick) + raw(std::uint32_t{4}) + raw(std::uint32_t{0}) +
                  raw(std::uint64_t{2}) + "textok";
      }
      header.bytes = payload.size();
      all += piece(raw(header) + payload);
    }
    keep("frames", std::to_string(kind), all);
    all[0] = static_cast<char>(kind + 8);
    keep("frames", std::to_string(kind) + "_put_right", all);
  }
}

tap::Introduction introduction(const char* module, std::uint32_t rank, std::uint32_t ranks) {
  tap::Introduction said{module, rank, ranks, parse_duration("1 ms"), {}};
  const auto ids = Elements::strided(rank, 5, ranks);
  said.ports.push_back({port("spikes", Direction::out, PortKind::spikes), ids});
  said.ports.push_back({port("v", Direction::out, PortKind::signal, "mV"), ids});
  return said;
}

void taps() {
  tap::Subscribe wish;
  wish.id = 1, wish.port = "net.v", wish.elements = Elements::range(0, 3);
  wish.every = parse_duration("1 ms"), wish.reduce = tap::Reduce::mean;
  tap::Batch batch;
  batch.to = time_zero + parse_duration("2 ms");
  batch.times = {5, 6}, batch.elements = {1, 2};
  int number = 0;
  for (const tap::Word& word :
       {tap::Word{tap::Hello{"me", "token"}}, tap::Word{wish}, tap::Word{batch},
        tap::Word{tap::Unsubscribe{1}}, tap::Word{command(control::Command::Verb::stop)},
        tap::Word{tap::Refused{1, "no"}}, tap::Word{tap::Bye{}}})
    keep("tap", "word" + std::to_string(number++), byte(0) + text_of(tap::encode(word)));

  std::string all = byte(1);
  const auto say = [&](int peer, const tap::Note& note) {
    all += byte(peer) + piece(text_of(tap::encode_note(note)));
  };
  say(0, introduction("net", 0, 2));
  say(1, introduction("net", 1, 2));
  say(2, introduction("probe", 0, 1));
  keep("tap", "introduced", all);
  say(0, tap::Description{"v", table(Elements::strided(0, 4, 2))});
  say(1, tap::Description{"v", table(Elements::strided(1, 4, 2))});
  const auto ms = parse_duration("1 ms");
  for (int k = 0; k < 4; ++k) {
    const auto from = time_zero + k * ms, to = from + ms;
    say(0, tap::Chunk{1, from, to, 0, {ticks(from) + 5, ticks(to)}, {1, 7}, {}});
    say(0, tap::Chunk{2, from, to, 0, {ticks(to)}, {}, std::vector<std::byte>(4 * sizeof(double))});
  }
  keep("tap", "streams", all);
}

/// In the form that sonata.cpp describes.
std::string dataset(int name, int type, int kind, std::initializer_list<int> lengths,
                    const std::string& content, const std::string& unit = {}) {
  std::string bytes = byte(name) + byte(type) + byte(kind);
  for (const int length : lengths) bytes += byte(length);
  return bytes + content + unit;
}

void sonata() {
  const std::string spikes = dataset(0, 0, 17, {4}, "\1\2\3\4", std::string{"ms\0", 3}) +
                             dataset(1, 1, 1, {4}, std::string{"\0\1\2\0", 4});
  keep("sonata", "spikes", spikes);
  keep("sonata", "report",
       dataset(4, 0, 2, {2, 3}, "\1\2\3\4\5\6") + dataset(5, 0, 1, {3}, std::string{"\0\2\1", 3}) +
           dataset(6, 1, 1, {2}, std::string{"\0\1", 2}) +
           dataset(7, 1, 1, {3}, std::string{"\0\1\3", 3}) +
           dataset(8, 4, 1, {3}, std::string{"\0\0\1", 3}));
  keep("sonata", "huge", dataset(0, 0, 65, {250}, "") + dataset(1, 1, 65, {250}, ""));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  folder = argv[1];
  broker(), frames(), taps(), sonata();
  return 0;
}
