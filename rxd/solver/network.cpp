// SPDX-License-Identifier: MIT
#include "network.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "equation.hpp"
#include "error.hpp"
#include "parser.hpp"

namespace rxd {

namespace {

/// Runs `read` and puts what it complains of into the words of the model.
template <typename F>
auto within(const std::string& what, F read) {
  try {
    return read();
  } catch (const Error& e) {
    const std::string told = what + ": " + e.what();
    throw e.where() ? Error{told, *e.where()} : Error{told};
  }
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest_of(word, known);
  return near.empty() ? "" : " (did you mean '" + near + "'?)";
}

}  // namespace

/// Builds the names an expression may use: with a region, a bare species name means "in that
/// region".
class Network::Scope {
 public:
  Scope(Network& network, std::optional<std::size_t> region) {
    auto& pool = network.pool_;
    const auto count = static_cast<std::uint32_t>(network.variables_.size());
    for (std::uint32_t k = 0; k < positions.size(); ++k)
      names_.define(std::string{positions[k]}, pool.input(count + k));
    std::vector<std::size_t> homes(network.model_.species.size());
    for (const auto& v : network.variables_) ++homes[v.species];
    for (std::uint32_t k = 0; k < count; ++k) {
      const Variable& v = network.variables_[k];
      const std::string& species = network.model_.species[v.species].name;
      names_.define(species + "[" + network.model_.regions[v.region].name + "]", pool.input(k));
      if (homes[v.species] == 1 || (region && *region == v.region))
        names_.define(species, pool.input(k));
    }
    for (const auto& p : network.model_.parameters)
      names_.define(p.name, within("parameter '" + p.name + "'",
                                   [&] { return parse(p.value, names_, pool); }));
  }
  const Names& names() const { return names_; }

