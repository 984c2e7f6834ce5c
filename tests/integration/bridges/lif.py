# SPDX-License-Identifier: MIT
"""20 leaky neurons in Brian2 that trains of spikes drive: in a run, or alone with the trains of a file.

lif.py ALONE TRAINS.csv STOP prints its spikes; each is stamped with the end of its time step, as the link does it.
"""
import sys

import brian2 as b2
import numpy as np

b2.prefs.codegen.target = "numpy"
b2.defaultclock.dt = 0.1 * b2.ms
N = 20


def build(sources, noise=False):
    """With noise, and delays of synapses: what a checkpoint has to hold."""
    xi, method = (" + 2*mV*sqrt(20*ms)*xi", "euler") if noise else ("", "exact")
    cells = b2.NeuronGroup(N, f"""dv/dt = (-65*mV - v + R*I{xi})/(10*ms) : volt (unless refractory)
                                 R : ohm
                                 I : amp""", threshold="v > -50*mV", reset="v = -65*mV", refractory=2 * b2.ms,
                           method=method, name="cells")
    cells.v, cells.R = -65 * b2.mV, 10 * b2.Mohm
    synapses = b2.Synapses(sources, cells, on_pre="v += 4*mV", name="synapses")
    synapses.connect(condition="(i + j) % 3 == 0")
    if noise:
        b2.seed(7)
        synapses.delay = "(1 + (i + j) % 7)*ms"
    return cells, synapses


def alone(trains, stop):
    rows = np.loadtxt(trains, delimiter=",", ndmin=2)
    sources = b2.SpikeGeneratorGroup(5, rows[:, 1].astype(int), rows[:, 0] * b2.ms)
    cells, synapses = build(sources)
    cells.I = 0.4 * b2.nA
    monitor = b2.SpikeMonitor(cells)
    b2.Network(sources, cells, synapses, monitor).run(stop * b2.ms)
    for time, cell in zip(np.asarray(monitor.t) * 1e3, monitor.i):
        print(f"{time + 0.1:.6f},{cell}")


def module():
    import tutti.brian2
    with tutti.brian2.Link() as link:
        drive = link.spikes_in("drive", 5)
        cells, synapses = build(drive, bool((link.module.model or {}).get("noise")))
        link.spikes_out("spikes", cells)
        link.signal_out("v", "mV", cells, "v")
        link.signal_in("i", "nA", cells, "I", optional=True)
        cells.I = 0.4 * b2.nA
        link.run(b2.Network(cells, synapses))


if sys.argv[1:2] == ["ALONE"]:
    alone(sys.argv[2], float(sys.argv[3]))
else:
    module()
