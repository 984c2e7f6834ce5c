// SPDX-License-Identifier: MIT
#include "mpi_channel.hpp"

#include <algorithm>
#include <limits>

#include "frame.hpp"
#include "tutti/error.hpp"

namespace tutti::transport {
namespace {

/// MPI counts in int: longer frames go in units of a chunk's worth of bytes.
constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

MPI_Datatype chunk_type() {
  static const MPI_Datatype type = [] {
    MPI_Datatype made = MPI_DATATYPE_NULL;
    MPI_Type_contiguous(static_cast<int>(chunk_bytes), MPI_BYTE, &made);
    MPI_Type_commit(&made);
    return made;
  }();
  return type;
}

struct Size {
  int count;
  MPI_Datatype type;
};
/// Both ends round a size that an int cannot count up to whole chunks, in the buffers too.
Size size_of(std::size_t bytes) {
  if (bytes <= static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return {static_cast<int>(bytes), MPI_BYTE};
  return {static_cast<int>((bytes + chunk_bytes - 1) / chunk_bytes), chunk_type()};
}
std::size_t padding(std::size_t bytes) {
  if (bytes <= static_cast<std::size_t>(std::numeric_limits<int>::max())) return 0;
  return (chunk_bytes - bytes % chunk_bytes) % chunk_bytes;
}

bool test(MPI_Request& request) {
  int done = 0;
  MPI_Test(&request, &done, MPI_STATUS_IGNORE);
  return done != 0;
}

void cancel(MPI_Request& request) {
  if (request == MPI_REQUEST_NULL) return;
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized != 0) return;
  MPI_Cancel(&request);
  MPI_Request_free(&request);
}

}  // namespace

MpiSender::MpiSender(const MpiRoute& route, bool with_credits)
    : route_{route}, with_credits_{with_credits} {
  if (with_credits_)
    MPI_Irecv(&arriving_, 1, MPI_UINT64_T, route_.peer, route_.tag(2), route_.comm,
              &release_request_);
}

MpiSender::~MpiSender() {
  cancel(release_request_);
  for (auto& flight : flights_)
    for (auto& request : flight.requests) cancel(request);
}

void MpiSender::send(Buffer& frame) {
  collect();
  flights_.push_back({std::move(frame), {MPI_REQUEST_NULL, MPI_REQUEST_NULL}});
  frame = {};
  if (!spare_.empty()) {
    frame = std::move(spare_.back());
    spare_.pop_back();
    frame.clear();
  }
  auto& flight = flights_.back();
  const std::size_t size = flight.buffer.size();
  const std::size_t head = std::min(size, route_.head_bytes);
  MPI_Isend(flight.buffer.data(), static_cast<int>(head), MPI_BYTE, route_.peer, route_.tag(0),
            route_.comm, &flight.requests[0]);
  if (size > head) {
    const std::size_t rest = size - head;
    flight.buffer.extend(padding(rest));
    const auto [count, type] = size_of(rest);
    MPI_Isend(flight.buffer.data() + head, count, type, route_.peer, route_.tag(1), route_.comm,
              &flight.requests[1]);
  }
}

void MpiSender::collect() {
  while (!flights_.empty()) {
    auto& front = flights_.front();
    if (!test(front.requests[0]) || !test(front.requests[1])) return;
    spare_.push_back(std::move(front.buffer));
    flights_.pop_front();
  }
}

bool MpiSender::flushed() {
  collect();
  return flights_.empty();
}

std::uint64_t MpiSender::released() {
  while (with_credits_ && released_ != all_released && test(release_request_)) {
    released_ = arriving_;
    if (released_ != all_released)
      MPI_Irecv(&arriving_, 1, MPI_UINT64_T, route_.peer, route_.tag(2), route_.comm,
                &release_request_);
  }
  return released_;
}

MpiReceiver::MpiReceiver(const MpiRoute& route) : route_{route} {
  for (auto& slot : slots_) {
    slot.head.extend(route_.head_bytes);
    post(slot);
  }
}

MpiReceiver::~MpiReceiver() {
  for (auto& slot : slots_) cancel(slot.request);
  cancel(rest_);
  for (auto& [count, request] : releases_) cancel(request);
}

void MpiReceiver::post(Slot& slot) {
  MPI_Irecv(slot.head.data(), static_cast<int>(route_.head_bytes), MPI_BYTE, route_.peer,
            route_.tag(0), route_.comm, &slot.request);
}

Buffer MpiReceiver::spare() {
  if (spare_.empty()) return {};
  Buffer buffer = std::move(spare_.back());
  spare_.pop_back();
  buffer.clear();
  return buffer;
}

std::span<const std::byte> MpiReceiver::next() {
  if (!rest_pending_ && !head_here()) return {};
  if (rest_pending_) {
    if (!test(rest_)) return {};
    rest_pending_ = false;
  }
  held_.push_back(std::move(coming_));
  return held_.back().view();
}

/// The next head, if it has come; what does not fit into it starts to arrive.
bool MpiReceiver::head_here() {
  Slot& slot = slots_[current_];
  int done = 0;
  MPI_Status status;
  MPI_Test(&slot.request, &done, &status);
  if (done == 0) return false;
  int got = 0;
  MPI_Get_count(&status, MPI_BYTE, &got);
  const std::span head{slot.head.data(), static_cast<std::size_t>(got)};
  const std::size_t size = frame_size(head);
  if (size < head.size() || (size > head.size() && head.size() != route_.head_bytes))
    throw Error{Fault::protocol, "a frame of {} bytes that says {}", head.size(), size};
  coming_ = spare();
  std::copy(head.begin(), head.end(), coming_.extend(head.size()));
  post(slot);
  current_ = (current_ + 1) % slots_.size();
  if (size == head.size()) return true;
  const std::size_t rest = size - head.size();
  std::byte* place = coming_.extend(rest + padding(rest));
  coming_.shrink(size);
  const auto [count, type] = size_of(rest);
  MPI_Irecv(place, count, type, route_.peer, route_.tag(1), route_.comm, &rest_);
  rest_pending_ = true;
  return true;
}

void MpiReceiver::drop() {
  spare_.push_back(std::move(held_.front()));
  held_.pop_front();
}

void MpiReceiver::release(std::uint64_t count) {
  while (!releases_.empty() && test(releases_.front().second)) releases_.pop_front();
  releases_.emplace_back(count, MPI_REQUEST_NULL);
  auto& [value, request] = releases_.back();
  MPI_Isend(&value, 1, MPI_UINT64_T, route_.peer, route_.tag(2), route_.comm, &request);
}

bool MpiReceiver::flushed() {
  while (!releases_.empty() && test(releases_.front().second)) releases_.pop_front();
  return releases_.empty();
}

}  // namespace tutti::transport
