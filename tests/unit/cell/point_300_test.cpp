// SPDX-License-Identifier: MIT
// The published network of 300 IntFire1 neurons (SONATA's 300_intfire): every spike of its output.
#include <hdf5.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "point/event_network.hpp"
#include "test.hpp"

namespace {

using namespace cell::point;
namespace fs = std::filesystem;

template <typename T>
std::vector<T> column(const fs::path& path, const std::string& name) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t set = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
  const hid_t space = H5Dget_space(set);
  std::vector<T> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  const hid_t type = std::is_same_v<T, double> ? H5T_NATIVE_DOUBLE : H5T_NATIVE_UINT64;
  H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  H5Sclose(space), H5Dclose(set), H5Fclose(file);
  return values;
}

Ticks ticks(double ms) { return static_cast<Ticks>(std::llround(ms * ticks_per_ms)); }

struct Synapse {
  std::uint64_t target;
  double weight;
};

/// Synapses by source: syn_weight x sign x nsyns.
std::map<std::uint64_t, std::vector<Synapse>> edges(const fs::path& network,
                                                    const std::string& name) {
  std::map<std::uint64_t, double> weight_of;
  std::ifstream types{network / (name + "_edge_types.csv")};
  std::string line;
  std::getline(types, line);
  while (std::getline(types, line)) {
    std::istringstream words{line};
    std::string id, target, source, delay, function, weight, dynamics;
    words >> id >> target >> source >> delay >> function >> weight >> dynamics;
    BOOST_TEST(delay == "2.0");
    const double sign = dynamics.find("Inh") == std::string::npos ? 1 : -1;
    weight_of[std::stoull(id)] = sign * std::stod(weight);
  }
  const auto population = name.substr(0, name.find('_')) + "_to_v1";
  const auto group = "/edges/" + population;
  const auto file = network / (name + "_edges.h5");
  const auto source = column<std::uint64_t>(file, group + "/source_node_id");
  const auto target = column<std::uint64_t>(file, group + "/target_node_id");
  const auto type = column<std::uint64_t>(file, group + "/edge_type_id");
  const auto index = column<std::uint64_t>(file, group + "/edge_group_index");
  const auto nsyns = column<std::uint64_t>(file, group + "/0/nsyns");
  std::map<std::uint64_t, std::vector<Synapse>> by_source;
  for (std::size_t e = 0; e < source.size(); ++e)
    by_source[source[e]].push_back(
        {target[e], weight_of[type[e]] * static_cast<double>(nsyns[index[e]])});
  return by_source;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_4322_spikes_of_300_intfire_come_at_their_published_times) {
  REQUIRE_SHARED(shared);
  const auto folder = shared / "data/sonata/300_intfire";
  EventNetwork net;
  const auto& model = *find_model("IntFire1");
  const auto type = column<std::uint64_t>(folder / "network/v1_nodes.h5", "/nodes/v1/node_type_id");
  Values values{model};
  std::vector<double> tau, refrac;
  std::vector<std::uint64_t> gids;
  for (std::size_t n = 0; n < type.size(); ++n) {
    std::ifstream file{shared / "data/sonata/shared_components/point_neuron_models_dir" /
                       (type[n] == 100 ? "IntFire1_exc_1.json" : "IntFire1_inh_1.json")};
    const auto said = nlohmann::json::parse(file);
    tau.push_back(1e3 * said["tau"].get<double>());  // seconds there
    refrac.push_back(1e3 * said["refrac"].get<double>());
    gids.push_back(n);
  }
  values.set(model.find("tau"), tau), values.set(model.find("refrac"), refrac);
  net.add(model, values, gids);
  for (const std::string input : {"lgn", "tw"}) {
    const auto synapses = edges(folder / "network", input + "_v1");
    const auto file = folder / "inputs" / (input + "_spikes.h5");
    const auto sources = column<std::uint64_t>(file, "/spikes/gids");
    const auto times = column<double>(file, "/spikes/timestamps");
    for (std::size_t s = 0; s < sources.size(); ++s)
      if (const auto row = synapses.find(sources[s]); row != synapses.end())
        for (const auto& to : row->second) net.arrive(to.target, ticks(times[s] + 2.0), to.weight);
  }
  const auto recurrent = edges(folder / "network", "v1_v1");
  std::vector<std::pair<double, std::uint64_t>> ours, theirs;
  for (int window = 1; window <= 1500; ++window) {  // of the delay's length
    const auto fired = net.advance(ticks(2.0 * window));
    for (const auto& spike : fired) {
      ours.emplace_back(static_cast<double>(spike.time) / ticks_per_ms, spike.source);
      if (const auto row = recurrent.find(spike.source); row != recurrent.end())
        for (const auto& to : row->second)
          net.arrive(to.target, spike.time + ticks(2.0), to.weight);
    }
  }
  const auto spikes = folder / "output/spikes.h5";
  const auto times = column<double>(spikes, "/spikes/v1/timestamps");
  const auto nodes = column<std::uint64_t>(spikes, "/spikes/v1/node_ids");
  for (std::size_t s = 0; s < times.size(); ++s) theirs.emplace_back(times[s], nodes[s]);
  // published times of one volley differ in their last bits: sort by what rounds to the same
  const auto order = [](const auto& a) { return std::pair{std::llround(a.first * 1e6), a.second}; };
  std::ranges::sort(ours, {}, order), std::ranges::sort(theirs, {}, order);
  BOOST_TEST(theirs.size() == 4322U);
  BOOST_REQUIRE(ours.size() == theirs.size());
  double worst = 0;
  for (std::size_t s = 0; s < ours.size(); ++s) {
    BOOST_REQUIRE(ours[s].second == theirs[s].second);
    worst = std::max(worst, std::abs(ours[s].first - theirs[s].first));
  }
  BOOST_TEST(worst < 1e-6);
  BOOST_TEST_MESSAGE("worst of 4322 spikes: " << worst << " ms");
}
