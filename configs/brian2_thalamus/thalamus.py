# SPDX-License-Identifier: MIT
"""Thalamic relay cells in Brian2, and the lines that make them a module of a run.

Leaky integrate-and-fire cells with an adaptation current; each has its own constant drive, and cortical spikes excite them
after the loop's delay.
"""
import brian2 as b2
import numpy as np

import tutti.brian2

b2.prefs.codegen.target = "numpy"  # nothing to compile: the network is small
b2.defaultclock.dt = 0.1 * b2.ms

with tutti.brian2.Link() as link:
    m = link.module.model
    cells = b2.NeuronGroup(m["cells"], """
        dv/dt = (-70*mV - v + drive - a + g*(-v)/(1*nS)*0.1)/(15*ms) : volt (unless refractory)
        da/dt = -a/(60*ms) : volt
        dg/dt = -g/(4*ms) : siemens
        drive : volt""", threshold="v > -50*mV", reset="v = -62*mV; a += 3*mV", refractory=2 * b2.ms, method="euler",
                           name="relay")
    dice = np.random.default_rng(5)
    cells.v = dice.uniform(-70, -52, m["cells"]) * b2.mV
    cells.drive = dice.uniform(19, 26, m["cells"]) * b2.mV

    cortical = link.spikes_in("cortical", m["cortical"])
    feedback = b2.Synapses(cortical, cells, on_pre="g += 0.15*nS")
    feedback.connect(i=np.repeat(np.arange(m["cortical"]), 6), j=dice.integers(0, m["cells"], 6 * m["cortical"]))

    link.spikes_out("spikes", cells)
    link.signal_out("v", "mV", cells, "v")
    link.run(b2.Network(cells, feedback))