 private:
  Names names_;
};

Network::Network(const Model& model) : model_{model} {
  std::set<std::string> names;
  const auto unique = [&](const std::string& kind, const std::string& name) {
    if (!names.insert(name).second)
      throw Error{kind + " '" + name + "': the name is used twice in the model"};
  };
  for (const auto& r : model_.regions) unique("region", r.name);
  for (const auto& s : model_.species) unique("species", s.name);
  for (const auto& p : model_.parameters) unique("parameter", p.name);
  add_variables();
  for (const auto& r : model_.reactions)
    within("reaction '" + r.name + "'", [&] { add_reaction(r); });
  for (const auto& r : model_.rates) within("rate of '" + r.of + "'", [&] { add_rate(r); });
  order_variables();
  compile();
}

std::optional<std::size_t> Network::region(std::string_view name) const {
  const auto found = std::ranges::find(model_.regions, name, &Region::name);
  if (found == model_.regions.end()) return std::nullopt;
  return static_cast<std::size_t>(found - model_.regions.begin());
}

std::size_t Network::variable(std::string_view name) const {
  std::vector<std::string> known;
  std::optional<std::size_t> by_species;
  std::size_t homes = 0;
  for (std::size_t k = 0; k < variables_.size(); ++k) {
    const std::string& species = model_.species[variables_[k].species].name;
    const std::string full = species + "[" + model_.regions[variables_[k].region].name + "]";
    if (full == name) return k;
    if (species == name) {
      by_species = k;
      ++homes;
    }
    known.push_back(variables_[k].name);
  }
  if (homes == 1) return *by_species;
  if (homes > 1)
    throw Error{"'" + std::string{name} + "' lives in several regions: say which, as in " +
                variables_[*by_species].name};
  throw Error{"unknown species '" + std::string{name} + "'" + did_you_mean(name, known)};
}

void Network::add_variables() {
  std::vector<std::string> region_names;
  for (const auto& r : model_.regions) region_names.push_back(r.name);
  for (std::size_t s = 0; s < model_.species.size(); ++s) {
    const Species& species = model_.species[s];
    if (species.regions.empty())
      throw Error{"species '" + species.name + "' names no region to live in"};
    if (species.diffusion < 0)
      throw Error{"species '" + species.name + "': negative diffusion constant"};
    for (const auto& home : species.regions) {
      const auto found = region(home);
      if (!found)
        throw Error{"species '" + species.name + "': unknown region '" + home + "'" +
                    did_you_mean(home, region_names)};
      std::string name =
          species.regions.size() == 1 ? species.name : species.name + "[" + home + "]";
      variables_.push_back({std::move(name), s, *found, species.diffusion, 0, species.scale});
    }
  }
  std::vector<std::size_t> used(model_.species.size());
  for (auto& v : variables_) {
    const Species& species = model_.species[v.species];
    const std::size_t nth = used[v.species]++;
    const std::string& text =
        species.initial_by_region.empty() ? species.initial : species.initial_by_region.at(nth);
    v.initial = within("initial value of '" + v.name + "'", [&] {
      const Expr e = parse(text, Scope{*this, v.region}.names(), pool_);
      const auto reads = pool_.inputs(e);
      if (!reads.empty() && *reads.begin() < variables_.size())
        throw Error{"it depends on '" + variables_[*reads.begin()].name +
                    "', but only parameters and positions are known at the start"};
      return e;
    });
  }
}

void Network::add_reaction(const Reaction& reaction) {
  const Equation equation = parse_equation(reaction.equation);
  std::optional<std::size_t> home;
  if (!reaction.membrane.empty()) {
    home = region(reaction.membrane);
    if (!home || model_.regions[*home].geometry == Region::Geometry::volume)
      throw Error{"'" + reaction.membrane + "' is not a membrane region"};
  } else if (!reaction.region.empty()) {
    home = region(reaction.region);
    if (!home) throw Error{"unknown region '" + reaction.region + "'"};
  }
  const auto meant = [&](const std::string& name) {
    if (home && reaction.membrane.empty() && name.find('[') == std::string::npos)
      for (std::size_t k = 0; k < variables_.size(); ++k)
        if (variables_[k].region == *home && model_.species[variables_[k].species].name == name)
          return k;
    return variable(name);
  };
  Process process;
  process.name = reaction.name;
  const auto side = [&](const std::vector<Participant>& participants, double sign, Expr rate) {
    for (const auto& p : participants) {
      const std::size_t k = meant(p.name);
      if (!home) home = variables_[k].region;
      if (reaction.membrane.empty() && variables_[k].region != *home)
        throw Error{"'" + p.name + "' is not in region '" + model_.regions[*home].name +
                    "' as the others are: a reaction across regions needs `membrane:`"};
      const bool volume = model_.regions[variables_[k].region].geometry == Region::Geometry::volume;
      const double unit = volume && !reaction.membrane.empty() ? molecules_per_mM_um3 : 1;
      process.terms.push_back({k, sign * p.count / unit});
      rate = pool_.multiply(
          rate, pool_.power(pool_.input(static_cast<std::uint32_t>(k)), pool_.constant(p.count)));
    }
    return rate;
  };
  const Expr one = pool_.constant(1);
  const Expr left = side(equation.left, -1, one);
  const Expr right = side(equation.right, 1, one);
  process.region = *home;
  const Scope scope{*this, reaction.membrane.empty() ? home : std::nullopt};
  if (reaction.forward.empty()) throw Error{"it needs a rate"};
  process.rate =
      within("forward rate", [&] { return parse(reaction.forward, scope.names(), pool_); });
  if (!reaction.custom) process.rate = pool_.multiply(process.rate, left);
  if (equation.reversible && reaction.backward.empty() && !reaction.custom)
    throw Error{"`<>` needs a backward rate"};
  if (!equation.reversible && !reaction.backward.empty())
    throw Error{"a backward rate is given, but the arrow is one-way: write `<>`"};
  if (!reaction.backward.empty()) {
    Expr back =
        within("backward rate", [&] { return parse(reaction.backward, scope.names(), pool_); });
    if (!reaction.custom) back = pool_.multiply(back, right);
    process.rate = pool_.subtract(process.rate, back);
  }
  processes_.push_back(std::move(process));
}

void Network::add_rate(const Rate& rate) {
  const std::size_t k = variable(rate.of);
  const Scope scope{*this, variables_[k].region};
  Process process;
  process.name = rate.name.empty() ? rate.of + "'" : rate.name;
  process.terms.push_back({k, 1});
  process.region = variables_[k].region;
  process.rate = parse(rate.expression, scope.names(), pool_);
  processes_.push_back(std::move(process));
}

void Network::order_variables() {
  const std::size_t n = variables_.size();
  std::vector<bool> reach(n * n,
                          false);  // reach[k n + l]: k depends on l, at once or through others
  for (const auto& p : processes_)
    for (const auto l : pool_.inputs(p.rate))
      if (l < n)
        for (const auto& t : p.terms) reach[t.variable * n + l] = true;
  for (std::size_t k = 0; k < n; ++k) reach[k * n + k] = true;
  for (std::size_t via = 0; via < n; ++via)
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t l = 0; l < n; ++l)
        if (reach[k * n + via] && reach[via * n + l]) reach[k * n + l] = true;
  // A variable that depends on more comes later; mutual dependence means equal reach and one group.
  std::vector<std::size_t> depth(n);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l) depth[k] += reach[k * n + l] ? 1U : 0U;
  const auto together = [&](std::size_t a, std::size_t b) {
    return reach[a * n + b] && reach[b * n + a];
  };
  std::vector<std::size_t> group(n);  // the least member of the group of each
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l <= k; ++l)
      if (together(k, l)) {
        group[k] = l;
        break;
      }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t k) {
    return std::tuple{variables_[k].diffusion > 0 ? 0 : 1, depth[k], group[k], k};
  });
  std::vector<std::size_t> place(n);
  for (std::size_t k = 0; k < n; ++k) place[order[k]] = k;
  for (std::size_t k = 0; k < n; ++k)
    if (variables_[order[k]].diffusion > 0) {
      if (mobile_ > 0 && group[order[k]] != group[order[k - 1]]) group_ends_.push_back(k);
      ++mobile_;
    }
  if (mobile_ > 0) group_ends_.push_back(mobile_);

  std::vector<Expr> to(n + positions.size());
  for (std::size_t k = 0; k < to.size(); ++k)
    to[k] = pool_.input(static_cast<std::uint32_t>(k < n ? place[k] : k));
  std::vector<Variable> sorted;
  for (const std::size_t k : order) sorted.push_back(variables_[k]);
  variables_ = std::move(sorted);
  for (auto& p : processes_) {
    p.rate = pool_.substitute(p.rate, to);
    for (auto& t : p.terms) t.variable = place[t.variable];
  }
}

void Network::compile() {
  const std::size_t n = variables_.size();
  std::vector<Expr> results;
  for (const auto& p : processes_) results.push_back(p.rate);
  linear_ = true;
  filled_.assign(n * n, false);
  for (std::size_t k = 0; k < n; ++k) filled_[k * n + k] = true;
  for (std::size_t p = 0; p < processes_.size(); ++p)
    for (const auto l : pool_.inputs(processes_[p].rate)) {
      if (l >= n) continue;
      const Expr slope = pool_.derivative(processes_[p].rate, l);
      if (pool_.is_constant(slope, 0)) continue;
      const auto reads = pool_.inputs(slope);
      if (!reads.empty() && *reads.begin() < n) linear_ = false;
      slopes_.push_back({p, l, results.size()});
      results.push_back(slope);
      for (const auto& t : processes_[p].terms) filled_[t.variable * n + l] = true;
    }
  for (std::size_t q = n; q-- > mobile_;)  // fill-in as the immobile ones are eliminated
    for (std::size_t k = 0; k < q; ++k)
      for (std::size_t l = 0; l < q; ++l)
        if (filled_[k * n + q] && filled_[q * n + l]) filled_[k * n + l] = true;
  program_ = Program{pool_, results};
}

}  // namespace rxd
