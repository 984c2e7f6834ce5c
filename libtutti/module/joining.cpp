// SPDX-License-Identifier: MIT
// The part of Runtime that happens before the first window: ports, then elements, then routes.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "runtime.hpp"
#include "tutti/error.hpp"
#include "tutti/version.hpp"

namespace tutti::module {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

const char* best_isa() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return "avx512";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "avx2";
  return "x86-64";
}

const control::Route& route_of(const control::Start& start, std::uint32_t connection) {
  for (const auto& route : start.routes)
    if (route.connection == connection) return route;
  throw Error{Fault::protocol, "the broker sent no route for connection {}", connection};
}

}  // namespace

/// Waits for the next message of one kind; tables that come meanwhile are kept.
template <typename T>
T Runtime::expect(const std::string& what) {
  std::optional<T> found;
  waiter_->until(
      [&] {
        while (!found) {
          auto message = session_->poll();
          if (!message) return false;
          if (auto* wanted = std::get_if<T>(&*message)) {
            found = std::move(*wanted);
          } else if (auto* table = std::get_if<control::Table>(&*message)) {
            take_table(std::move(*table));
          } else if (auto* projection = std::get_if<control::Projection>(&*message)) {
            projections_.push_back(std::move(*projection));
          } else {
            throw Error{Fault::protocol, "the broker sent something else than {}", what};
          }
        }
        return true;
      },
      [&] {
        return WaitReason{false, 0, 0, {}, what};
      });
  return std::move(*found);
}

void Runtime::match() {
  if (session_ == nullptr) throw Described{};
  if (matched_) return;
  matched_ = true;
  control::Join join{name_,
                     static_cast<std::uint32_t>(ranks_.rank),
                     static_cast<std::uint32_t>(ranks_.count),
                     ::getpid(),
                     host_name(),
                     mpi_ != nullptr ? mpi_->rank() : -1,
                     best_isa(),
                     descriptions(),
                     version,
                     info_.members[number_].job,
                     channels_->endpoint(),
                     keeps_};
  session_->send(std::move(join));
  const auto reply = expect<control::Matched>("the others to join");
  for (const auto& c : reply.connections) {
    for (auto* input : inputs_)
      if (c.to_module == name_ && c.to_port == input->port.name) input->connections.push_back(c);
    for (auto* output : outputs_)
      if (c.from_module == name_ && c.from_port == output->port.name)
        output->connections.push_back(c);
  }
  for (auto* output : outputs_)
    if (output->offered && !output->connections.empty())
      session_->send(control::Offer{output->port.name, *output->offered});
}

void Runtime::offer(OutputState& output, ElementTable table) {
  if (output.offered || started_)
    throw Error{Fault::protocol, "{}.{}: elements are offered once, before the first window", name_,
                output.port.name};
  output.outlet().offer(table.ids);
  output.offered = std::move(table);
  if (matched_ && !output.connections.empty())
    session_->send(control::Offer{output.port.name, *output.offered});
}

void Runtime::take_table(control::Table&& table) {
  for (auto* input : inputs_)
    for (const auto& c : input->connections)
      if (c.id == table.connection) {
        input->tables.push_back(std::move(table));
        return;
      }
  throw Error{Fault::protocol, "the broker sent elements of connection {}, which is not ours",
              table.connection};
}

const ElementTable& Runtime::elements(InputState& input) {
  match();
  if (input.table) return *input.table;
  const auto complete = [&] { return input.tables.size() == input.connections.size(); };
  while (!complete())
    take_table(expect<control::Table>(fmt::format("the elements of {}", input.port.name)));
  std::vector<ElementTable> parts;
  for (const auto& c : input.connections) {  // in the order of the run file, whatever came first
    if (c.stands_in) continue;               // whose elements are the same
    for (auto& table : input.tables)
      if (table.connection == c.id)
        for (auto& part : table.parts) {
          part.ids = part.ids.shifted(c.offset);
          for (auto& population : part.populations)
            population.first += static_cast<std::uint64_t>(c.offset);
          parts.push_back(part);
        }
  }
  try {
    input.table = joined(parts);
  } catch (const Error& e) {
    throw Error{e.fault(), "{}.{}: {}", name_, input.port.name, e.what()};
  }
  return *input.table;
}

