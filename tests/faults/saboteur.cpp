// SPDX-License-Identifier: MIT
// A library that a test lays over the programs of a run (LD_PRELOAD), so that one of them fails in
// a chosen way at a chosen simulated time without a line of the product knowing of it. It steps in
// where our library is called: the exported functions that it defines come before the real ones.
//
//   TUTTI_SABOTAGE="WHO HOW WHEN"   a module, `broker`, `launcher` or `observer`; the fault; [ms]
#include <dlfcn.h>
#include <errno.h>  // NOLINT(modernize-deprecated-headers): program_invocation_short_name is there
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "libtutti/module/lane.hpp"
#include "tutti/control/messages.hpp"
#include "tutti/control/tap.hpp"
#include "tutti/module.hpp"

namespace {

struct Sabotage {
  std::string who, how;
  double when_ms = 0;
};

const Sabotage& sabotage() {
  static const Sabotage read = [] {
    Sabotage p;
    const char* words = std::getenv("TUTTI_SABOTAGE");
    std::istringstream{words == nullptr ? "" : words} >> p.who >> p.how >> p.when_ms;
    return p;
  }();
  return read;
}

std::string_view role;  ///< Of a process that is no module; known before anything else is made.
std::atomic<bool> acted{false}, disk_is_full{false}, spoil_frame{false}, spoil_message{false};

__attribute__((constructor)) void find_role(int argc, char** argv, char**) {
  const std::string program = ::program_invocation_short_name;
  const std::string verb = argc > 1 ? argv[1] : "";
  if (program == "tutti-broker") role = "broker";
  if (program == "tutti" && verb == "run") role = "launcher";
  if (program == "tutti" && verb == "tap") role = "observer";
}

/// From here on the process gets little more address space than it has; and it wants much.
void run_out_of_memory() {
  std::size_t pages = 0;
  std::ifstream{"/proc/self/statm"} >> pages;
  constexpr rlim_t spare = rlim_t{16} << 20;
  const rlim_t limit = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + spare;
  const rlimit both{limit, limit};
  ::setrlimit(RLIMIT_AS, &both);
  std::string{}.reserve(std::size_t{1} << 30);
}

void act(bool has_frames) {
  if (acted.exchange(true)) return;
  const auto& how = sabotage().how;
  if (how == "throw") throw std::runtime_error{"the moon is full"};
  if (how == "exit0") std::exit(0);
  if (how == "exit1") std::exit(1);
  if (how == "kill") ::raise(SIGKILL);
  if (how == "stop") ::raise(SIGSTOP);
  if (how == "abort") std::abort();
  if (how == "memory") run_out_of_memory();
  if (how == "disk") disk_is_full = true;
  if (how == "garbage" || how == "half") (has_frames ? spoil_frame : spoil_message) = true;
}

bool due(tutti::Time clock) { return tutti::to_ms(clock.time_since_epoch()) >= sabotage().when_ms; }

/// The function that would have been called without us, by its linker name.
template <typename Function>
Function* real(const char* symbol) {
  auto* found = ::dlsym(RTLD_NEXT, symbol);
  if (found == nullptr) std::_Exit(99);  // the signature changed: mend the name here
  return reinterpret_cast<Function*>(found);
}
/// The same for a function that has the name of one of ours.
template <typename Function>
Function* behind(Function* ours) {
  Dl_info about{};
  if (::dladdr(reinterpret_cast<void*>(ours), &about) == 0) std::_Exit(99);
  return real<Function>(about.dli_sname);
}

bool full(int fd) {
  struct stat about {};
  if (!disk_is_full || ::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return false;
  errno = ENOSPC;
  return true;
}

}  // namespace

// ---- what modules call
namespace tutti {

std::optional<Window> Module::next_window() {
  using Real = std::optional<Window>(Module*);
  static auto* const call = real<Real>("_ZN5tutti6Module11next_windowEv");
  auto window = call(this);
  if (window && name() == sabotage().who && ranks().rank == ranks().count - 1 && due(window->begin))
    act(name() != "monitor" && name() != "recorder");
  return window;
}

/// A frame on its way out: one whose payload is not empty is spoilt, once.
void module::Lane::send(transport::Payload payload, bool weighted) {
  using Real = void(Lane*, transport::Payload, bool);
  static auto* const call = real<Real>("_ZN5tutti6module4Lane4sendENS_9transport7PayloadEb");
  constexpr auto head = sizeof(transport::FrameHeader);
  const auto size = reserved_ != nullptr ? reserved_size_ : frame_.size();
  auto* const bytes = reserved_ != nullptr ? reserved_ : frame_.data();
  const auto id = connection_.id;
  if (size > head && spoil_frame.exchange(false)) {
    if (sabotage().how == "garbage") {
      std::memset(bytes + head, 0xA5, size - head);
      connection_.id ^= 0x5A5A;
    } else {
      const auto half = head + (size - head) / 2;
      reserved_ != nullptr ? void(reserved_size_ = half) : frame_.shrink(half);
    }
  }
  call(this, payload, weighted);
  connection_.id = id;
}

// ---- what broker, launcher and observers call

control::Message control::decode(std::span<const std::byte> bytes) {
  static auto* const call = behind(&control::decode);
  auto message = call(bytes);
  Time clock{};
  if (const auto* progress = std::get_if<Progress>(&message)) clock = progress->clock;
  if (const auto* status = std::get_if<Status>(&message)) clock = status->clock;
  if (!role.empty() && role == sabotage().who && due(clock)) act(false);
  return message;
}

std::vector<std::byte> control::encode(const Message& message) {
  static auto* const call = behind(&control::encode);
  auto bytes = call(message);
  if (!spoil_message.exchange(false)) return bytes;
  if (sabotage().how == "half")
    return {bytes.begin(), bytes.begin() + static_cast<long>(bytes.size() / 2)};
  return std::vector<std::byte>(64, std::byte{0xA5});
}

tap::Word tap::decode(std::span<const std::byte> bytes) {
  static auto* const call = behind(&tap::decode);
  auto word = call(bytes);
  const auto* batch = std::get_if<Batch>(&word);
  if (role == "observer" && role == sabotage().who && batch != nullptr && due(batch->to))
    act(false);
  return word;
}

}  // namespace tutti

// ---- what everybody calls
extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  static auto* const call = real<ssize_t(int, const void*, size_t)>("write");
  return full(fd) ? -1 : call(fd, bytes, size);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  static auto* const call = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return full(fd) ? -1 : call(fd, bytes, size, at);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  static auto* const call = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return full(fd) ? -1 : call(fd, bytes, size, at);
}
}
