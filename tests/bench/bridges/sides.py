# SPDX-License-Identifier: MIT
"""sides.py SIMULATOR [STOP]: a network in NEURON or Brian2, alone up to STOP [ms], or in a run without STOP.

Prints the CPU time of all threads of this process between the first step and the last, building and compiling left out.
"""
import sys
import time

CELLS, NEURONS = 64, 1000


def report(begin):
    print(f"RESULT cpu={time.process_time() - begin:.6f}", flush=True)


def build_in_neuron(h, gids):
    """Cells of Hodgkin and Huxley's membrane with a passive dendrite of 11 compartments, each driven to spike by itself."""
    pc, cells = h.ParallelContext(), {}
    for gid in gids:
        soma, dend = h.Section(name=f"soma{gid}"), h.Section(name=f"dend{gid}")
        dend.connect(soma(1))
        soma.L = soma.diam = 12.6157
        dend.L, dend.diam, dend.nseg = 200, 1, 11
        soma.insert("hh"), dend.insert("pas")
        clamp = h.IClamp(soma(0.5))
        clamp.delay, clamp.dur, clamp.amp = 1, 1e9, 0.1 + 0.002 * gid
        synapse = h.ExpSyn(dend(0.5))
        netcon = h.NetCon(None, synapse)
        netcon.weight[0] = 0.0005
        pc.set_gid2node(gid, 0)
        source = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
        pc.cell(gid, source)
        cells[gid] = soma, dend, clamp, synapse, netcon
    h.dt, h.v_init = 0.025, -65
    return pc, cells


def in_neuron(stop):
    from neuron import h
    h.load_file("stdrun.hoc")
    if stop:
        pc, cells = build_in_neuron(h, range(CELLS))
        times, gids = h.Vector(), h.Vector()
        pc.spike_record(-1, times, gids)
        return run_neuron(h, pc, stop)
    import tutti.neuron
    with tutti.neuron.Link(h) as link:
        pc, cells = build_in_neuron(h, range(CELLS))
        link.spikes_out("spikes", list(cells))
        link.spikes_in("drive", {gid: cell[4] for gid, cell in cells.items()}, optional=True)
        link.signal_out("v", "mV", {gid: cell[0](0.5)._ref_v for gid, cell in cells.items()})
        run_neuron(h, pc, link.stop_ms)


def run_neuron(h, pc, stop):
    pc.set_maxstep(10)
    h.stdinit()
    begin = time.process_time()
    pc.psolve(stop)
    report(begin)


def build_in_brian2(b2):
    cells = b2.NeuronGroup(NEURONS, "dv/dt = (-50*mV - v)/(10*ms) : volt (unless refractory)", threshold="v > -52*mV",
                           reset="v = -65*mV", refractory=2 * b2.ms, method="exact", name="cells")
    cells.v = "-65*mV + 10*mV*i/1000"
    return cells


def in_brian2(stop):
    import brian2 as b2
    b2.prefs.codegen.target = "numpy"
    b2.defaultclock.dt = 0.1 * b2.ms
    if stop:
        cells = build_in_brian2(b2)
        sources = b2.SpikeGeneratorGroup(64, [], [] * b2.ms)
        synapses = b2.Synapses(sources, cells, on_pre="v += 0.1*mV", name="synapses")
        synapses.connect(j="i")
        network = b2.Network(sources, cells, synapses, b2.SpikeMonitor(cells))
        network.run(1 * b2.ms)
        begin = time.process_time()
        network.run((stop - 1) * b2.ms)
        return report(begin)
    import tutti.brian2
    with tutti.brian2.Link() as link:
        cells = build_in_brian2(b2)
        drive = link.spikes_in("drive", 64)
        synapses = b2.Synapses(drive, cells, on_pre="v += 0.1*mV", name="synapses")
        synapses.connect(j="i")
        link.spikes_out("spikes", cells)
        link.signal_out("v", "mV", cells, "v")
        begins = []
        begin = b2.NetworkOperation(lambda: begins or begins.append(time.process_time()), dt=1 * b2.ms)
        link.run(b2.Network(cells, synapses, begin))
        report(begins[0])


if __name__ == "__main__":
    {"neuron": in_neuron, "brian2": in_brian2}[sys.argv[1] if len(sys.argv) > 1 else "neuron"](
        float(sys.argv[2]) if len(sys.argv) > 2 else 0)
