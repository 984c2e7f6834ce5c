// SPDX-License-Identifier: MIT
// The limit of the coupling benchmark: the same bytes between the same ranks of one MPI job, and
// nothing else. Arguments:
//   stream KIND COUNT TICKS    rank 0 packs and sends, rank 1 receives and reads
//   pingpong KIND COUNT TICKS  there and back
//   remap KIND COUNT TICKS     ranks 0 and 1 each send their half to rank 2 or 3: block to block
#include <mpi.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

struct Event {  // 16 bytes, as MUSIC sends them
  double time;
  long id;
};

volatile double sink;

class Side {
 public:
  Side(bool events, long count)
      : events_{events},
        count_{count},
        bytes_{
            static_cast<int>(count * static_cast<long>(events ? sizeof(Event) : sizeof(double)))},
        state_(static_cast<std::size_t>(count) + 1, 1.0),
        buffer_(static_cast<std::size_t>(bytes_) + sizeof(Event)) {}

  void send(int to, long tick) {
    if (events_)
      for (long k = 0; k < count_; ++k) {
        const Event event{static_cast<double>(tick) * 1e-3, k};
        std::memcpy(buffer_.data() + static_cast<std::size_t>(k) * sizeof event, &event,
                    sizeof event);
      }
    else
      std::memcpy(buffer_.data(), state_.data(), static_cast<std::size_t>(bytes_));
    MPI_Send(buffer_.data(), bytes_, MPI_BYTE, to, 7, MPI_COMM_WORLD);
  }
  void receive(int from) {
    MPI_Recv(buffer_.data(), bytes_, MPI_BYTE, from, 7, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (events_) {
      double sum = 0;
      for (long k = 0; k < count_; ++k) {
        Event event{};
        std::memcpy(&event, buffer_.data() + static_cast<std::size_t>(k) * sizeof event,
                    sizeof event);
        sum += event.time + static_cast<double>(event.id);
      }
      sink = sum;
    } else {
      std::memcpy(state_.data(), buffer_.data(), static_cast<std::size_t>(bytes_));
      sink = state_[0];
    }
  }

 private:
  bool events_;
  long count_;
  int bytes_;
  std::vector<double> state_;
  std::vector<char> buffer_;
};

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (argc < 5) return 2;
  const std::string mode = argv[1];
  const long count = std::atol(argv[3]), ticks = std::atol(argv[4]);
  Side side{std::string{argv[2]} == "events", mode == "remap" ? count / 2 : count};
  MPI_Barrier(MPI_COMM_WORLD);
  const double begin = MPI_Wtime();
  for (long tick = 0; tick < ticks; ++tick) {
    if (mode == "remap") {
      if (rank < 2)
        side.send(rank + 2, tick);
      else
        side.receive(rank - 2);
    } else if (rank == 0) {
      side.send(1, tick);
      if (mode == "pingpong") side.receive(1);
    } else {
      side.receive(0);
      if (mode == "pingpong") side.send(0, tick);
    }
  }
  double seconds = MPI_Wtime() - begin, longest = 0;
  MPI_Reduce(&seconds, &longest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
  if (rank == 0) std::printf("RESULT seconds=%.6f ticks=%ld\n", longest, ticks);
  MPI_Finalize();
  return 0;
}
