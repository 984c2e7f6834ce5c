// SPDX-License-Identifier: MIT
#include <algorithm>
#include <barrier>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "spaces.hpp"
#include "test.hpp"

namespace {

/// Messages from one slab to a neighbour.
class Channel {
 public:
  void send(std::span<const double> values) {
    const std::lock_guard lock{mutex_};
    waiting_.emplace_back(values.begin(), values.end());
    arrived_.notify_one();
  }
  void receive(std::span<double> values) {
    std::unique_lock lock{mutex_};
    arrived_.wait(lock, [&] { return !waiting_.empty(); });
    if (waiting_.front().size() != values.size())
      throw std::logic_error{"neighbours disagree about their common plane"};
    std::ranges::copy(waiting_.front(), values.begin());
    waiting_.pop_front();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::vector<double>> waiting_;
};

/// What all slabs share: channels up and down between neighbours, and a place to find the largest.
struct Stack {
  explicit Stack(std::size_t slabs)
      : up(slabs), down(slabs), part(slabs), all{static_cast<std::ptrdiff_t>(slabs)} {}
  std::vector<Channel> up, down;  // up[k]: from slab k to k + 1; down[k]: from k + 1 to k
  std::vector<double> part;
  std::barrier<> all;
};

class StackLinks : public rxd::Links {
 public:
  StackLinks(Stack& stack, std::size_t slab) : stack_{stack}, slab_{slab} {}
  bool below() const override { return slab_ > 0; }
  bool above() const override { return slab_ + 1 < stack_.part.size(); }
  void send_below(std::span<const double> v) override { stack_.down[slab_ - 1].send(v); }
  void send_above(std::span<const double> v) override { stack_.up[slab_].send(v); }
  void receive_below(std::span<double> v) override { stack_.up[slab_ - 1].receive(v); }
  void receive_above(std::span<double> v) override { stack_.down[slab_].receive(v); }
  double largest(double mine) override {
    stack_.part[slab_] = mine;
    stack_.all.arrive_and_wait();
    const double most = std::ranges::max(stack_.part);
    stack_.all.arrive_and_wait();
    return most;
  }

 private:
  Stack& stack_;
  std::size_t slab_;
};

rxd::Model model() {
  rxd::Model m = test::bistable(0.5, 0.2, "if(x + z < 3, 1, 0)");
  m.species.push_back({.name = "w", .regions = {"cyt"}, .diffusion = 0.1, .initial = "0.1*z + 1"});
  m.species.push_back({.name = "s", .regions = {"cyt"}, .initial = "0", .signed_value = true});
  m.reactions = {{.name = "eat", .equation = "u + w > w", .forward = "0.3"}};
  m.rates.push_back({.of = "s", .expression = "u - s"});
  return m;
}

/// All values of all variables after some steps, the planes dealt to slabs that end at `ends`.
std::vector<double> solved(const rxd::Voxels& voxels, const std::vector<std::uint64_t>& ends,
                           const std::function<void(rxd::Space&)>& advance) {
  const rxd::Network network{model()};
  Stack stack{ends.size()};
  std::vector<std::vector<double>> parts(ends.size());
  std::vector<std::thread> threads;
  for (std::size_t s = 0; s < ends.size(); ++s)
    threads.emplace_back([&, s] {
      StackLinks links{stack, s};
      rxd::Space space{network, voxels, {}, {s == 0 ? 0 : ends[s - 1], ends[s]}, links};
      advance(space);
      for (std::size_t v = 0; v < space.voxels(); ++v)
        for (std::size_t k = 0; k < network.variables().size(); ++k)
          parts[s].push_back(space.value(k, v));
    });
  for (auto& t : threads) t.join();
  std::vector<double> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slabs)

BOOST_AUTO_TEST_CASE(slabs_give_the_same_bytes_as_the_whole) {
  const auto voxels = rxd::voxelise(std::vector<rxd::Frustum>{{{0, 0, 0}, {0, 0, 0}, 4, 4, 0},
                                                              {{0, 0, 0}, {6, 5, 9}, 1.2, 0.7, 1}},
                                    {.edge = {0.4, 0.5, 0.6}});
  const std::uint64_t planes = voxels.count[2];
  const auto fixed = [](rxd::Space& s) {
    for (int i = 0; i < 10; ++i) s.step(0.1, rxd::Scheme::sdirk2);
    s.step(0.2, rxd::Scheme::backward_euler);
  };
  const auto adaptive = [](rxd::Space& s) { s.advance(1, 1e-3); };
  for (const auto& advance : {std::function<void(rxd::Space&)>{fixed}, {adaptive}}) {
    const auto whole = solved(voxels, {planes}, advance);
    BOOST_TEST(whole.size() == 3 * voxels.size());
    BOOST_TEST((solved(voxels, {planes / 2, planes}, advance) == whole));
    BOOST_TEST((solved(voxels, {planes / 3, planes / 2, planes - 4, planes}, advance) == whole));
  }
}

BOOST_AUTO_TEST_CASE(threads_give_the_same_bytes) {
  const auto voxels = rxd::voxelise(std::vector{test::ball(8)}, {.edge = {0.5, 0.5, 0.5}});
  const rxd::Network network{model()};
  const rxd::Runner backwards = [](std::size_t count,
                                   const std::function<void(std::size_t)>& task) {
    std::thread odd{[&] {
      for (std::size_t i = 1; i < count; i += 2) task(i);
    }};
    for (std::size_t i = 0; i < count; i += 2) task(i);
    odd.join();
  };
  rxd::Space one{network, voxels, {}, test::whole(voxels), test::alone()};
  rxd::Space two{network, voxels, {}, test::whole(voxels), test::alone(), backwards};
  for (int i = 0; i < 10; ++i) {
    one.step(0.1, rxd::Scheme::sdirk2);
    two.step(0.1, rxd::Scheme::sdirk2);
  }
  for (std::size_t v = 0; v < one.voxels(); ++v) BOOST_REQUIRE(one.value(0, v) == two.value(0, v));
}

BOOST_AUTO_TEST_SUITE_END()
