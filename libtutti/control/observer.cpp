// SPDX-License-Identifier: MIT
#include "tutti/control/observer.hpp"

#include <fstream>
#include <string_view>

#include "tutti/error.hpp"

namespace tutti::tap {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Where to knock; lets `socket` in where that asks for keys.
std::string door_of(const control::RunInfo& run, zmq::socket_t& socket) {
  constexpr std::string_view local = "ipc://";
  std::string far;
  const bool near =
      run.tap.starts_with(local) && std::filesystem::exists(run.tap.substr(local.size()));
  if (near || !(std::ifstream{far_door(run.folder)} >> far)) return run.tap;
  control::visit(socket, run.keys);
  return far;
}

}  // namespace

std::filesystem::path far_door(const std::filesystem::path& folder) {
  return folder / "control" / "door";
}

Observer::Observer(const control::RunInfo& run, std::string name)
    : run_{run.name}, name_{std::move(name)}, socket_{context_, zmq::socket_type::dealer} {
  if (run.tap.empty())
    throw Error{Fault::usage, "run {} has no gateway: nobody can look on", run.name};
  socket_.set(zmq::sockopt::linger, 200);
  socket_.connect(door_of(run, socket_));
  greet();
}

Observer::~Observer() {
  try {
    send(Bye{});
  } catch (const zmq::error_t&) {  // the run is over: nobody is there to be told
  }
}

void Observer::send(const Word& word) {
  socket_.send(zmq::buffer(encode(word)), zmq::send_flags::dontwait);
}

void Observer::greet() {
  if (Clock::now() < greeted_ + std::chrono::seconds{1}) return;
  greeted_ = Clock::now();
  send(Hello{name_, {}});
}

std::optional<Word> Observer::poll(milliseconds wait) {
  greet();
  if (!kept_.empty()) {
    auto word = std::move(kept_.front());
    kept_.pop_front();
    return word;
  }
  zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
  if (::zmq_poll(&item, 1, static_cast<long>(wait.count())) <= 0) return std::nullopt;
  zmq::message_t raw;
  if (!socket_.recv(raw, zmq::recv_flags::dontwait)) return std::nullopt;
  return decode({raw.data<std::byte>(), raw.size()});
}

template <typename T>
std::optional<T> Observer::await(milliseconds limit) {
  const auto until = Clock::now() + limit;
  std::deque<Word> others = std::exchange(kept_, {});
  std::optional<T> found;
  while (!found && Clock::now() < until) {
    auto word = poll(milliseconds{50});
    if (!word) continue;
    if (auto* wanted = std::get_if<T>(&*word))
      found = std::move(*wanted);
    else
      others.push_back(std::move(*word));
  }
  kept_ = std::move(others);
  return found;
}

Welcome Observer::welcome(milliseconds limit) {
  if (auto found = await<Welcome>(limit)) return std::move(*found);
  throw Error{Fault::lost, "run {} has said nothing for {} s: it has not begun, or is gone", run_,
              limit.count() / 1000};
}

std::optional<control::Status> Observer::state(milliseconds limit) {
  return await<control::Status>(limit);
}

control::Answer Observer::ask(control::Command order, milliseconds limit) {
  order.id = next_id_++;
  send(order);
  if (auto answer = await<control::Answer>(limit)) return std::move(*answer);
  throw Error{Fault::lost, "run {} has not answered for {} s", run_, limit.count() / 1000};
}

}  // namespace tutti::tap
