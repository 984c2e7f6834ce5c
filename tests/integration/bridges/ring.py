# SPDX-License-Identifier: MIT
"""Reference 06, a ring of 64 cells, or a part of it, in NEURON: alone (ring.py ALONE STOP), or as a module of a run.

In a run, the model says which cells are here (`first`, `count`); those of a cell whose predecessor is elsewhere come in
through the port `previous`. Several ranks share the cells out round robin.
"""
import sys

from neuron import h

h.load_file("stdrun.hoc")
h.usetable_hh = 0
CELLS = 64
pc = h.ParallelContext()


class Cell:
    """02's ball and stick with a dendrite of its own length, and one synapse in its middle."""

    def __init__(self, gid):
        self.soma, self.dend = h.Section(name=f"soma{gid}"), h.Section(name=f"dend{gid}")
        self.dend.connect(self.soma(1))
        self.soma.L = self.soma.diam = 12.6157
        self.dend.L, self.dend.diam, self.dend.nseg = 200 + 10 * (gid % 7), 1, 11
        for section in (self.soma, self.dend):
            section.Ra, section.cm = 100, 1
        self.soma.insert("hh")
        self.soma(0.5).hh.gnabar, self.soma(0.5).hh.gkbar = 0.12, 0.036
        self.soma(0.5).hh.gl, self.soma(0.5).hh.el = 0.0003, -54.3
        self.dend.insert("pas")
        for segment in self.dend:
            segment.pas.g, segment.pas.e = 0.001, -65
        self.synapse = h.ExpSyn(self.dend(0.5))
        self.synapse.tau, self.synapse.e = 2, 0


def weight(gid):
    return 0.015 + 0.001 * (gid % 4)


def delay(gid):
    return 1 + 0.5 * (gid % 5)


def build(gids):
    cells = {gid: Cell(gid) for gid in gids}
    for gid, cell in cells.items():
        pc.set_gid2node(gid, int(pc.id()))
        source = h.NetCon(cell.soma(0.5)._ref_v, None, sec=cell.soma)
        source.threshold = -10
        pc.cell(gid, source)
    return cells


def connect(cells, here):
    """Those whose predecessor is in this simulator; the others are returned."""
    inside, outside = [], {}
    for gid, cell in cells.items():
        previous = (gid - 1) % CELLS
        if previous in here:
            inside.append(pc.gid_connect(previous, cell.synapse))
            inside[-1].delay = delay(gid)
        else:
            inside.append(h.NetCon(None, cell.synapse))
            outside[gid] = inside[-1]
        inside[-1].weight[0] = weight(gid)
    return inside, outside


def kick(cells):
    if 0 not in cells:
        return None
    stimulus = h.NetStim()
    stimulus.number, stimulus.start, stimulus.noise = 1, 1, 0
    netcon = h.NetCon(stimulus, cells[0].synapse)
    netcon.weight[0], netcon.delay = 0.02, 0
    return stimulus, netcon


def alone(stop):
    cells = build(range(CELLS))
    keep = connect(cells, range(CELLS)), kick(cells)
    times, gids = h.Vector(), h.Vector()
    pc.spike_record(-1, times, gids)
    h.dt, h.tstop, h.v_init = 0.025, stop, -65
    h.run()
    del keep
    for time, gid in zip(times, gids):
        print(f"{time:.6f},{int(gid)}")


def module():
    import tutti.neuron
    with tutti.neuron.Link(h) as link:
        m = link.module
        if m.ranks > 1:
            h.nrnmpi_init()
        here = range(m.model["first"], m.model["first"] + m.model["count"])
        mine = [gid for gid in here if gid % m.ranks == m.rank]
        cells = build(mine)
        keep, outside = connect(cells, here)
        keep = keep, kick(cells)
        link.spikes_out("spikes", mine)
        # a cell's predecessor spikes with a number of its own; its delay is put on here, since each cell has another
        link.spikes_in("previous", {(gid - 1) % CELLS: netcon for gid, netcon in outside.items()},
                       optional=True)
        link.signal_out("v", "mV", {gid: cell.soma(0.5)._ref_v for gid, cell in cells.items()})
        h.dt, h.tstop, h.v_init = 0.025, link.stop_ms, -65
        pc.set_maxstep(10)
        h.stdinit()
        pc.psolve(h.tstop)
        del keep


if sys.argv[1:2] == ["ALONE"]:
    alone(float(sys.argv[2]))
else:
    module()
