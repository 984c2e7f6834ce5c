// SPDX-License-Identifier: MIT
#include "neighbours.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "tutti/error.hpp"

namespace tutti::transport {
namespace {

/// What all rings of a process may take up together; beyond, each gets its share.
constexpr std::size_t inbox_bytes = std::size_t{1} << 30;
constexpr std::size_t least_ring = std::size_t{64} << 10;

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + page_bytes - 1) / page_bytes * page_bytes;
}

std::uint64_t new_cookie() {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return static_cast<std::uint64_t>(now) * 0x9E3779B97F4A7C15U ^
         static_cast<std::uint64_t>(::getpid());
}

/// A memory begins with a page: its cookie, then (at a cache line of its own) a bell.
constexpr std::size_t bell_offset = 64;

bool test(MPI_Request& request) {
  int done = 0;
  MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  return done != 0;
}

}  // namespace

Neighbours::Neighbours(MPI_Comm comm, int first_tag)
    : comm_{comm}, first_tag_{first_tag}, cookie_{new_cookie()}, memory_{page_bytes} {
  page_ = Mapping{memory_, 0, page_bytes};
  if (!memory_ || !page_)
    throw Error{Fault::io, "this system gives no shared memory (memfd_create)"};
  std::memcpy(page_.data(), &cookie_, sizeof cookie_);
}

Neighbours::~Neighbours() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized != 0) return;
  for (auto* lanes : {&incoming_, &outgoing_})
    for (auto& lane : *lanes)
      for (auto& request : lane.requests)
        if (request != MPI_REQUEST_NULL) MPI_Request_free(&request);
}

namespace {

Bell& bell_in(const Mapping& page) { return *reinterpret_cast<Bell*>(page.data() + bell_offset); }

}  // namespace

Bell& Neighbours::bell() const { return bell_in(page_); }

Neighbours::Address Neighbours::own_address() const { return {::getpid(), memory_.fd(), cookie_}; }

void Neighbours::expect_from(int peer, std::uint32_t connection, RingNeed need) {
  incoming_.push_back({peer, connection, need, false, false, {}, {}, {}, {}, {}});
}

void Neighbours::expect_to(int peer, std::uint32_t connection) {
  outgoing_.push_back({peer, connection, {}, false, false, {}, {}, {}, {}, {}});
}

/// Gives every incoming lane its ring in this process's memory.
void Neighbours::lay_out() {
  const std::size_t share =
      std::max(least_ring, inbox_bytes / std::max<std::size_t>(1, incoming_.size()));
  std::size_t total = page_bytes;
  for (auto& lane : incoming_) {
    const auto capacity = whole_pages(std::min(lane.need.wished, share));
    lane.in_place = capacity >= lane.need.in_place;
    lane.offer.offset = total;
    lane.offer.capacity = capacity;
    total += Ring::footprint(capacity);
  }
  if (!memory_.grow(total)) return;
  for (auto& lane : incoming_) {
    lane.ring = Ring{memory_, lane.offer.offset, lane.offer.capacity};
    if (!lane.ring) continue;
    lane.ring.state().cookie = cookie_ * (2 * lane.offer.offset + 1);
    lane.offer.memory = own_address();
  }
}

void Neighbours::begin() {
  begun_ = true;
  if (!incoming_.empty()) lay_out();
  for (auto& lane : incoming_) {
    MPI_Isend(&lane.offer, sizeof lane.offer, MPI_BYTE, lane.peer, tag(lane, 0), comm_,
              &lane.requests[0]);
    MPI_Irecv(&lane.answer, sizeof lane.answer, MPI_BYTE, lane.peer, tag(lane, 1), comm_,
              &lane.requests[1]);
  }
  for (auto& lane : outgoing_)
    MPI_Irecv(&lane.offer, sizeof lane.offer, MPI_BYTE, lane.peer, tag(lane, 0), comm_,
              &lane.requests[0]);
}

SharedMemory Neighbours::memory_of(const Address& address) {
  if (address.fd < 0) return {};
  return SharedMemory::of_process(static_cast<pid_t>(address.pid), static_cast<int>(address.fd));
}

/// The page with a process's bell, if the memory is the one meant.
Mapping Neighbours::first_page(const SharedMemory& memory, std::uint64_t cookie) {
  if (!memory) return {};
  Mapping page{memory, 0, page_bytes};
  if (page && std::memcmp(page.data(), &cookie, sizeof cookie) == 0) return page;
  return {};
}

/// The source's answer to an offer.
void Neighbours::reach(Lane& lane) {
  const auto& [memory, offset, capacity] = lane.offer;
  const auto there = memory_of(memory);
  lane.bell = first_page(there, memory.cookie);
  if (lane.bell) lane.ring = Ring{there, offset, capacity};
  if (lane.ring) lane.answer = own_address();
  MPI_Isend(&lane.answer, sizeof lane.answer, MPI_BYTE, lane.peer, tag(lane, 1), comm_,
            &lane.requests[1]);
}

bool Neighbours::settle() {
  if (!begun_) begin();
  bool all = true;
  for (auto& lane : outgoing_) {
    if (!lane.answered && test(lane.requests[0])) {
      reach(lane);
      lane.answered = true;
    }
    all = all && lane.answered && test(lane.requests[1]);
  }
  for (auto& lane : incoming_) {
    if (!lane.answered && test(lane.requests[0]) && test(lane.requests[1])) {
      const auto there = memory_of(lane.answer);
      lane.bell = first_page(there, lane.answer.cookie);
      if (lane.answer.fd >= 0 && !lane.bell)
        throw Error{Fault::peer, "process {} reaches our memory, but we do not reach its memory",
                    lane.answer.pid};
      if (!lane.bell) lane.ring = {};
      lane.answered = true;
    }
    all = all && lane.answered;
  }
  return all;
}

Neighbours::Lane& Neighbours::find(std::vector<Lane>& lanes, int peer, std::uint32_t connection) {
  return *std::ranges::find_if(
      lanes, [&](const Lane& l) { return l.peer == peer && l.connection == connection; });
}

std::unique_ptr<Sender> Neighbours::sender(int peer, std::uint32_t connection) {
  auto& lane = find(outgoing_, peer, connection);
  if (!lane.ring) return nullptr;
  auto& bell = bell_in(lane.bell);
  return std::make_unique<RingSender>(std::move(lane.ring), std::move(lane.bell), bell, backlog_);
}

std::unique_ptr<Receiver> Neighbours::receiver(int peer, std::uint32_t connection) {
  auto& lane = find(incoming_, peer, connection);
  if (!lane.ring) return nullptr;
  auto& bell = bell_in(lane.bell);
  return std::make_unique<RingReceiver>(std::move(lane.ring), std::move(lane.bell), bell,
                                        lane.in_place);
}

}  // namespace tutti::transport
