// SPDX-License-Identifier: MIT
#include "network.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "equation.hpp"
#include "error.hpp"
#include "expressions.hpp"

namespace rxd {

namespace {

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
    for (std::size_t k = 0; k < network.parameters_.size(); ++k)
      names_.define(network.model_.parameters[k].name, network.parameters_[k]);
  }
  const Names& names() const { return names_; }

 private:
  Names names_;
};

/// Runs `read`; what it complains of is kept with its place in the model.
void Network::within(const std::string& section, const std::string& item, const char* field,
                     const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& e) {
    complaints_.push_back({section, item, field, e.what(), e.where()});
  }
}

void Network::raise() const {
  if (!complaints_.empty()) throw ModelError{complaints_};
}

Network::Network(const Model& model) : model_{model} {
  check_names();
  add_variables();
  raise();
  add_parameters();
  raise();
  add_conditions();
  add_initial_values();
  add_profiles();
  for (const auto& r : model_.reactions) add_reaction(r);
  for (const auto& r : model_.rates) add_rate(r);
  for (const auto& b : model_.boundaries) add_boundary(b);
  raise();
  check_stoichiometry();
  raise();
  order_variables();
  compile();
}

void Network::check_names() {
  std::set<std::string> names;
  const auto unique = [&](const char* section, const std::string& name) {
    within(section, name, "", [&] {
      if (!names.insert(name).second) throw Error{"the name is used twice in the model"};
    });
  };
  for (const auto& r : model_.regions) unique("regions", r.name);
  for (const auto& s : model_.species) unique("species", s.name);
  for (const auto& p : model_.parameters) unique("parameters", p.name);
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
  for (const auto& r : model_.regions) {
    region_names.push_back(r.name);
    if (!(r.scale > 0))
      complaints_.push_back({"regions", r.name, "scale", "its share must be positive", {}});
  }
  for (std::size_t s = 0; s < model_.species.size(); ++s) {
    const Species& species = model_.species[s];
    if (species.regions.empty())
      complaints_.push_back(
          {"species", species.name, "regions", "it names no region to live in", {}});
    for (std::size_t nth = 0; nth < species.regions.size(); ++nth) {
      const std::string& home = species.regions[nth];
      const double diffusion = species.diffusion_by_region.empty()
                                   ? species.diffusion
                                   : species.diffusion_by_region.at(nth);
      if (diffusion < 0)
        complaints_.push_back(
            {"species", species.name, "diffusion", "it must not be negative", {}});
      const auto found = region(home);
      if (!found) {
        complaints_.push_back({"species",
                               species.name,
                               "regions",
                               "unknown region '" + home + "'" + did_you_mean(home, region_names),
                               {}});
        continue;
      }
      if (diffusion > 0 && !model_.regions[*found].is_volume())
        complaints_.push_back({"species",
                               species.name,
                               "diffusion",
                               "region '" + home + "' is a membrane, along which nothing diffuses",
                               {}});
      std::string name =
          species.regions.size() == 1 ? species.name : species.name + "[" + home + "]";
      variables_.push_back(
          {std::move(name), s, *found, diffusion, 0, species.scale, pool_.constant(1)});
    }
  }
}

void Network::add_parameters() {
  for (const auto& p : model_.parameters) {
    Expr value = pool_.constant(0);
    within("parameters", p.name, "", [&] { value = parse_static(p.value); });
    if (p.driven) {
      const auto input = static_cast<std::uint32_t>(inputs());
      driven_.push_back({p.name, value});
      value = pool_.input(input);
    }
    parameters_.push_back(value);
  }
}

void Network::add_initial_values() {
  std::vector<std::size_t> used(model_.species.size());
  for (auto& v : variables_) {
    const Species& species = model_.species[v.species];
    const std::size_t nth = used[v.species]++;
    const std::string& text =
        species.initial_by_region.empty() ? species.initial : species.initial_by_region.at(nth);
    within("species", species.name, "initial", [&] {
      v.initial = parse(text, Scope{*this, v.region}.names(), pool_);
      const auto reads = pool_.inputs(v.initial);
      if (!reads.empty() && *reads.begin() < variables_.size())
        throw Error{"it depends on '" + variables_[*reads.begin()].name +
                    "', but only parameters and positions are known at the start"};
    });
  }
}

/// The variable a name in an equation means; in a reaction confined to a region, the one there.
std::size_t Network::participant(const std::string& name, std::optional<std::size_t> home,
                                 const Reaction& reaction) const {
  if (home && reaction.membrane.empty() && name.find('[') == std::string::npos)
    for (std::size_t k = 0; k < variables_.size(); ++k)
      if (variables_[k].region == *home && model_.species[variables_[k].species].name == name)
        return k;
  return variable(name);
}

