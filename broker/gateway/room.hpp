// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <zmq.hpp>

#include "atlas.hpp"
#include "observer.hpp"
#include "press.hpp"
#include "tutti/control/keys.hpp"

namespace tutti::gateway {

/// The gateway's thread: its three sockets and what it knows. Observers knock at `front`, processes
/// of the run bring what is tapped to `back`, and `core` leads to the broker.
class Room {
 public:
  explicit Room(const control::RunInfo& info);
  /// One round: waits for something to come, 20 ms at most.
  void serve();

 private:
  using Peer = std::string;
  struct Tapped {
    Stream stream;
    double needed_s = 0;  ///< When somebody last read it.
  };
  struct Asked {
    Peer peer;
    std::uint32_t id = 0;
  };

  // room.cpp: sockets
  void open_far_door(const control::RunInfo& info);
  void receive_front();
  void receive_back();
  void receive_core();
  bool send_front(const Peer& peer, const tap::Word& word);
  bool send_front(const Peer& peer, std::span<const std::byte> bytes);
  /// `make()` is asked for the message where its observer has room for one.
  template <typename Make>
  bool send_made(const Peer& peer, Make&& make);
  bool send_print(const Peer& peer, Subscription& subscription, tap::BatchPrint& print);
  void send_back(const Peer& peer, const tap::Note& note);

  // front.cpp: what observers say
  void hear(const Peer& peer, const tap::Word& word);
  void hello(const Peer& peer, const tap::Hello& hello);
  void subscribe(const Peer& peer, Observer& observer, const tap::Subscribe& wish);
  void command(const Peer& peer, control::Command order);
  void refuse(const Peer& peer, std::uint32_t id, const std::string& text);

  // streams.cpp: what they get
  std::uint32_t stream_for(const StreamSpec& wish);
  void order(std::uint32_t number);
  void share_out();
  void drop_idle();
  void pump();
  void feed(const Peer& peer, Observer& observer);
  bool tell_table(const Peer& peer, Observer& observer, Subscription& subscription);
  void tell_state();
  void end();

  double now_s_ = 0;
  zmq::context_t context_{1};
  std::optional<control::Doorman> doorman_;
  zmq::socket_t front_, back_, core_;
  Atlas atlas_;
  std::map<Peer, Observer> observers_;
  std::map<std::uint32_t, Tapped> streams_;
  std::uint32_t next_stream_ = 1, next_command_ = 1;
  std::map<std::uint32_t, Asked> asked_;  // commands under way, by our number
  std::optional<control::Status> news_;
  std::optional<double> ended_s_;
  bool over_ = false;
  Press press_;
  double pump_due_s_ = 0, shared_s_ = 0;
  std::size_t shared_among_ = 0;  // streams
};

}  // namespace tutti::gateway
