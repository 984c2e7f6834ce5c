// SPDX-License-Identifier: MIT
#include "codec_steering.hpp"

#include <algorithm>
#include <cstring>

namespace tutti::control::codec {

void write(wire::Status::Builder b, const Status& m) {
  b.setPhase(static_cast<wire::Phase>(m.phase)), b.setStopPs(ticks(m.stop));
  b.setClockPs(ticks(m.clock)), b.setOk(m.ok), b.setFault(static_cast<std::uint32_t>(m.fault));
  b.setReason(m.reason), b.setCulprit(m.culprit), b.setSummary(m.summary);
  auto notices = b.initNotices(length(m.notices));
  for (std::uint32_t i = 0; i < notices.size(); ++i) notices.set(i, m.notices[i]);
  auto list = b.initMembers(length(m.members));
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const auto& s = m.members[i];
    list[i].setModule(s.module), list[i].setRank(s.rank), list[i].setPid(s.pid);
    list[i].setClockPs(ticks(s.clock)),
        list[i].setActivity(static_cast<wire::Activity>(s.activity));
    list[i].setWaitsFor(s.waits_for), list[i].setLine(s.line);
    list[i].setComputeSeconds(s.compute_seconds), list[i].setWaitSeconds(s.wait_seconds);
  }
}

Status read_status(wire::Status::Reader r) {
  Status m{known(r.getPhase(), Phase::ended),
           time_of(r.getStopPs()),
           time_of(r.getClockPs()),
           {},
           r.getOk(),
           fault(r.getFault()),
           text(r.getReason()),
           text(r.getCulprit()),
           text(r.getSummary()),
           {}};
  for (const auto notice : r.getNotices()) m.notices.push_back(text(notice));
  for (const auto s : r.getMembers())
    m.members.push_back({text(s.getModule()), s.getRank(), s.getPid(), time_of(s.getClockPs()),
                         known(s.getActivity(), Activity::done), text(s.getWaitsFor()),
                         text(s.getLine()), s.getComputeSeconds(), s.getWaitSeconds()});
  return m;
}

void write(wire::Command::Builder b, const Command& m) {
  b.setId(m.id);
  switch (m.verb) {
    case Command::Verb::cut:
      return b.setCut();
    case Command::Verb::pause:
      return b.setPause();
    case Command::Verb::resume:
      return b.setResume();
    case Command::Verb::step:
      return b.setStep(ticks(m.step));
    case Command::Verb::stop:
      return b.setStop(m.reason);
    case Command::Verb::send:
      return write(b.initSend(), m.send);
    case Command::Verb::mark:
      return b.setMark(m.reason);
    case Command::Verb::checkpoint:
      return b.setCheckpoint(m.then_stop);
  }
}

Command read_command(wire::Command::Reader r) {
  Command m;
  m.id = r.getId();
  switch (r.which()) {
    case wire::Command::PAUSE:
      m.verb = Command::Verb::pause;
      return m;
    case wire::Command::CUT:
      m.verb = Command::Verb::cut;
      return m;
    case wire::Command::RESUME:
      m.verb = Command::Verb::resume;
      return m;
    case wire::Command::STEP:
      m.verb = Command::Verb::step, m.step = duration_of(r.getStep());
      return m;
    case wire::Command::STOP:
      m.verb = Command::Verb::stop, m.reason = text(r.getStop());
      return m;
    case wire::Command::SEND:
      m.verb = Command::Verb::send, m.send = read_send(r.getSend());
      return m;
    case wire::Command::MARK:
      m.verb = Command::Verb::mark, m.reason = text(r.getMark());
      return m;
    case wire::Command::CHECKPOINT:
      m.verb = Command::Verb::checkpoint, m.then_stop = r.getCheckpoint();
      return m;
  }
  throw Error{Fault::protocol, "a command of a kind unknown here"};
}

void write(wire::Send::Builder b, const Send& m) {
  b.setPort(m.port);
  write(b.initElements(length(m.elements.ranges())), m.elements);
  switch (m.kind) {
    case PortKind::spikes:
      return b.setSpikes(m.weight);
    case PortKind::signal: {
      auto signal = b.initSignal();
      signal.setValue(m.value), signal.setForPs(ticks(m.duration)), signal.setAdd(m.add);
      return;
    }
    case PortKind::message:
      b.setMediaType(m.media_type);
      b.setMessage({reinterpret_cast<const ::capnp::byte*>(m.message.data()), m.message.size()});
  }
}

Send read_send(wire::Send::Reader r) {
  Send m;
  m.port = text(r.getPort());
  m.elements = read_set(r.getElements());
  switch (r.which()) {
    case wire::Send::SPIKES:
      m.weight = r.getSpikes();
      return m;
    case wire::Send::SIGNAL:
      m.kind = PortKind::signal;
      m.value = r.getSignal().getValue(), m.add = r.getSignal().getAdd();
      m.duration = duration_of(r.getSignal().getForPs());
      return m;
    case wire::Send::MESSAGE: {
      m.kind = PortKind::message;
      m.media_type = text(r.getMediaType());
      const auto bytes = r.getMessage();
      m.message.resize(bytes.size());
      std::memcpy(m.message.data(), bytes.begin(), bytes.size());
      return m;
    }
  }
  throw Error{Fault::protocol, "a send of a kind unknown here"};
}

void write(wire::Answer::Builder b, const Answer& m) {
  b.setId(m.id), b.setOk(m.ok), b.setAtPs(ticks(m.at)), b.setText(m.text);
}

Answer read_answer(wire::Answer::Reader r) {
  return {r.getId(), r.getOk(), time_of(r.getAtPs()), text(r.getText())};
}

}  // namespace tutti::control::codec
