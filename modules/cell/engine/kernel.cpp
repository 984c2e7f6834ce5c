// SPDX-License-Identifier: MIT
// Compiled three times, with TUTTI_KERNELS naming the table (kernel.hpp): the loops are the same,
// the compiler's instructions differ, the bits do not.
#include "engine/kernel.hpp"

#include <cmath>

#include "engine/channels.hpp"
#include "engine/lanes.hpp"

namespace cell::engine {
namespace {

constexpr double density_to_uS = 1e-2;  // S/cm2 · um2 -> uS, and mA/cm2 · um2 -> nA

double temperature_factor(double q10, double celsius, double reference) {
  return std::pow(q10, (celsius - reference) / 10.0);
}

class Passive final : public Mechanism {
 public:
  Passive(const Place& place, const std::vector<double>& p) : place_{place}, g_{p[0]}, e_{p[1]} {}
  void initialise(const Arrays&) override {}
  void currents(const Arrays& b) override {
    for (std::size_t k = 0; k < place_.nodes.size(); ++k) {
      const auto n = static_cast<std::size_t>(place_.nodes[k]);
      const double g = g_ * place_.area_um2[k] * density_to_uS;
      b.diagonal[n] += splat(g);
      b.right[n] -= g * (b.v[n] - e_);
    }
  }

 private:
  Place place_;
  double g_, e_;
};

/// A mechanism with gates that step by the exact exponential at frozen v.
template <typename Channel>
class Gated : public Mechanism {
 public:
  Gated(const Place& place, double celsius)
      : place_{place},
        q_{temperature_factor(Channel::q10, celsius, Channel::reference_celsius)},
        x_{place.nodes.size() * Channel::gates} {}
  void initialise(const Arrays& b) override {
    for (std::size_t k = 0; k < place_.nodes.size(); ++k) {
      Gate gate[Channel::gates];
      Channel::rates(b.v[place_.nodes[k]], q_, gate);
      for (int g = 0; g < Channel::gates; ++g) state(k)[g] = gate[g].inf;
    }
  }
  void advance(const Arrays& b) override {
    for (std::size_t k = 0; k < place_.nodes.size(); ++k) {
      Gate gate[Channel::gates];
      Channel::rates(b.v[place_.nodes[k]], q_, gate);
      Vec* x = state(k);
      for (int g = 0; g < Channel::gates; ++g)
        x[g] += (1.0 - exp(-b.dt / gate[g].tau)) * (gate[g].inf - x[g]);
    }
  }

 protected:
  Vec* state(std::size_t k) { return &x_[k * Channel::gates]; }
  Place place_;
  double q_;
  Lanes x_;
};

class Hh final : public Gated<HodgkinHuxley> {
 public:
  Hh(const Place& place, const std::vector<double>& p, const Surroundings& s)
      : Gated{place, s.celsius}, na_{p[0]}, k_{p[1]}, l_{p[2]}, el_{p[3]}, ena_{s.ena}, ek_{s.ek} {}
  void currents(const Arrays& b) override {
    for (std::size_t k = 0; k < place_.nodes.size(); ++k) {
      const auto n = static_cast<std::size_t>(place_.nodes[k]);
      const Vec* x = state(k);
      const double scale = place_.area_um2[k] * density_to_uS;
      const Vec square = x[2] * x[2];
      const Vec gna = (na_ * scale) * (x[0] * x[0] * x[0] * x[1]);
      const Vec gk = (k_ * scale) * (square * square);
      const double gl = l_ * scale;
      b.diagonal[n] += gna + gk + gl;
      b.right[n] -= gna * (b.v[n] - ena_) + gk * (b.v[n] - ek_) + gl * (b.v[n] - el_);
    }
  }

 private:
  double na_, k_, l_, el_, ena_, ek_;
};

/// One conductance with one reversal potential.
template <typename Channel>
class Ohmic final : public Gated<Channel> {
 public:
  Ohmic(const Place& place, double gbar, double reversal, double celsius)
      : Gated<Channel>{place, celsius}, gbar_{gbar}, reversal_{reversal} {}
  void currents(const Arrays& b) override {
    for (std::size_t k = 0; k < this->place_.nodes.size(); ++k) {
      const auto n = static_cast<std::size_t>(this->place_.nodes[k]);
      const double scale = gbar_ * this->place_.area_um2[k] * density_to_uS;
      const Vec g = scale * Channel::open(this->state(k));
      if constexpr (Channel::ion == Ion::ca) {
        const Vec i = g * (b.v[n] - b.eca[n]);
        b.i_ca[n] += i;
        b.right[n] -= i;
      } else {
        b.right[n] -= g * (b.v[n] - reversal_);
      }
      b.diagonal[n] += g;
    }
  }

