// SPDX-License-Identifier: MIT
// What a browser says over its WebSocket, one word a line, to a session with a run of two ports;
// the frames in which WebSocket wraps it are Boost.Beast's affair.
#include "history.hpp"
#include "session.hpp"
#include "target.hpp"
#include "tutti/error.hpp"

using namespace viewer;

namespace {

class Toy final : public Source {
 public:
  Toy() {
    const auto ms = tutti::from_ms(1);
    overview_.live = true;
    streams_.push_back({"net.spikes", tutti::PortKind::spikes, "", "neuron", "", ms, 10});
    streams_.push_back({"net.v", tutti::PortKind::signal, "mV", "neuron", "", ms, 10});
    table_.kind = "neuron";
    table_.ids = Elements::range(0, 10);
    Block block;
    for (int k = 1; k < 100; ++k) {
      block.times.push_back(ticks(tutti::time_zero + k * ms));
      block.elements.push_back(static_cast<std::uint64_t>(k % 10));
    }
    block.to = status_.clock = tutti::time_zero + 100 * ms;
    history_.add(std::move(block));
  }
  void poll() override {}
  const Overview& overview() const override { return overview_; }
  const tutti::control::Status& status() const override { return status_; }
  const std::vector<StreamInfo>& streams() const override { return streams_; }
  const std::vector<StreamInfo>& inputs() const override { return streams_; }
  const tutti::ElementTable* table(const std::string& port) override {
    if (port != "net.spikes") throw tutti::Error{tutti::Fault::usage, "no {}", port};
    return &table_;
  }
  void want(const Selection&, Duration) override {}
  void leave(const Selection&) override {}
  std::optional<Block> read(const Selection&, Time after, Time until, std::size_t most) override {
    return history_.read(after, until, most);
  }
  std::uint64_t command(const Command&) override { return ++tickets_; }
  std::vector<Answer> answers() override { return {}; }

 private:
  Overview overview_;
  tutti::control::Status status_;
  std::vector<StreamInfo> streams_;
  tutti::ElementTable table_;
  History history_{1 << 20};
  std::uint64_t tickets_ = 0;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Toy source;
  Session session{source};
  Session::Clock::time_point now{};
  auto text = fuzz::text_of(data, size);
  for (int k = 0; k < 200 && !text.empty(); ++k) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!session.received(text.substr(0, end))) return 0;
    text.remove_prefix(std::min(end + 1, text.size()));
    now += std::chrono::seconds{1};
    for (int answers = 0; answers < 8 && session.next(now); ++answers) {
    }
  }
  session.answered({1, true, {}, "done"});
  return 0;
}
