// SPDX-License-Identifier: MIT
// How fast do recordings reach the disk, against raw HDF5 and a plain write of the same bytes?
//   bench_recorder FOLDER [MILLION_SPIKES] [REPORT_MB] [ROUNDS]
// Prints megabytes per second, and the most memory that was ever taken.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <numeric>
#include <vector>

#include "sonata/report_writer.hpp"
#include "sonata/spike_writer.hpp"

namespace {

using Clock = std::chrono::steady_clock;
const std::filesystem::path* folder = nullptr;
std::size_t rounds = 3;

/// Writes with `write(path)` up to where the disk has it, `rounds` times, and prints the best.
void measure(const char* name, double megabytes,
             const std::function<void(const std::filesystem::path&)>& write) {
  const auto path = *folder / "bench.tmp";
  double best = 1e300;
  double best_synced = 1e300;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::filesystem::remove(path);
    ::sync();
    const auto start = Clock::now();
    write(path);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    const int file = ::open(path.c_str(), O_RDONLY);
    ::fsync(file);
    ::close(file);
    best_synced =
        std::min(best_synced, std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::filesystem::remove(path);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:<34} {:8.0f} MB/s   with fsync {:8.0f} MB/s   memory so far {:4.0f} MB\n", name,
             megabytes / best, megabytes / best_synced,
             static_cast<double>(usage.ru_maxrss) / 1024);
}

void plain(const std::filesystem::path& path, const std::vector<float>& block, std::size_t blocks) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  for (std::size_t i = 0; i < blocks; ++i)
    if (::write(file, block.data(), block.size() * sizeof(float)) < 0) fmt::print("write failed\n");
  ::close(file);
}

/// Whole chunks through H5Dwrite with HDF5's own defaults for everything else.
void raw_hdf5(const std::filesystem::path& path, const std::vector<float>& block, hsize_t rows,
              hsize_t width, std::size_t blocks) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hsize_t length[2]{0, width};
  hsize_t limit[2]{H5S_UNLIMITED, width};
  hsize_t chunk[2]{rows, width};
  const hid_t space = H5Screate_simple(2, length, limit);
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  const hid_t set = H5Dcreate2(file, "data", H5T_IEEE_F32LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
  const hid_t memory = H5Screate_simple(2, chunk, nullptr);
  for (std::size_t i = 0; i < blocks; ++i) {
    const hsize_t start[2]{i * rows, 0};
    length[0] = (i + 1) * rows;
    H5Dset_extent(set, length);
    const hid_t target = H5Dget_space(set);
    H5Sselect_hyperslab(target, H5S_SELECT_SET, start, nullptr, chunk, nullptr);
    H5Dwrite(set, H5T_NATIVE_FLOAT, memory, target, H5P_DEFAULT, block.data());
    H5Sclose(target);
  }
  H5Sclose(memory);
  H5Dclose(set);
  H5Pclose(list);
  H5Sclose(space);
  H5Fclose(file);
}

void reports(std::size_t megabytes) {
  constexpr std::size_t width = 2000;
  constexpr std::size_t rows = 125;  // a block of 1 MB
  std::vector<double> sample(width);
  std::iota(sample.begin(), sample.end(), 0.5);
  std::vector<float> block;
  for (std::size_t row = 0; row < rows; ++row)
    block.insert(block.end(), sample.begin(), sample.end());
  sonata::PortTable table{"cortex.v", "segment", {}, {{"exc", 0, width}}, {}};
  for (std::uint64_t id = 0; id < width; ++id) table.ids.push_back(id);
  const auto size = static_cast<double>(megabytes);
  fmt::print("report of {} MB, {} elements\n", megabytes, width);
  measure("  plain write", size, [&](const auto& path) { plain(path, block, megabytes); });
  measure("  raw HDF5, chunks of 1 MB", size,
          [&](const auto& path) { raw_hdf5(path, block, rows, width, megabytes); });
  measure("  ReportWriter, float64 to float32", size, [&](const auto& path) {
    sonata::ReportWriter writer{path, {table, "mV", 0, 100, false}};
    for (std::size_t k = 0; k < rows * megabytes; ++k) writer.append(sample);
    writer.close();
  });
}

void spikes(std::size_t millions) {
  constexpr std::uint64_t neurons = 10'000;
  constexpr std::size_t batch = 1000;
  sonata::PortTable table{"cortex.spikes", "neuron", {}, {{"exc", 0, neurons}}, {}};
  for (std::uint64_t id = 0; id < neurons; ++id) table.ids.push_back(id);
  const auto size = 16.0 * static_cast<double>(millions);  // a time and a node id each
  fmt::print("{} million spikes, {:.0f} MB\n", millions, size);
  const std::vector<float> block(250'000);
  measure("  plain write", size,
          [&](const auto& path) { plain(path, block, static_cast<std::size_t>(size)); });
  measure("  SpikeWriter", size, [&](const auto& path) {
    sonata::SpikeWriter writer{path, {{table, false}}};
    std::vector<sonata::Spike> train(batch);
    for (std::size_t k = 0; k < 1000 * millions; ++k) {
      for (std::size_t i = 0; i < batch; ++i)
        train[i] = {static_cast<std::int64_t>(k) * 100'000'000, i * 10, 1};
      writer.append(0, train);
    }
    writer.close(0);
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print("usage: bench_recorder FOLDER [MILLION_SPIKES] [REPORT_MB] [ROUNDS]\n");
    return 2;
  }
  const std::filesystem::path where{argv[1]};
  folder = &where;
  const auto number = [&](int index, std::size_t otherwise) {
    return argc > index ? static_cast<std::size_t>(std::stoul(argv[index])) : otherwise;
  };
  rounds = number(4, 3);
  spikes(number(2, 20));
  reports(number(3, 1000));
  return 0;
}
