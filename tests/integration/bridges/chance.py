# SPDX-License-Identifier: MIT
"""A network in NEURON with all that a checkpoint has to hold: streams of random numbers of three kinds, a current that is
played, Vectors that record, currents and concentrations that are no states, a clamp that another module sets, delays that are
longer than a step. The model says `scheme` (fixed, second, cvode) and `way` (run, psolve)."""
import json
import random

from neuron import h

import tutti.neuron

h.load_file("stdrun.hoc")
pc = h.ParallelContext()
COUNT = 12


class Cell:
    def __init__(self, gid):
        self.soma, self.dend = h.Section(name=f"soma{gid}"), h.Section(name=f"dend{gid}")
        self.dend.connect(self.soma(1))
        self.soma.L = self.soma.diam = 12
        self.dend.L, self.dend.diam, self.dend.nseg = 150 + 10 * gid, 1, 5
        self.soma.insert("hh")
        self.dend.insert("pas")
        h.ion_style("na_ion", 1, 2, 1, 1, 0, sec=self.soma)  # the reversal potential follows from what is set
        for segment in self.dend:
            segment.pas.g, segment.pas.e = 0.001, -65
        self.synapse = h.Exp2Syn(self.dend(0.5))
        self.synapse.tau1, self.synapse.tau2 = 0.5, 3
        self.clamp = h.IClamp(self.soma(0.5))
        self.clamp.dur = 1e9
        self.noise = h.NetStim()
        self.noise.interval, self.noise.number, self.noise.start, self.noise.noise = 8, 1e9, 1, 1
        self.noise.noiseFromRandom123(gid, 7, 1)
        self.kick = h.NetCon(self.noise, self.synapse)
        self.kick.weight[0], self.kick.delay = 0.02, 4.3


with tutti.neuron.Link(h) as link:
    m = link.module
    if m.ranks > 1:
        h.nrnmpi_init()
    mine = [gid for gid in range(COUNT) if gid % m.ranks == m.rank]
    cells = {gid: Cell(gid) for gid in mine}
    for gid, cell in cells.items():
        pc.set_gid2node(gid, int(pc.id()))
        source = h.NetCon(cell.soma(0.5)._ref_v, None, sec=cell.soma)
        pc.cell(gid, source)
    inside = []
    for gid, cell in cells.items():
        for far in (1, 5):
            inside.append(pc.gid_connect((gid + far) % COUNT, cell.synapse))
            inside[-1].weight[0], inside[-1].delay = 0.002, 1.7 + 2.3 * far
    drive = {gid: h.NetCon(None, cells[gid].synapse) for gid in mine}
    for netcon in drive.values():
        netcon.weight[0] = 0.003

    first = cells[mine[0]]
    times, course = h.Vector(range(0, 400, 7)), h.Vector([0.05 * (k % 3) for k in range(58)])
    hum = h.IClamp(first.dend(0.9))
    hum.dur = 1e9
    course.play(hum._ref_amp, times, 1)
    dice, shaken = h.Random(), h.IClamp(first.dend(0.1))
    dice.Random123(3, m.rank, 5)
    shaken.dur = 1e9
    if m.model["scheme"] != "cvode":  # plays a new number in every step
        dice.uniform(-0.05, 0.05)
        dice.play(shaken._ref_amp)
    seen = [h.Vector().record(first.soma(0.5)._ref_v), h.Vector().record(first.soma(0.5)._ref_ina, 0.5), h.Vector()]
    crossing = h.NetCon(first.dend(0.5)._ref_v, None, sec=first.dend)  # of the soma they are recorded for the run
    crossing.threshold = -30
    crossing.record(seen[2])

    # something of the script's own: weights are drawn by Python every 3 ms
    coins, due = random.Random(m.rank), [0.3]

    def toss():
        for netcon in inside:
            netcon.weight[0] = 0.002 * coins.random()
        due[0] += 3
        h.CVode().event(due[0], toss)

    def keep(state):
        if state.saving:
            state.put("coins", m.rank, json.dumps([coins.getstate(), due]).encode())
        else:  # SaveState cannot keep what waits in NEURON's queue to be called in Python
            (version, numbers, rest), due[:] = json.loads(state.get("coins", m.rank))
            coins.setstate((version, tuple(numbers), rest))
            h.CVode().event(due[0], toss)

    link.keep(keep)
    begin = h.FInitializeHandler(1, lambda: h.CVode().event(due[0], toss))
    h.CVode().use_fast_imem(1)
    sections = {gid: [cell.soma, cell.dend] for gid, cell in cells.items()}
    link.spikes_out("spikes", mine)
    link.spikes_in("drive", drive)
    link.signal_out("v", "mV", {gid: cell.soma(0.5)._ref_v for gid, cell in cells.items()})
    link.segments_out("i_membrane", "i_membrane_", sections)
    link.segments_out("i_na", "ina", {gid: [cell.soma] for gid, cell in cells.items()})
    link.signal_in("push", "nA", {gid: cell.clamp._ref_amp for gid, cell in cells.items()})
    link.signal_in("na_i", "mM", {gid: cell.soma(0.5)._ref_nai for gid, cell in cells.items()})

    h.dt, h.tstop, h.v_init, h.celsius = 0.025, link.stop_ms, -65, 6.3
    h.secondorder = 2 if m.model["scheme"] == "second" else 0
    if m.model["scheme"] == "cvode":
        h.CVode().active(1)
        h.CVode().atol(1e-5)
    pc.set_maxstep(10)
    if m.model["way"] == "run":
        h.run()
    else:
        h.stdinit()
        pc.psolve(h.tstop)
    told = [list(vector) for vector in seen]
    (m.folder / f"seen.{m.rank}.json").write_text(json.dumps(told))
