# SPDX-License-Identifier: MIT
"""NEURON's side of tests/bench/rxd/run: one case, its user CPU time as a line of JSON, its profile as CSV.

    neuron_side.py wave|diffusion NODES STOP_MS cvode|fixed TOLERANCE|STEP_MS PROFILE
"""
import ctypes
import json
import os
import resource
import sys
import tempfile

from neuron import h
import neuron.rxd.rxd

# Debian's package does not find its own library of functions.
LIBRARY = "/usr/lib/nrn/librxdmath.so"
if os.path.exists(LIBRARY):
    neuron.rxd.rxd._find_librxdmath = lambda: LIBRARY
    ctypes.CDLL(LIBRARY, ctypes.RTLD_GLOBAL)
from neuron import rxd  # noqa: E402

h.load_file("stdrun.hoc")


def user_seconds():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def calcium_wave(dend):
    """Set B of the reference: Neymotin et al. 2015 with uniform IP3 receptors, as calcium_wave.hpp."""
    rest, fc, fe = 4.3436305123460646e-05, 0.83, 0.17
    cyt = rxd.Region([dend], name="cyt", nrn_region="i", geometry=rxd.FractionalVolume(fc, surface_fraction=1))
    er = rxd.Region([dend], name="er", geometry=rxd.FractionalVolume(fe))
    mem = rxd.Region([dend], name="mem", geometry=rxd.ScalableBorder(1))
    ca = rxd.Species([cyt, er], d=0.08, name="ca", charge=2,
                     initial=lambda node: (0.0017 - rest * fc) / fe if node.region == er else rest)
    ip3 = rxd.Species(cyt, d=1.415, name="ip3", initial=lambda node: 1.25 if abs(node.x * 1000 - 500) <= 2 else 0.1)
    gate = rxd.State(mem, initial=0.9022555879295966, name="gate")
    c, e, i, g = ca[cyt], ca[er], ip3[cyt], gate[mem]
    flow = 120400 * (i / (i + 0.13) * 1000 * c / (1000 * c + 0.4) * g) ** 3
    return [ca, ip3, gate, cyt, er, mem,
            rxd.MultiCompartmentReaction(c, e, 1.9565 / ((0.1 / (1000 * c)) ** 2 + 1), membrane=mem, custom_dynamics=True),
            rxd.MultiCompartmentReaction(e, c, 18.06, 18.06, membrane=mem),
            rxd.MultiCompartmentReaction(e, c, flow, flow, membrane=mem),
            rxd.Rate(g, (1 / (1 + 1000 * c / 0.4) - g) / 400)], ca, cyt


def diffusion(dend):
    cyt = rxd.Region([dend], name="cyt")
    u = rxd.Species(cyt, d=1, name="u", initial=lambda node: 1 if node.x < 0.1 else 0)
    return [u, cyt], u, cyt


def main():
    case, nodes, stop, how, value, profile = sys.argv[1:7]
    profile = os.path.abspath(profile)
    os.chdir(tempfile.mkdtemp())  # it compiles there
    dend = h.Section(name="dend")
    dend.L, dend.diam, dend.nseg = 1000, 1, int(nodes)
    begin = user_seconds()
    keep, species, region = (calcium_wave if case == "wave" else diffusion)(dend)
    if how == "cvode":
        h.cvode_active(1)
        h.cvode.atol(float(value))
    else:
        h.dt = float(value)
    h.finitialize(-65)
    ready = user_seconds()
    if how == "cvode":
        h.cvode.solve(float(stop))
    else:
        for _ in range(round(float(stop) / h.dt)):
            h.fadvance()
    done = user_seconds()
    with open(profile, "w") as out:
        out.writelines(f"{node.concentration:.17g}\n" for node in species[region].nodes)
    print(json.dumps({"setup_s": ready - begin, "solve_s": done - ready}), flush=True)
    del keep


main()
