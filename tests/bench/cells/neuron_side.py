# SPDX-License-Identifier: MIT
"""NEURON's side of tests/bench/cells/run: the network of shared/bench/neuron/ringnet.py, as a line of JSON.

    neuron_side.py ring|allhh|differing CELLS STOP_MS TABLE [SPIKES]

TABLE is usetable_hh: with 1 NEURON interpolates the rates of hh, which is its default and faster; with 0 its spikes
are those of the equations.
"""
import json
import resource
import sys
import time

from neuron import h

h.load_file("stdrun.hoc")
variant, ncell, stop, table = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
RING = 16


def ring_sections():
    """(parent, L, diam, nseg, hh) of each dendrite; parent -1 is the soma."""
    for level, diameter in enumerate((2.0, 1.4, 1.0)):
        for i in range(1 << level):
            yield (1 << level) // 2 - 1 + i // 2 if level else -1, 100, diameter, 21, level == 0 or variant == "allhh"


def differing_sections(gid):
    """The same numbers as differing_cell() of model.hpp."""
    for i in range(7):
        x = ((gid * 7 + i) * 2654435761 % 2**32) >> 4
        yield (x // 7 % i if i else -1), 60 + 10 * (x // 97 % 9), 1 + 0.2 * (x // 1013 % 6), 11 + 2 * (x // 10007 % 11), i == 0


class Cell:
    def __init__(self, gid):
        self.soma = h.Section(name="soma", cell=self)
        self.soma.L = self.soma.diam = 20
        self.soma.insert("hh")
        self.dendrites = []
        for k, (parent, length, diameter, nseg, active) in enumerate(
                differing_sections(gid) if variant == "differing" else ring_sections()):
            x = h.Section(name=f"d{k}", cell=self)
            x.L, x.diam, x.nseg = length, diameter, nseg
            x.connect((self.dendrites[parent] if parent >= 0 else self.soma)(1))
            if active:
                x.insert("hh")
                x.gnabar_hh, x.gkbar_hh = 0.012, 0.0036
            else:
                x.insert("pas")
                x.g_pas, x.e_pas = 1e-4, -65
            self.dendrites.append(x)
        for x in [self.soma, *self.dendrites]:
            x.Ra, x.cm = 100, 1
        self.synapses = []
        for k in range(10):
            y = h.ExpSyn(self.dendrites[k % 7](0.5))
            y.tau, y.e = 2, 0
            self.synapses.append(y)

    def compartments(self):
        return sum(x.nseg for x in [self.soma, *self.dendrites])


def user_seconds():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


begin = user_seconds()
h.celsius = 6.3
h.usetable_hh = table
pc = h.ParallelContext()
cells = [Cell(gid) for gid in range(ncell)]
keep = []
for gid, cell in enumerate(cells):
    pc.set_gid2node(gid, 0)
    out = h.NetCon(cell.soma(0.5)._ref_v, None, sec=cell.soma)
    out.threshold = -10
    pc.cell(gid, out)
    keep.append(out)
for gid, cell in enumerate(cells):
    base = gid - gid % RING
    for k in range(10):
        con = pc.gid_connect(base + (gid - base - 1 - k) % RING, cell.synapses[k])
        con.delay, con.weight[0] = 1 + 0.1 * k, 0.01 if k == 0 else 1e-4
        keep.append(con)
    if gid % RING == 0:
        stim = h.NetStim()
        stim.start, stim.number, stim.noise = 1, 1, 0
        con = h.NetCon(stim, cell.synapses[0])
        con.weight[0], con.delay = 0.02, 0
        keep += [stim, con]
times, gids = h.Vector(), h.Vector()
pc.spike_record(-1, times, gids)
pc.set_maxstep(10)
h.dt, h.steps_per_ms = 0.025, 40
h.cvode.cache_efficient(1)
h.finitialize(-65)
ready, wall = user_seconds(), time.perf_counter()
pc.psolve(stop)
done = user_seconds()
if len(sys.argv) > 5:
    with open(sys.argv[5], "w", encoding="ascii") as file:
        for step, gid in sorted((round(t / h.dt), int(g)) for t, g in zip(times, gids)):
            file.write(f"{step * h.dt:.3f} {gid}\n")
print(json.dumps({"setup_s": ready - begin, "solve_s": done - ready, "wall_s": time.perf_counter() - wall,
                  "work": sum(c.compartments() for c in cells) * stop / 0.025, "spikes": len(times)}))