 private:
  double gbar_, reversal_;
};

/// Calcium-gated potassium, Köhler et al. 1996: z with tau 1 ms; its steady state follows cai.
class Sk final : public Mechanism {
 public:
  Sk(const Place& place, double gbar, double ek)
      : place_{place}, gbar_{gbar}, ek_{ek}, z_{place.nodes.size()} {}
  void initialise(const Arrays& b) override {
    for (std::size_t k = 0; k < place_.nodes.size(); ++k) z_[k] = b.sk_inf[place_.nodes[k]];
  }
  void currents(const Arrays& b) override {
    for (std::size_t k = 0; k < place_.nodes.size(); ++k) {
      const auto n = static_cast<std::size_t>(place_.nodes[k]);
      const Vec g = (gbar_ * place_.area_um2[k] * density_to_uS) * z_[k];
      b.diagonal[n] += g;
      b.right[n] -= g * (b.v[n] - ek_);
    }
  }
  void advance(const Arrays& b) override {
    constexpr double tau_ms = 1.0;
    const double step = 1.0 - std::exp(-b.dt / tau_ms);
    for (std::size_t k = 0; k < place_.nodes.size(); ++k)
      z_[k] += step * (b.sk_inf[place_.nodes[k]] - z_[k]);
  }

 private:
  Place place_;
  double gbar_, ek_;
  Lanes z_;
};

std::unique_ptr<Mechanism> make(const std::string& name, const Place& place,
                                const std::vector<double>& p, const Surroundings& s) {
  constexpr double e_ih = -45.0;  // [mV]
  if (name == "pas") return std::make_unique<Passive>(place, p);
  if (name == "hh") return std::make_unique<Hh>(place, p, s);
  if (name == "sk") return std::make_unique<Sk>(place, p[0], s.ek);
  if (name == "ca_hva") return std::make_unique<Ohmic<CaHva>>(place, p[0], 0.0, s.celsius);
  if (name == "ca_lva") return std::make_unique<Ohmic<CaLva>>(place, p[0], 0.0, s.celsius);
  if (name == "im") return std::make_unique<Ohmic<Im>>(place, p[0], s.ek, s.celsius);
  if (name == "ih") return std::make_unique<Ohmic<Ih>>(place, p[0], e_ih, s.celsius);
  if (name == "nats") return std::make_unique<Ohmic<NaTs>>(place, p[0], s.ena, s.celsius);
  if (name == "kv3_1") return std::make_unique<Ohmic<Kv31>>(place, p[0], s.ek, s.celsius);
  if (name == "k_t") return std::make_unique<Ohmic<KT>>(place, p[0], s.ek, s.celsius);
  return nullptr;
}

/// Hines 1984: elimination from the leaves, substitution from the root, all lanes together.
void solve(const Arrays& b, const int* parent, const double* conductance) {
  for (std::size_t i = 1; i < b.nodes; ++i) {
    const auto p = static_cast<std::size_t>(parent[i]);
    const Vec axial = conductance[i] * (b.v[p] - b.v[i]);
    b.right[i] += axial;
    b.right[p] -= axial;
    b.diagonal[i] += splat(conductance[i]);
    b.diagonal[p] += splat(conductance[i]);
  }
  for (std::size_t i = b.nodes - 1; i > 0; --i) {
    const auto p = static_cast<std::size_t>(parent[i]);
    const Vec inverse = 1.0 / b.diagonal[i];
    const Vec factor = conductance[i] * inverse;
    b.diagonal[p] -= factor * conductance[i];
    b.right[p] += factor * b.right[i];
    b.diagonal[i] = inverse;
  }
  b.right[0] = b.right[0] / b.diagonal[0];
  for (std::size_t i = 1; i < b.nodes; ++i)
    b.right[i] = (b.right[i] + conductance[i] * b.right[static_cast<std::size_t>(parent[i])]) *
                 b.diagonal[i];
}

void update(const Arrays& b, double factor) {
  for (std::size_t i = 0; i < b.nodes; ++i) b.v[i] += factor * b.right[i];
}

}  // namespace

#define TUTTI_TEXT(x) #x
#define TUTTI_NAME(x) TUTTI_TEXT(x)
const Kernels TUTTI_KERNELS{make, solve, update, TUTTI_NAME(TUTTI_KERNELS)};

}  // namespace cell::engine