/// Adds one side of an equation to a process; gives the product of its concentrations.
Expr Network::add_side(const Reaction& reaction, const std::vector<Participant>& side, double sign,
                       Process& process, std::optional<std::size_t>& home) {
  Expr product = pool_.constant(1);
  for (const auto& p : side) {
    std::size_t k = 0;
    try {
      k = participant(p.name, home, reaction);
    } catch (const Error& e) {
      throw Error{e.what(), p.at};
    }
    if (!home) home = variables_[k].region;
    const Region& region = model_.regions[variables_[k].region];
    if (reaction.membrane.empty() && variables_[k].region != *home)
      throw Error{"'" + p.name + "' is not in region '" + model_.regions[*home].name +
                      "' as the others are: a reaction across regions needs `membrane:`",
                  p.at};
    const bool counted = region.is_volume() && !reaction.membrane.empty();
    process.terms.push_back({k, sign * p.count / (counted ? molecules_per_mM_um3 : 1)});
    product = pool_.multiply(
        product, pool_.power(pool_.input(static_cast<std::uint32_t>(k)), pool_.constant(p.count)));
  }
  return product;
}

void Network::add_reaction(const Reaction& reaction) {
  const auto read = [&](const char* field, auto what) {
    within("reactions", reaction.name, field, what);
  };
  const std::size_t before = complaints_.size();
  std::optional<std::size_t> home;
  const std::string& named = reaction.membrane.empty() ? reaction.region : reaction.membrane;
  read(reaction.membrane.empty() ? "region" : "membrane", [&] {
    if (named.empty()) return;
    home = region(named);
    std::vector<std::string> known;
    for (const auto& r : model_.regions) known.push_back(r.name);
    if (!home) throw Error{"unknown region '" + named + "'" + did_you_mean(named, known)};
    if (!reaction.membrane.empty() && model_.regions[*home].is_volume())
      throw Error{"'" + named + "' is not a membrane region"};
  });
  Process process;
  process.name = reaction.name;
  Expr left = 0, right = 0;
  read("equation", [&] {
    const Equation equation = parse_equation(reaction.equation);
    left = add_side(reaction, equation.left, -1, process, home);
    right = add_side(reaction, equation.right, 1, process, home);
    if (equation.reversible && reaction.backward.empty() && !reaction.custom)
      throw Error{"`<>` needs a backward rate"};
    if (!equation.reversible && !reaction.backward.empty())
      throw Error{"a backward rate is given, but the arrow is one-way: write `<>`"};
  });
  if (complaints_.size() > before) return;
  process.region = *home;
  const Scope scope{*this, reaction.membrane.empty() ? home : std::nullopt};
  const auto rate = [&](const std::string& text, Expr product) {
    const Expr e = parse(text, scope.names(), pool_);
    return reaction.custom ? e : pool_.multiply(e, product);
  };
  read("forward", [&] { process.rate = rate(reaction.forward, left); });
  if (!reaction.backward.empty())
    read("backward",
         [&] { process.rate = pool_.subtract(process.rate, rate(reaction.backward, right)); });
  processes_.push_back(std::move(process));
}

void Network::add_rate(const Rate& rate) {
  within("rates", rate.of, "", [&] {
    const std::size_t k = variable(rate.of);
    const Scope scope{*this, variables_[k].region};
    Process process;
    process.name = rate.name.empty() ? "rate of " + rate.of : rate.name;
    process.terms.push_back({k, 1});
    process.region = variables_[k].region;
    process.rate = parse(rate.expression, scope.names(), pool_);
    processes_.push_back(std::move(process));
  });
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

  std::vector<Expr> to(inputs());
  for (std::size_t k = 0; k < to.size(); ++k)
    to[k] = pool_.input(static_cast<std::uint32_t>(k < n ? place[k] : k));
  std::vector<Variable> sorted;
  for (const std::size_t k : order) sorted.push_back(variables_[k]);
  variables_ = std::move(sorted);
  for (auto& p : processes_) {
    p.rate = pool_.substitute(p.rate, to);
    for (auto& t : p.terms) t.variable = place[t.variable];
  }
  for (auto& hold : holds_) hold.variable = place[hold.variable];
}

void Network::compile() {
  const std::size_t n = variables_.size();
  std::vector<Expr> results;
  for (const auto& p : processes_) results.push_back(p.rate);
  rates_ = Program{pool_, results};
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
  separate_ = linear_ && std::ranges::count(filled_, true) == static_cast<std::ptrdiff_t>(n);
  const auto fill_in = [n](std::vector<bool>& matrix, std::size_t first) {
    for (std::size_t q = n; q-- > first;)
      for (std::size_t k = 0; k < q; ++k)
        for (std::size_t l = 0; l < q; ++l)
          if (matrix[k * n + q] && matrix[q * n + l]) matrix[k * n + l] = true;
  };
  coupled_ = filled_;
  fill_in(coupled_, 0);
  fill_in(filled_, mobile_);  // only the immobile ones are eliminated point by point
  program_ = Program{pool_, results};
}

}  // namespace rxd
