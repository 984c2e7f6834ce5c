// SPDX-License-Identifier: MIT
#include "channels.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "../transport/mpi_channel.hpp"
#include "lane.hpp"
#include "tutti/error.hpp"

namespace tutti::module {
namespace {

/// Whether some process of the run is not in `job`; one in none is alone.
bool reaches_out(const control::RunInfo& info, std::uint32_t job) {
  return std::ranges::any_of(info.members,
                             [&](const auto& m) { return m.job == 0 || m.job != job; });
}

/// The address of this host from which packets to the broker go, "tcp://192.0.2.8": a socket for
/// datagrams knows it once it is connected, which sends nothing.
std::string address_towards(const std::string& endpoint) {
  const auto colon = endpoint.rfind(':');
  auto host = endpoint.substr(0, colon).substr(std::string_view{"tcp://"}.size());
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_DGRAM;
  if (::getaddrinfo(host.c_str(), endpoint.c_str() + colon + 1, &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner{found, &::freeaddrinfo};
  const int probe = ::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return {};
  sockaddr_storage own{};
  auto* const place = reinterpret_cast<sockaddr*>(&own);
  socklen_t length = sizeof own;
  std::array<char, 64> text{};
  const bool known =
      ::connect(probe, found->ai_addr, found->ai_addrlen) == 0 &&
      ::getsockname(probe, place, &length) == 0 &&
      ::getnameinfo(place, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0;
  ::close(probe);
  if (!known) return {};
  return own.ss_family == AF_INET6 ? fmt::format("tcp://[{}]", text.data())
                                   : fmt::format("tcp://{}", text.data());
}

/// Where a process listens: a socket of its own in the run's folder, or a port that the system
/// chooses, at the address of its host that leads to the broker unless somebody says another
/// (`tutti join --listen`). ZeroMQ takes over a local socket of the same name, so a process that
/// comes a second time must not have it.
std::string address_of(const control::RunInfo& info, const std::string& module,
                       std::uint32_t rank) {
  if (!info.listen.starts_with("ipc://")) {
    const char* said = std::getenv("TUTTI_LISTEN");
    const std::string own =
        said != nullptr && *said != '\0' ? said : address_towards(info.endpoint);
    return own.empty() ? info.listen : own + ":*";
  }
  return fmt::format("{}{}.{}.{}", info.listen, module, rank, ::getpid());
}

/// The part of the run's deadline that a cut link may take to come back: the process that knows
/// which one it is speaks before the broker, which only sees that nothing moves.
constexpr double link_patience = 0.7;

}  // namespace

Channels::Channels(const control::RunInfo& info, std::uint32_t module, std::uint32_t rank,
                   transport::MpiWorld* mpi)
    : info_{info},
      module_{module},
      rank_{rank},
      mpi_{mpi},
      neighbours_{mpi != nullptr ? mpi->world() : MPI_COMM_NULL,
                  transport::MpiWorld::first_free_tag} {
  const auto& own = info.members.at(module);
  if (reaches_out(info, own.job))
    port_ = std::make_unique<transport::ZmqPort>(
        address_of(info, own.name, rank), transport::identity_of(info.secret, own.name, rank),
        info.keys, std::chrono::duration<double>{link_patience * info.deadline_s});
}

void Channels::tend() {
  backlog().pump();
  if (port_) port_->tend();
}

void Channels::open(const control::Start& start) {
  modules_ = start.modules;
  for (std::size_t k = 0; k < start.pairs.size(); ++k) {
    const auto [low, high] = start.pairs[k];
    if (low != module_ && high != module_) continue;
    const auto other = low == module_ ? high : low;
    if (mpi_ == nullptr || !in_our_job(other))
      throw Error{Fault::protocol, "the broker pairs {} with {}, which is in no MPI job with it",
                  info_.members[module_].name, modules_.at(other).module};
    mpi_->make_pair(other, world_rank(other, 0), static_cast<int>(k), low == high);
  }
}

bool Channels::in_our_job(std::uint32_t module) const {
  const auto job = modules_.at(module_).job;
  return job != 0 && modules_.at(module).job == job;
}

std::int32_t Channels::world_rank(std::uint32_t module, std::uint32_t rank) const {
  return modules_.at(module).world_ranks.at(rank);
}

bool Channels::is_near(std::uint32_t module, std::uint32_t rank) const {
  return info_.rings && in_our_job(module) && mpi_->is_near(world_rank(module, rank));
}

void Channels::expect_to(const control::Connection& c, std::uint32_t target) {
  if (is_near(c.to_number, target)) neighbours_.expect_to(world_rank(c.to_number, target), c.id);
}

void Channels::expect_from(const control::Connection& c, std::uint32_t source,
                           transport::RingNeed need) {
  if (is_near(c.from_number, source))
    neighbours_.expect_from(world_rank(c.from_number, source), c.id, need);
}

std::unique_ptr<transport::Sender> Channels::sender(const control::Connection& c,
                                                    std::uint32_t target) {
  if (!in_our_job(c.to_number))
    return port_->sender(modules_.at(c.to_number).endpoints.at(target),
                         {c.id, target, fmt::format("{} → {} rank {}", c.from(), c.to(), target)});
  if (is_near(c.to_number, target))
    if (auto sender = neighbours_.sender(world_rank(c.to_number, target), c.id)) return sender;
  const transport::MpiRoute way{mpi_->pair(c.to_number), static_cast<int>(target), c.id};
  return std::make_unique<transport::MpiSender>(way, c.credits > 0);
}

std::unique_ptr<transport::Receiver> Channels::receiver(const control::Connection& c,
                                                        std::uint32_t source) {
  if (!in_our_job(c.from_number))
    return port_->receiver(transport::identity_of(info_.secret, c.from_module, source),
                           {c.id, source, fmt::format("{} rank {} → {}", c.from(), source, c.to())},
                           rank_, first_frame(c, info_.cut));
  if (is_near(c.from_number, source))
    if (auto receiver = neighbours_.receiver(world_rank(c.from_number, source), c.id))
      return receiver;
  const transport::MpiRoute way{mpi_->pair(c.from_number), static_cast<int>(source), c.id};
  return std::make_unique<transport::MpiReceiver>(way);
}

}  // namespace tutti::module