void Runtime::tell_wants() {
  for (auto* input : inputs_) {
    if (input->connections.empty()) {
      // people may steer what rests
      if (!input->rest.empty()) session_->send(control::Want{input->port.name, *input->wanted});
      continue;
    }
    if (input->port.kind == PortKind::message) continue;
    if (!input->wanted) input->wanted = elements(*input).ids;
    for (auto& piece : input->projections()) session_->send(std::move(piece));
    session_->send(control::Want{input->port.name, *input->wanted});
  }
}

void Runtime::start() {
  match();
  for (const auto* output : outputs_)
    if (!output->offered && !output->connections.empty() && output->port.kind != PortKind::message)
      throw Error{Fault::protocol, "{}.{} was connected but never offered its elements", name_,
                  output->port.name};
  tell_wants();
  const auto order = expect<control::Start>("the others to be ready");
  settle_channels(order);
  connect_outputs(order);
  connect_inputs(order);
  started_ = true;
  session_->pulse().activity.store(control::Activity::computing, std::memory_order_relaxed);
}

void Runtime::start_trace() {
  nlohmann::json head{
      {"version", 1}, {"module", name_}, {"rank", ranks_.rank}, {"number", number_}};
  for (const auto* output : outputs_) head["outputs"].push_back(output->port.name);
  const auto add = [&](const control::Connection& c) {
    head["connections"][std::to_string(c.id)] = {c.from(), c.to()};
  };
  for (const auto* output : outputs_)
    for (const auto& c : output->connections) add(c);
  for (const auto* input : inputs_)
    for (const auto& c : input->connections) add(c);
  tracer_ = std::make_unique<Tracer>(
      info_.folder / "trace" / fmt::format("{}.{}.trace", name_, ranks_.rank), head.dump());
  waiter_->trace_to(*tracer_, clock_);
}

namespace {

/// What a source rank and a target rank of a connection have in common; empty: there is no lane
/// between them. Messages go to everybody.
Elements shared_elements(const control::Route& route, std::uint32_t source, std::uint32_t target) {
  if (route.sources.empty() || route.targets.empty()) return {};  // messages
  return intersection(route.sources.at(source), route.targets.at(target));
}
Extent extent_of(const control::Route& route, std::uint32_t target) {
  Extent extent{std::numeric_limits<std::uint64_t>::max(), 0};
  for (std::uint32_t source = 0; source < route.sources.size(); ++source)
    if (const auto shared = shared_elements(route, source, target); !shared.empty()) {
      extent.first = std::min(extent.first, shared.front());
      extent.last = std::max(extent.last, shared.back());
    }
  return extent.first <= extent.last ? extent : Extent{};
}
bool has_lane(const control::Connection& c, const Elements& shared) {
  return c.kind == PortKind::message || !shared.empty();
}

/// The ring that one lane would like: some frames' worth where frames have a known size.
transport::RingNeed ring_need(const control::Connection& c, std::size_t sample_bytes) {
  constexpr std::size_t usual = std::size_t{256} << 10, most = std::size_t{128} << 20;
  if (c.kind != PortKind::signal) return {16 * usual, 0};
  const auto samples = static_cast<std::size_t>(c.interval / c.source_step);
  const std::size_t frame = samples * sample_bytes + 2 * sizeof(transport::FrameHeader);
  // a target holds the frames of one of its windows, one before and one after; one more arrives
  const auto frames = static_cast<std::size_t>(c.target_step / c.interval) + 3;
  const std::size_t in_place = frames * (frame + 64);
  return {std::max(usual, in_place <= most ? in_place : usual), in_place};
}

}  // namespace

