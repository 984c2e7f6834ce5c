# SPDX-License-Identifier: MIT
"""A small cortical network in NEURON as it would be without Tutti, and the lines that make it a module of a run.

`cells` in the model pyramidal cells with an apical dendrite, three of four excitatory, joined at random with delays of 1 to 3
ms; `inputs` trains reach each cell with a chance of one in five. Two ranks share the cells out round robin.
"""
import random

from neuron import h

import tutti.neuron

pc = h.ParallelContext()
h.load_file("stdrun.hoc")


class Pyramid:
    def __init__(self, gid, place):
        self.soma = h.Section(name="soma", cell=self)
        self.apical = h.Section(name="apic", cell=self)
        self.basal = h.Section(name="dend", cell=self)
        self.all = [self.soma, self.apical, self.basal]
        self.apical.connect(self.soma(1))
        self.basal.connect(self.soma(0))
        x, z = place
        for section, y0, y1, diam, nseg in ((self.soma, -10, 10, 20, 1), (self.apical, 10, 410, 2, 9),
                                            (self.basal, -10, -160, 2, 3)):
            section.pt3dclear()
            section.pt3dadd(x, y0, z, diam)
            section.pt3dadd(x, y1, z, diam)
            section.nseg, section.Ra, section.cm = nseg, 150, 1
        for section in self.all:
            section.insert("hh")
            # sodium inside is what sodium.yaml says, and its reversal potential follows from it
            h.ion_style("na_ion", 1, 2, 1, 1, 0, sec=section)
            section.nai, section.nao = 10, 140
        for section in (self.apical, self.basal):
            for segment in section:
                segment.hh.gnabar, segment.hh.gkbar = 0.01, 0.004
        self.excitation = h.Exp2Syn(self.apical(0.5))
        self.excitation.tau1, self.excitation.tau2, self.excitation.e = 0.5, 3, 0
        self.inhibition = h.Exp2Syn(self.soma(0.5))
        self.inhibition.tau1, self.inhibition.tau2, self.inhibition.e = 1, 8, -80

    def __repr__(self):
        return "Pyramid"


with tutti.neuron.Link(h) as link:
    m = link.module
    if m.ranks > 1:
        h.nrnmpi_init()
    dice = random.Random(m.model["seed"])  # the same on every rank
    count, inputs = m.model["cells"], m.model["inputs"]
    places = [(dice.uniform(-100, 100), dice.uniform(-100, 100)) for _ in range(count)]
    synapses = [(a, b, dice.uniform(1, 3)) for b in range(count) for a in range(count)
                if a != b and dice.random() < 0.15]
    thalamic = [(k, b) for b in range(count) for k in range(inputs) if dice.random() < 0.2]

    mine = [gid for gid in range(count) if gid % m.ranks == m.rank]
    cells = {gid: Pyramid(gid, places[gid]) for gid in mine}
    for gid, cell in cells.items():
        pc.set_gid2node(gid, int(pc.id()))
        spike = h.NetCon(cell.soma(0.5)._ref_v, None, sec=cell.soma)
        spike.threshold = -10
        pc.cell(gid, spike)
    netcons = []
    for source, target, delay in synapses:
        if target in cells:
            excites = source % 4 != 0
            netcons.append(pc.gid_connect(source, cells[target].excitation if excites else cells[target].inhibition))
            netcons[-1].weight[0], netcons[-1].delay = (0.0008 if excites else 0.004), delay
    drive = {k: [] for k in range(inputs)}
    for train, target in thalamic:
        if target in cells:
            drive[train].append(h.NetCon(None, cells[target].excitation))
            drive[train][-1].weight[0] = 0.003

    # what makes it a module
    sections = {gid: cell.all for gid, cell in cells.items()}
    h.CVode().use_fast_imem(1)
    link.spikes_out("spikes", mine)
    link.spikes_in("thalamic", drive)
    link.segments_out("i_na", "ina", sections)
    link.segments_out("i_membrane", "i_membrane_", sections)
    link.segments_in("na_i", "nai", "mM", sections)

    h.dt, h.v_init, h.celsius = 0.025, -65, 6.3
    pc.set_maxstep(10)
    h.finitialize(h.v_init)
    pc.psolve(link.stop_ms)
