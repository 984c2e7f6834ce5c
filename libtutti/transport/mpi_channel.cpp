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

void drop(MPI_Request& request) {
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
  drop(release_request_);
  for (auto& flight : flights_)
    for (auto& request : flight.requests) drop(request);
}

Buffer MpiSender::fresh() {
  collect();
  if (spare_.empty()) return {};
  Buffer buffer = std::move(spare_.back());
  spare_.pop_back();
  buffer.clear();
  return buffer;
}

void MpiSender::send(Buffer&& frame) {
  flights_.push_back({std::move(frame), {MPI_REQUEST_NULL, MPI_REQUEST_NULL}});
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
  for (auto& slot : slots_) drop(slot.request);
  drop(rest_);
  for (auto& [count, request] : releases_) drop(request);
}

void MpiReceiver::post(Slot& slot) {
  MPI_Irecv(slot.head.data(), static_cast<int>(route_.head_bytes), MPI_BYTE, route_.peer,
            route_.tag(0), route_.comm, &slot.request);
}

bool MpiReceiver::poll() {
  if (!frame_.empty()) return true;
  if (!rest_pending_ && !head_here()) return false;
  if (rest_pending_) {
    if (!test(rest_)) return false;
    rest_pending_ = false;
    frame_ = whole_.view();
  }
  return true;
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
  const auto header = read_header(head);
  if (header.bytes + sizeof header <= route_.head_bytes) {
    if (header.bytes + sizeof header != head.size())
      throw Error{Fault::protocol, "a frame of {} bytes that says {}", head.size(),
                  header.bytes + sizeof header};
    frame_ = head;
    return true;
  }
  constexpr std::uint64_t most = std::uint64_t{1} << 40;
  if (header.bytes > most || head.size() != route_.head_bytes)
    throw Error{Fault::protocol, "a frame that says it has {} bytes", header.bytes};
  const std::size_t rest = header.bytes + sizeof header - head.size();
  whole_.clear();
  std::copy(head.begin(), head.end(), whole_.extend(head.size()));
  std::byte* place = whole_.extend(rest + padding(rest));
  whole_.shrink(header.bytes + sizeof header);
  const auto [count, type] = size_of(rest);
  MPI_Irecv(place, count, type, route_.peer, route_.tag(1), route_.comm, &rest_);
  rest_pending_ = true;
  return true;
}

void MpiReceiver::pop() {
  frame_ = {};
  post(slots_[current_]);
  current_ = (current_ + 1) % slots_.size();
}

Buffer MpiReceiver::take(Buffer&& spare) {
  Buffer result = std::move(spare);
  if (frame_.data() == whole_.data()) {
    std::swap(result, whole_);
  } else {
    result.clear();
    std::copy(frame_.begin(), frame_.end(), result.extend(frame_.size()));
  }
  pop();
  return result;
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
