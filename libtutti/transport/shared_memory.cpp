// SPDX-License-Identifier: MIT
#include "shared_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

namespace tutti::transport {
namespace {

bool map_at(std::byte* place, std::size_t bytes, int fd, std::size_t offset) {
  return ::mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
                static_cast<off_t>(offset)) != MAP_FAILED;
}

}  // namespace

SharedMemory::SharedMemory(std::size_t bytes) : fd_{::memfd_create("tutti", MFD_CLOEXEC)} {
  if (fd_ < 0 || grow(bytes)) return;
  ::close(fd_);
  fd_ = -1;
}

bool SharedMemory::grow(std::size_t bytes) {
  return ::ftruncate(fd_, static_cast<off_t>(bytes)) == 0;
}

SharedMemory::~SharedMemory() {
  if (fd_ >= 0) ::close(fd_);
}

SharedMemory SharedMemory::of_process(pid_t pid, int fd) {
  SharedMemory memory;
  memory.fd_ = ::open(fmt::format("/proc/{}/fd/{}", pid, fd).c_str(), O_RDWR | O_CLOEXEC);
  return memory;
}

Mapping::Mapping(const SharedMemory& memory, std::size_t offset, std::size_t front,
                 std::size_t ring)
    : bytes_{front + 2 * ring} {
  void* reserved = ::mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (reserved == MAP_FAILED) return;
  data_ = static_cast<std::byte*>(reserved);
  if (map_at(data_, front, memory.fd(), offset) &&
      (ring == 0 || (map_at(data_ + front, ring, memory.fd(), offset + front) &&
                     map_at(data_ + front + ring, ring, memory.fd(), offset + front))))
    return;
  ::munmap(data_, bytes_);
  data_ = nullptr;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, bytes_);
}

}  // namespace tutti::transport