/// Names the lanes to and from this host's other processes, and agrees with them on memory.
void Runtime::settle_channels(const control::Start& start) {
  const auto own = static_cast<std::uint32_t>(ranks_.rank);
  channels_->open(start);
  for (const auto* output : outputs_)
    for (const auto& c : output->connections)
      for (std::uint32_t target = 0; target < c.target_ranks; ++target)
        if (has_lane(c, shared_elements(route_of(start, c.id), own, target)))
          channels_->expect_to(c, target);
  for (const auto* input : inputs_)
    for (const auto& c : input->connections)
      for (std::uint32_t source = 0; source < c.source_ranks; ++source) {
        const auto shared = shared_elements(route_of(start, c.id), source, own);
        if (has_lane(c, shared))
          channels_->expect_from(c, source, ring_need(c, input->sample_bytes(c, shared)));
      }
  waiter_->until([&] { return channels_->settle(); },
                 [&] {
                   return WaitReason{false, 0, 0, {}, "its neighbours to share memory"};
                 });
}

void Runtime::connect_outputs(const control::Start& start) {
  const auto own = static_cast<std::uint32_t>(ranks_.rank);
  for (auto* output : outputs_) {
    for (const auto& c : output->connections) {
      const auto& route = route_of(start, c.id);
      for (std::uint32_t target = 0; target < c.target_ranks; ++target) {
        const auto shared = shared_elements(route, own, target);
        if (!has_lane(c, shared)) continue;
        output->outlet().connect(Lane{c, own, target, channels_->sender(c, target), info_.cut},
                                 shared, extent_of(route, target));
        if (const auto matrix = matrix_for(c, target); !matrix.empty())
          output->outlet().project(matrix);
      }
    }
    output->outlet().hash_elements(
        output->connections.empty() ||
        !std::ranges::all_of(output->connections, [&](const control::Connection& c) {
          return std::ranges::any_of(projections_,
                                     [&](const auto& p) { return p.connection == c.id; });
        }));
    output->outlet().begin(end_);
  }
  projections_ = {};
}

void Runtime::connect_inputs(const control::Start& start) {
  const auto own = static_cast<std::uint32_t>(ranks_.rank);
  for (auto* input : inputs_) {
    for (const auto& c : input->connections) {
      const auto& route = route_of(start, c.id);
      auto& ear = input->make_ear(c, extent_of(route, own), info_.cut);
      for (std::uint32_t source = 0; source < c.source_ranks; ++source) {
        const auto shared = shared_elements(route, source, own);
        if (has_lane(c, shared)) ear.connect(source, channels_->receiver(c, source), shared);
      }
    }
    for (auto* ear : input->ears)
      for (auto* primary : input->ears)
        if (ear->connection().stands_in == primary->connection().id) ear->stand_in_for(*primary);
  }
}

std::vector<std::vector<std::byte>> Runtime::gather(std::span<const std::byte> mine) {
  if (session_ == nullptr) throw Described{};
  if (ranks_.count == 1) return {{mine.begin(), mine.end()}};
  const auto count = static_cast<std::size_t>(ranks_.count);
  MPI_Request request = MPI_REQUEST_NULL;
  const auto wait = [&] {
    waiter_->until(
        [&] {
          int done = 0;
          MPI_Test(&request, &done, MPI_STATUS_IGNORE);
          return done != 0;
        },
        [&] {
          return WaitReason{false, 0, 0, clock_, "its own other ranks"};
        });
  };
  const int size = static_cast<int>(mine.size());
  std::vector<int> sizes(count), places(count);
  MPI_Iallgather(&size, 1, MPI_INT, sizes.data(), 1, MPI_INT, mpi_->local(), &request);
  wait();
  int total = 0;
  for (std::size_t k = 0; k < count; ++k) places[k] = total, total += sizes[k];
  std::vector<std::vector<std::byte>> result(count);
  if (total == 0) return result;
  std::vector<std::byte> all(static_cast<std::size_t>(total));
  MPI_Iallgatherv(mine.data(), size, MPI_BYTE, all.data(), sizes.data(), places.data(), MPI_BYTE,
                  mpi_->local(), &request);
  wait();
  for (std::size_t k = 0; k < count; ++k)
    result[k].assign(all.begin() + places[k], all.begin() + places[k] + sizes[k]);
  return result;
}

}  // namespace tutti::module
