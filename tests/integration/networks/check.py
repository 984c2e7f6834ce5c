#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN SOURCE: what the scenarios of point neurons must show."""
import json
import pathlib
import subprocess
import sys
import tempfile

PART, BIN, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
BRUNEL = SOURCE / "configs/brunel"


def run(folder, *files, settings=()):
    before = set(pathlib.Path(folder).glob("*"))
    command = [BIN / "tutti", "run", *files, "--quiet", "--results", folder]
    for item in settings:
        command += ["--set", item]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    new, = set(pathlib.Path(folder).glob("*")) - before
    return new


def ranks(folder):
    hashes = []
    for number, threads in ((1, 1), (2, 1), (3, 1), (1, 2)):
        done = run(folder, BRUNEL, settings=("run.stop=60 ms", f"modules.cortex.ranks={number}",
                                             f"modules.cortex.model.threads={threads}"))
        hashes.append(json.loads((done / "summary.json").read_text())["hashes"])
    assert all(h == hashes[0] for h in hashes), "ranks or threads show in the hashes"
    assert any(int(h, 16) for h in hashes[0]["cortex.spikes"]), "nobody fired"


def rate(done, population, number, after, until):
    import h5py
    with h5py.File(done / "spikes.h5") as f:
        times = f[f"spikes/{population}/timestamps"][:]
    return ((times > after) & (times <= until)).sum() / number / (until - after) * 1e3


def rates(folder):
    """Brunel (2000), figure 8: 60.7 (B), 37.7 (C) and 5.6 to 6.5 Hz (D) in theory, 55.8, 38.0 and 6.5 Hz (D) in his
    simulations; in A nearly every neuron fires whenever its 2 ms of refractoriness and the delay let it."""
    for regime, low, high in ((None, 36, 40), ("regular", 250, 400), ("fast", 53, 63), ("slow", 4, 8)):
        files = [BRUNEL] + ([BRUNEL / f"{regime}.yaml"] if regime else [])
        done = run(folder, *files, settings=("run.stop=300 ms",))
        found = rate(done, "exc", 10000, 100, 300)
        print(regime, found)
        assert low < found < high, (regime, found)


def microcircuit(folder):
    """Mean rates by layer beside those of the full network as NEST's example Potjans_2014 publishes them
    (network_params.py, full_mean_rates). A second of a tenth of the network stands for them within a fifth and three
    standard errors of cells whose rates differ; the same hashes for 1, 2 and 3 ranks."""
    published = {"L23E": (2068, 0.903), "L23I": (583, 2.965), "L4E": (2192, 4.414), "L4I": (548, 5.876),
                 "L5E": (485, 7.569), "L5I": (106, 8.633), "L6E": (1440, 1.105), "L6I": (295, 7.829)}
    scenario = SOURCE / "configs/microcircuit"
    done = run(folder, scenario)
    for name, (number, hertz) in published.items():
        found = rate(done, name, number, 100, 1000)
        print(name, found, hertz)
        assert abs(found - hertz) < 0.2 * hertz + 3 * hertz / number ** 0.5, (name, found, hertz)
    report = subprocess.run(["/usr/bin/python3", scenario / "report.py", done], capture_output=True, text=True, check=True).stdout
    print(report)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in report.splitlines()[2:]]
    assert [row[0] for row in rows] == list(published)
    for name, _, hertz, _, variation, together in rows:
        # asynchronous and irregular: CV of a Poisson process is 1, of a short stretch less; a synchronous network of so
        # many cells would have variances hundreds of times the mean
        assert 0.4 < float(variation) < 1.2 and 0.5 < float(together) < 20, (name, variation, together)
        assert abs(float(hertz) - rate(done, name, published[name][0], 100, 1000)) < 0.006, name
    again = subprocess.run(["/usr/bin/python3", scenario / "make_model.py", "0.1"], capture_output=True, text=True, check=True)
    assert again.stdout == (scenario / "cortex.yaml").read_text(), "cortex.yaml is not what make_model.py writes"
    hashes = [json.loads((run(folder, scenario, settings=("run.stop=30 ms", f"modules.cortex.ranks={n}"))
                          / "summary.json").read_text())["hashes"] for n in (1, 2, 3)]
    assert hashes[0] == hashes[1] == hashes[2]


EVENTS = """
dt: 0.1 ms
celsius: 6.3 degC
cells:
  fire1: {model: IntFire1, parameters: {tau: {normal: [20 ms, 2 ms]}, refrac: 2 ms}}
  fire4: {model: IntFire4}
  leaky: {model: IF_curr_exp, parameters: {tau_m: {uniform: [15 ms, 25 ms]}}}
  ball:
    sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}}
    membrane: {all: {pas: {}}, soma: {hh: {}}}
populations:
  a: {cell: fire1, number: 80}
  b: {cell: fire4, number: 20}
  c: {cell: leaky, number: 20}
  d: {cell: ball, number: 3}
synapses: {ampa: {type: exp, tau: 3 ms, e: 0 mV}}
drives:
  out: {to: [a, b], rate: 2 kHz, weight: 0.05}
  clocked: {to: [c], rate: 8 kHz, weight: 0.12 nA}
connections:
  - {from: a, to: a, rule: {probability: 0.2}, weight: {normal: [0.02, 0.002]}, delay: {uniform: [1 ms, 3 ms]}}
  - {from: b, to: a, rule: {fixed_indegree: 5}, weight: -0.02, delay: 1 ms}
  - {from: a, to: a, rule: {probability: 0.1}, weight: 0.02, delay: {uniform: [1 ms, 3 ms]},
     stdp: {w_min: 0, w_max: 0.06, A_plus: 0.02, A_minus: 0.021}}
  - {from: a, to: b, rule: {fixed_indegree: 20}, weight: 0.05, delay: 1.37 ms}
  - {from: a, to: c, rule: {fixed_indegree: 20}, weight: 0.5 nA, delay: 1 ms}
  - {from: c, to: b, rule: {fixed_outdegree: 5}, weight: 0.1, delay: 1 ms}
  - {from: a, to: d, rule: {fixed_indegree: 20}, synapse: ampa, weight: 60 nS, delay: 1 ms, region: [soma]}
"""


def events(folder):
    """Event-driven, clocked and cable cells in one network: the same spikes for any ranks, off the grid of dt."""
    import h5py
    (pathlib.Path(folder) / "model.yaml").write_text(EVENTS)
    run_file = pathlib.Path(folder) / "run.yaml"
    run_file.write_text("tutti: 1\nrun: {name: mixed, stop: 100 ms, seed: 3}\nmodules: {net: {use: cell, step: 1 ms, "
                        "model: model.yaml}}\nrecord: [net.spikes, {port: net.weights, every: 20 ms}]\n")
    results = pathlib.Path(folder) / "results"
    results.mkdir()
    runs = [run(results, run_file, settings=(f"modules.net.ranks={n}",)) for n in (1, 2, 3)]
    hashes = [json.loads((r / "summary.json").read_text())["hashes"] for r in runs]
    assert hashes[0] == hashes[1] == hashes[2], "ranks show in the hashes"
    with h5py.File(runs[0] / "spikes.h5") as f:
        counts = {name: len(f[f"spikes/{name}/timestamps"]) for name in "abcd" if name in f["spikes"]}
        print(counts)
        assert all(counts.get(name, 0) > 0 for name in "abcd"), counts
        times = f["spikes/a/timestamps"][:]
    assert any(abs(t * 10 - round(t * 10)) > 1e-3 for t in times), "event-driven spikes lie on the grid"
    weights, = reports(runs[0] / "net.weights.h5")
    assert weights.shape[1] == 80 and abs(weights[-1] - weights[0]).max() > 0.01, "nothing was learnt"


def same_spikes(folder, scenario, stop):
    """Hashes of a scenario for 1, 2 and 3 ranks and 2 threads; the first of the runs."""
    runs = [run(folder, scenario, settings=(f"run.stop={stop}", f"modules.{MODULE[scenario.name]}.ranks={number}",
                                            f"modules.{MODULE[scenario.name]}.model.threads={threads}"))
            for number, threads in ((1, 1), (2, 1), (3, 1), (1, 2))]
    hashes = [json.loads((r / "summary.json").read_text())["hashes"] for r in runs]
    assert all(h == hashes[0] for h in hashes), "ranks or threads show in the hashes"
    first = contents(runs[0] / "spikes.h5")
    assert all(contents(r / "spikes.h5") == first for r in runs), "files differ in what they hold"
    return runs[0]


def contents(path):
    """Every data set of a file. The bytes of the file itself may differ: they follow the moments at which it was
    flushed."""
    import h5py
    found = {}
    with h5py.File(path) as f:
        f.visititems(lambda name, item: found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) else None)
    return found


MODULE = {"netpyne_tutorial": "net", "hybrid": "column"}


def tutorial(folder):
    """NetPyNE's tutorial network: the same spikes for any ranks, and those of NEURON given the same connections."""
    import h5py
    import numpy
    scenario = SOURCE / "configs/netpyne_tutorial"
    done = same_spikes(folder, scenario, "300 ms")
    with h5py.File(done / "spikes.h5") as f:
        found = {name: (f[f"spikes/{name}/node_ids"][:], f[f"spikes/{name}/timestamps"][:]) for name in f["spikes"]}
    cells = ["E2", "I2", "E4", "I4", "E5", "I5"]
    print({name: len(found[name][0]) for name in found})
    assert all(len(found[name][0]) > 50 for name in [*cells, "background"]), "somebody is silent"
    lists = pathlib.Path(folder) / "lists"
    subprocess.run([BIN / "tutti-cell", "--inspect", scenario / "network.yaml", "--step", "0.1 ms", "--seed", "1",
                    "--connections", lists], check=True, capture_output=True, timeout=60)
    # more than a part in 1e9 of a state's error would move a spike by a step now and then: exponentials differ in
    # their last bits, and so may the order of sums over 300 cells
    expected = neuron_spikes(lists, cells, found["background"], 300)
    ours = {(50 * k + int(node), round(t / 0.05)) for k, name in enumerate(cells) for node, t in zip(*found[name])}
    both = len(ours & expected)
    print(f"NEURON: {len(expected)} spikes, Tutti: {len(ours)}, the same: {both}")
    assert both > 0.99 * max(len(ours), len(expected)), (both, len(ours), len(expected))
    assert numpy.all(found["background"][1] > 0)


def neuron_spikes(lists, cells, background, stop):
    """(cell, step) of every spike of NEURON's hh cells with the connections in `lists`."""
    import csv
    from neuron import h
    h.load_file("stdrun.hoc")
    h.usetable_hh = 0
    somata, synapses, kept, times = [], {}, [], []
    for name in cells:
        for _ in range(50):
            soma = h.Section(name=f"soma{len(somata)}")
            soma.L, soma.diam, soma.Ra, soma.nseg = (14, 15, 120, 1) if name[0] == "E" else (9, 10, 110, 1)
            soma.insert("hh")
            soma.gnabar_hh = 0.13 if name[0] == "E" else 0.12
            soma.gkbar_hh, soma.gl_hh, soma.el_hh, soma.ena, soma.ek = 0.036, 0.003, -70, 50, -77
            spikes = h.Vector()
            con = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
            con.threshold = 10
            con.record(spikes)
            somata.append(soma), times.append(spikes), kept.append(con)
    arrivals = []
    for file in sorted(pathlib.Path(lists).glob("*.csv")):
        inhibits = file.name.startswith("connection_2")
        with open(file, encoding="utf-8") as text:
            for row in csv.DictReader(line for line in text if not line.startswith("#")):
                source, target = int(row["source_gid"]), int(row["target_gid"])
                if (target, inhibits) not in synapses:
                    synapse = h.Exp2Syn(somata[target](0.5))
                    synapse.tau1, synapse.tau2, synapse.e = (0.6, 8.5, -75) if inhibits else (0.8, 5.3, 0)
                    synapses[target, inhibits] = synapse
                synapse = synapses[target, inhibits]
                con = h.NetCon(None, synapse) if source >= 300 else h.NetCon(somata[source](0.5)._ref_v, synapse, sec=somata[source])
                con.threshold, con.weight[0], con.delay = 10, float(row["weight"]), float(row["delay"])
                kept.append(con)
                if source >= 300:
                    arrivals += [(con, float(t) + float(row["delay"])) for node, t in zip(*background) if node == source - 300]
    h.celsius, h.dt = 6.3, 0.05
    h.steps_per_ms = 20
    start = h.FInitializeHandler(lambda: [con.event(t) for con, t in arrivals])
    h.finitialize(-65)
    h.continuerun(stop)
    del start
    return {(k, round(t / 0.05)) for k, spikes in enumerate(times) for t in spikes}


def hybrid(folder):
    """Cable cells, point neurons and sources in one network: the same spikes for any ranks and threads."""
    import h5py
    done = same_spikes(folder, SOURCE / "configs/hybrid", "400 ms")
    with h5py.File(done / "spikes.h5") as f:
        counts = {name: len(f[f"spikes/{name}/timestamps"]) for name in f["spikes"]}
    print(counts)
    assert all(counts.get(name, 0) > 0 for name in ("E23", "E4", "E5", "I", "thalamus", "background")), counts


REWARD = """
tutti: 1
run: {name: reward, stop: 2 s, seed: 4}
modules:
  teacher: {use: player, step: 1 ms, model: {signals: {reward: {unit: "1", step: {before: "0", after: "1", at: 1 s}}}}}
  net:
    use: cell
    step: 1 ms
    model:
      dt: 0.1 ms
      cells:
        leaky: {model: IF_curr_exp, parameters: {tau_refrac: 2 ms}}
        noise: {model: SpikeSourcePoisson, parameters: {rate: 20 Hz}}
      populations: {source: {cell: noise, number: 40}, target: {cell: leaky, number: 10}}
      drives: {out: {to: [target], rate: 2 kHz, weight: 0.35 nA}}
      connections:
        - {from: source, to: target, weight: {uniform: [0.05 nA, 0.15 nA]}, delay: 1 ms,
           stdp: {w_min: 0 nA, w_max: 0.2 nA, A_plus: 0.05, A_minus: 0.01, reward: {tau: 200 ms}}}
connections:
  - {from: teacher.reward, to: net.reward}
record:
  - net.spikes
  - {port: net.weights, every: 100 ms}
"""


def reward(folder):
    """Weights stay while there is no reward and grow with one, where the target's spikes follow the source's; the
    same for any ranks and threads."""
    import h5py
    folder = pathlib.Path(folder)
    (folder / "reward.yaml").write_text(REWARD)
    results = folder / "results"
    results.mkdir()
    runs = [run(results, folder / "reward.yaml", settings=(f"modules.net.ranks={r}", f"modules.net.model.threads={t}"))
            for r, t in ((1, 1), (3, 1), (1, 2))]
    hashes = [json.loads((r / "summary.json").read_text())["hashes"] for r in runs]
    assert all(h == hashes[0] for h in hashes), "ranks or threads show in the hashes"
    with h5py.File(runs[0] / "net.weights.h5") as f:
        data = next(iter(f["report"].values()))["data"][:]
    print(data.mean(axis=1))
    assert data.shape[1] == 10
    assert abs(data[0] - data[9]).max() < 1e-6, "weights moved without reward"
    assert data[-1].mean() > data[9].mean() + 0.05, "reward moved no weight"


CHANGING = """
tutti: 1
run: {name: changing, stop: 300 ms, seed: 4}
modules:
  teacher: {use: player, step: 1 ms, model: {signals: {reward: {unit: "1", step: {before: "0", after: "1", at: 150 ms}}}}}
  net:
    use: cell
    step: 1 ms
    model:
      celsius: 6.3 degC
      v_init: -65 mV
      cells:
        ball:
          sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, dend: {parent: soma, L: 200 um, diam: 1 um, nseg: 5}}
          ek: -77 mV
          membrane: {all: {cm: 1 uF/cm2, Ra: 100 ohm cm}, soma: {hh: {}}, dend: {pas: {e: -65 mV}}}
        noise: {model: SpikeSourcePoisson, parameters: {rate: 40 Hz}}
      populations: {source: {cell: noise, number: 40}, e: {cell: ball, number: 10}, i: {cell: ball, number: 5}}
      synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}, gaba: {type: exp, tau: 6 ms, e: -80 mV}}
      connections:
        - {from: source, to: e, weight: {uniform: [0.5 nS, 1.5 nS]}, delay: 1 ms, synapse: ampa, region: [dend],
           stdp: {rule: triplet, w_min: 0 nS, w_max: 3 nS, A_plus: 0.01, A3_plus: 0.01, weights: multiplicative}}
        - {from: source, to: i, weight: 2 nS, delay: 1 ms, synapse: ampa, tsodyks_markram: {U: 0.4, tau_rec: 100 ms, sites: 3}}
        - {from: e, to: i, weight: 0.4 nS, delay: 2 ms, synapse: ampa,
           stdp: {w_min: 0 nS, w_max: 1 nS, A_plus: 0.05, reward: {tau: 200 ms}}}
        - {from: i, to: e, weight: 3 nS, delay: 1 ms, synapse: gaba, tsodyks_markram: {U: 0.1, tau_rec: 50 ms, tau_facil: 200 ms}}
connections:
  - {from: teacher.reward, to: net.reward}
record:
  - net.spikes
  - {port: net.weights, every: 50 ms}
"""


def changing(folder):
    """Plastic, rewarded, depressing and stochastic synapses between cable cells: the same for any ranks and threads."""
    import h5py
    folder = pathlib.Path(folder)
    (folder / "changing.yaml").write_text(CHANGING)
    results = folder / "results"
    results.mkdir()
    runs = [run(results, folder / "changing.yaml", settings=(f"modules.net.ranks={r}", f"modules.net.model.threads={t}"))
            for r, t in ((1, 1), (2, 1), (3, 1), (1, 2))]
    hashes = [json.loads((r / "summary.json").read_text())["hashes"] for r in runs]
    assert all(h == hashes[0] for h in hashes), "ranks or threads show in the hashes"
    with h5py.File(runs[0] / "net.weights.h5") as f:
        e, i = (f[f"report/{name}/data"][:] for name in ("e", "i"))
    print(e[0], e[-1], i[0], i[-1])
    assert e.shape[1] == 10 and i.shape[1] == 5, "one weight for each cell with plastic synapses"
    assert (abs(e[-1] - e[0]) > 1e-4).all(), "no weight of the triplet rule moved"
    assert abs(i[3] - i[0]).max() < 1e-6, "weights moved without reward"
    assert abs(i[-1] - i[0]).min() > 1e-6, "reward moved no weight"


KEPT = """
dt: 0.05 ms
celsius: 6.3 degC
v_init: -65 mV
space: {x: 200 um, y: 400 um, z: 200 um}
cells:
  ball:
    sections: {soma: {L: 20 um, diam: 20 um, nseg: 1}, apic: {parent: soma, L: 100 um, diam: 1 um, nseg: 3},
               dend: {parent: soma, L: 200 um, diam: 1 um, nseg: 5}}
    threshold: 0 mV
    ek: -77 mV
    membrane: {all: {cm: 1 uF/cm2, Ra: 100 ohm cm}, soma: {hh: {}}, dend: {pas: {e: -65 mV}}, apic: {pas: {e: -65 mV}}}
  leaky: {model: IF_curr_exp, parameters: {tau_m: {normal: [20 ms, 2 ms]}, i_offset: (0.8 + 0.2 * ynorm) nA}}
  own: {model: LIF, parameters: {v_thresh: -55 mV}, receptors: {fast: {tau: 2 ms}, slow: {type: cond_beta, tau_rise: 2 ms, tau: 30 ms}}}
  fire: {model: IntFire1, parameters: {tau: {uniform: [15 ms, 25 ms]}, refrac: 2 ms}}
  theta: {model: SpikeSourcePoisson, parameters: {rate: (60 * (1 + sin(2 * pi * t / 50))) Hz}}
  told: {model: SpikeSourceArray, parameters: {spike_times: [[5 ms, 60 ms], [7.3 ms]]}}
populations:
  theta: {cell: theta, number: 30}
  told: {cell: told, number: 2}
  pyramid: {cell: ball, number: 6, rotation: {x: 180 degree, y: {uniform: [0 degree, 360 degree]}}}
  point: {cell: leaky, number: 10, initial: {v: {uniform: [-65 mV, -52 mV]}}}
  other: {cell: own, number: 5}
  event: {cell: fire, number: 4}
synapses: {ampa: {type: exp, tau: 2 ms, e: 0 mV}, gaba: {type: exp2, tau1: 1 ms, tau2: 8 ms, e: -80 mV}, late: {type: alpha, tau: 3 ms, e: 0 mV}}
connections:
  - {from: theta, to: pyramid, rule: {probability: 0.4}, synapse: ampa, region: [dend], synapses: 2, weight: {lognormal: [2 nS, 1 nS]}, delay: {uniform: [1 ms, 3 ms]}}
  - {from: told, to: pyramid, synapse: late, region: [apic], weight: 5 nS, delay: 1 ms}
  - {from: point, to: pyramid, rule: {fixed_indegree: 3}, synapse: gaba, region: [soma], weight: 1 nS, delay: 1.5 ms}
  - {from: [pyramid, theta], to: other, rule: {fixed_indegree: 4}, weight: 5 nS, receptor: fast, delay: 1 ms}
  - {from: theta, to: other, rule: {probability: 0.3}, receptor: slow, weight: 3 nS, delay: 2 ms}
  - {from: theta, to: point, rule: {fixed_outdegree: 3}, weight: -0.05 nA, delay: 1 ms}
  - {from: theta, to: event, weight: 0.1, delay: 1 ms}
"""


def kept(folder):
    """A network of all kinds of cells, saved as a SONATA circuit and read back, fires the same spikes; h5py finds the
    positions, weights and delays that the lists have."""
    import h5py
    import numpy
    folder = pathlib.Path(folder)
    (folder / "model.yaml").write_text(KEPT)
    done = subprocess.run([BIN / "tutti-cell", "--inspect", folder / "model.yaml", "--seed", "3", "--step", "0.5 ms",
                           "--connections", folder / "lists", "--sonata", folder / "circuit"],
                          check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    (folder / "probe.csv").write_text("x,y,z\n100,200,100\n30,300,50\n")
    (folder / "run.yaml").write_text("tutti: 1\nrun: {name: kept, stop: 150 ms, seed: 3}\nmodules: {net: {use: cell, "
                                     "step: 0.5 ms, model: model.yaml}, probe: {use: lfp, step: 0.5 ms, model: {electrodes: "
                                     "probe.csv}}}\nconnections: [{from: net.i_membrane, to: probe.i_membrane}]\n"
                                     "record: [net.spikes, probe.v_ext]\n")
    (folder / "again.yaml").write_text((folder / "run.yaml").read_text().replace("model.yaml", "circuit/simulation_config.json"))
    results = folder / "results"
    results.mkdir()
    first = run(results, folder / "run.yaml")
    again = run(results, folder / "again.yaml", settings=("modules.net.ranks=2",))
    one, two = contents(first / "spikes.h5"), contents(again / "spikes.h5")
    with h5py.File(first / "spikes.h5") as f:
        counts = {name: len(f[f"spikes/{name}/timestamps"]) for name in f["spikes"]}
    print(counts)
    assert all(counts.get(name, 0) > 5 for name in ("theta", "pyramid", "point", "other", "event")), counts
    assert one.keys() == two.keys() and all(one[name] == two[name] for name in one), "the circuit fires other spikes"
    fields = [numpy.concatenate(list(reports(done / "probe.v_ext.h5"))) for done in (first, again)]
    print("field", abs(fields[0]).max())  # angles in the circuit are rounded, and so the places of segments
    assert abs(fields[0]).max() > 1e-6 and abs(fields[0] - fields[1]).max() < 1e-9 * abs(fields[0]).max(), "turned otherwise"
    edges = {}
    for file in (folder / "circuit").glob("*_edges.h5"):
        with h5py.File(file) as f:
            (name, group), = f["edges"].items()
            edges[name] = sorted(zip(group["source_node_id"][:], group["target_node_id"][:], group["0/syn_weight"][:],
                                     group["0/delay"][:]))
    assert len(edges) == 8, edges.keys()
    lists = sum(len(file.read_text().splitlines()) - 2 for file in (folder / "lists").glob("*.csv"))
    assert sum(map(len, edges.values())) == lists
    weights = numpy.array([edge[2] for edge in edges["theta_to_pyramid_connection_0"]])
    assert abs(weights.mean() / 2e-3 - 1) < 4 * 0.5 / len(weights) ** 0.5, "weights in uS, as in NEURON"
    looked = subprocess.run([BIN / "tutti", "inspect", "cell", folder / "circuit/simulation_config.json", "-o", folder / "c.svg"],
                            check=False, capture_output=True, text=True, timeout=60)
    assert looked.returncode == 0, looked.stderr
    matrix, before = (text.split("from \\ to")[1].split("\n\n")[0] for text in (looked.stdout, done.stdout))
    print(matrix)  # of a circuit every synapse is a connection; pyramids have two of each from theta
    theirs, ours = (dict((line.split()[0], line.split()[1:]) for line in text.splitlines()[1:]) for text in (matrix, before))
    for name in ("told", "pyramid", "point", "other", "event"):
        assert theirs[name] == ours[name], (name, theirs[name], ours[name])
    assert int(theirs["theta"][2]) == 2 * int(ours["theta"][2]) and theirs["theta"][3:] == ours["theta"][3:]
    with h5py.File(folder / "circuit/pyramid_nodes.h5") as f:
        assert (f["nodes/pyramid/0/y"][:] >= 0).all() and (f["nodes/pyramid/0/y"][:] <= 400).all()


def reports(path):
    """The data of every report of a file."""
    import h5py
    with h5py.File(path) as f:
        return [group["data"][:] for group in f["report"].values()]


def bmtk(folder):
    """BMTK loads a circuit that we saved, and finds in it what our lists have."""
    import contextlib
    import numpy
    try:
        from bmtk.simulator.core.simulation_config import SimulationConfig
        from bmtk.utils.sonata import File
    except ImportError:
        print("SKIPPED: needs BMTK (apt-get install python3-bmtk)")
        return
    folder = pathlib.Path(folder)
    (folder / "model.yaml").write_text(KEPT)
    subprocess.run([BIN / "tutti-cell", "--inspect", folder / "model.yaml", "--seed", "3", "--step", "0.5 ms",
                    "--connections", folder / "lists", "--sonata", folder / "circuit"], check=True, capture_output=True, timeout=60)
    with contextlib.chdir(folder / "circuit"):  # to BMTK "." is where one is
        config = SimulationConfig.from_json("simulation_config.json")
        assert (config.tstop, config.dt) == (1000, 0.05)
        net = File(data_files=[n["nodes_file"] for n in config.nodes] + [e["edges_file"] for e in config.edges],
                   data_type_files=[n["node_types_file"] for n in config.nodes] + [e["edge_types_file"] for e in config.edges])
    sizes = {name: len(net.nodes[name]) for name in net.nodes.population_names}
    assert sizes == {"theta": 30, "told": 2, "pyramid": 6, "point": 10, "other": 5, "event": 4}, sizes
    kinds = {name: net.nodes[name].get_node_id(0)["model_type"] for name in sizes}
    assert kinds == {"theta": "virtual", "told": "virtual", "pyramid": "biophysical", "point": "point_neuron",
                     "other": "point_neuron", "event": "point_neuron"}, kinds
    for node in net.nodes["pyramid"]:
        assert 0 <= node["x"] <= 200 and 0 <= node["y"] <= 400
        turn = [node[f"rotation_angle_{axis}axis"] for axis in "xyz"]  # half a turn about x, some about y; half about z is the same
        assert abs(numpy.cos(turn[0]) * numpy.cos(turn[2]) + 1) < 1e-9, turn
    first = {name: sum(list(sizes.values())[:k]) for k, name in enumerate(sizes)}  # gids follow the order of populations
    theirs, found = {}, 0
    for name in net.edges.population_names:
        edges = net.edges[name]
        lines = theirs.setdefault((name.split("_connection_")[1], edges.target_population), [])
        for target in range(sizes[edges.target_population]):
            for edge in edges.get_target(target):
                assert edge.target_node_id == target
                lines.append((first[edges.source_population] + edge.source_node_id, first[edges.target_population] + target,
                              edge["syn_weight"], edge["delay"]))
        by_source = sum(len(list(edges.get_source(node))) for node in range(sizes[edges.source_population]))
        assert by_source == len(edges), (name, by_source, len(edges))
    for (number, target), lines in theirs.items():
        rows = [row.split(",") for row in (folder / f"lists/connection_{number}_{target}.csv").read_text().splitlines()[2:]]
        ours = sorted((int(row[5]), int(row[6]), float(row[2]), float(row[3])) for row in rows)
        assert numpy.allclose(sorted(lines), ours, rtol=1e-12, atol=0), (number, target)
        found += len(ours)
    synapse = next(net.edges["point_to_pyramid_connection_2"].get_target(0))
    assert (synapse["model_template"], synapse["dynamics_params"]) == ("Exp2Syn", "gaba.json")
    assert (synapse["afferent_section_id"], synapse["afferent_section_pos"]) == (0, 0.5)
    print("read by BMTK:", sizes, found, "edges")


def sonata(folder):
    """The hybrid column as a SONATA circuit has the cells and synapses of the lists."""
    import h5py
    import numpy
    subprocess.run([BIN / "tutti-cell", "--inspect", SOURCE / "configs/hybrid/network.yaml", "--connections", folder / "as_lists",
                    "--sonata", folder / "circuit"], check=True, capture_output=True, timeout=60)
    config = json.loads((folder / "circuit/circuit_config.json").read_text())
    here = {"$BASE": str(folder / "circuit")}
    nodes = {}
    for entry in config["networks"]["nodes"]:
        with h5py.File(entry["nodes_file"].replace("$BASE", here["$BASE"])) as f:
            for name in f["nodes"]:
                nodes[name] = f[f"nodes/{name}/0/y"][:]
    assert {name: len(y) for name, y in nodes.items()} == {"E23": 24, "E4": 198, "E5": 12, "I": 60, "thalamus": 40,
                                                          "background": 100}
    assert numpy.all((nodes["E4"] >= 400) & (nodes["E4"] <= 600))
    edges, weights = 0, 0.0
    for entry in config["networks"]["edges"]:
        with h5py.File(entry["edges_file"].replace("$BASE", here["$BASE"])) as f:
            group, = f["edges"].values()
            assert group["source_node_id"][:].max() < len(nodes[group["source_node_id"].attrs["node_population"].decode()])
            edges, weights = edges + len(group["target_node_id"]), weights + group["0/syn_weight"][:].sum()
    lines = [line.split(",") for file in (folder / "as_lists").glob("*.csv") for line in file.read_text().splitlines()[2:]]
    assert edges == len(lines), (edges, len(lines))
    assert abs(weights - sum(float(line[2]) for line in lines)) < 1e-9 * weights


def inspect(folder):
    """Text, picture, lists and JSON of networks before anything runs; all commands of the guide."""
    import xml.dom.minidom
    folder = pathlib.Path(folder)
    for name, words in (("netpyne_tutorial", ["from \\ to", "probability 0.4 * exp(-dist_3D / probLengthConst)", "in-degree"]),
                        ("hybrid", ["E4", "AdExp", "plastic", "Tsodyks-Markram", "synapses"])):
        model = SOURCE / "configs" / name / "network.yaml"
        command = [BIN / "tutti", "inspect", "cell", model, "-o", folder / "n.svg", "--json", folder / "n.json",
                   "--connections", folder / name]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        for word in words:
            assert word in done.stdout, (word, done.stdout)
        xml.dom.minidom.parse(str(folder / "n.svg"))
        assert list((folder / name).glob("connection_0_*.csv"))
        again = subprocess.run([BIN / "tutti", "inspect", "cell", folder / "n.json"], capture_output=True, text=True,
                               timeout=60, check=False)
        first = done.stdout.split("written")[1].split("\n", 1)[1] if done.stdout.startswith("written") else done.stdout
        assert again.stdout.strip() and again.stdout.split("\n")[0] in first, again.stdout + again.stderr
    sonata(folder)
    # a list that was written makes the same network again
    text = (SOURCE / "configs/brunel/cortex.yaml").read_text().replace("10000", "80").replace("2500", "20")
    text = text.replace("fixed_indegree: 1000", "fixed_indegree: 8").replace("fixed_indegree: 250", "fixed_indegree: 2")
    (folder / "small.yaml").write_text(text)
    subprocess.run([BIN / "tutti-cell", "--inspect", folder / "small.yaml", "--connections", folder / "small"],
                   check=True, capture_output=True, timeout=60)
    (folder / "again.yaml").write_text(text.replace("{fixed_indegree: 8}, weight: 0.1 mV, delay: 1.5 ms",
                                                    "{file: small/connection_0_exc.csv}", 1))
    subprocess.run([BIN / "tutti-cell", "--inspect", folder / "again.yaml", "--connections", folder / "again"],
                   check=True, capture_output=True, timeout=60)
    first = sorted((folder / "small/connection_0_exc.csv").read_text().splitlines())
    assert first == sorted((folder / "again/connection_0_exc.csv").read_text().splitlines()) and len(first) == 642
    # a condition that chooses nobody is a warning of `tutti check`
    run_file = folder / "run.yaml"
    (folder / "idle.yaml").write_text(text.replace("from: exc, to: inh", "from: {where: y > 5}, to: inh"))
    run_file.write_text("tutti: 1\nrun: {name: idle, stop: 10 ms}\nmodules: {net: {use: cell, step: 1.5 ms, model: idle.yaml}}\n")
    done = subprocess.run([BIN / "tutti", "check", run_file], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and 'no cell is chosen by `from: {where: "y > 5"}`' in done.stdout + done.stderr, done


def mistakes(folder):
    """One wrong thing each, and the words that must come back."""
    model = (BRUNEL / "cortex.yaml").read_text()
    cases = [
        ("tau_m: 20 ms", "tau_n: 20 ms", ['has no parameter "tau_n"', "v_rest, cm, tau_m", 'did you mean "tau_m"']),
        ("tau_m: 20 ms", "tau_m: 20", ["unit"]),
        ("tau_m: 20 ms", "tau_m: 20 mV", ["mV"]),
        ("tau_m: 20 ms", "tau_m: -1 ms", ["above 0"]),
        ("IF_curr_delta", "IF_curr_dalta", ['"IF_curr_delta"']),
        ("to: [exc, inh]", "to: [exc, in]", ['no population is called "in"']),
        ("{fixed_indegree: 1000}", "{probability: 1.5}", ["a probability of 1.5"]),
        ("{fixed_indegree: 1000}", "{probability: exp(-dist_3E)}", ["did you mean 'dist_3D'"]),
        ("{fixed_indegree: 1000}", "{fixed_indegree: 10000, multapses: false}", ["there are 9999"]),
        ("delay: 1.5 ms", "delay: 0.5 ms", ["shorter than the module's step"]),
        ("weight: -0.5 mV", "weight: -0.5 nA", ["nA"]),
        ("delay: 1.5 ms}", "delay: 1.5 ms, tsodyks_markram: {U: 1.5}}", ["U"]),
        ("delay: 1.5 ms}", "delay: 1.5 ms, receptor: gaba}", ['no receptor "gaba"']),
    ]
    for before, after, words in cases:
        assert before in model, before
        path = pathlib.Path(folder) / "cortex.yaml"
        path.write_text(model.replace(before, after, 1))
        done = subprocess.run([BIN / "tutti", "check", BRUNEL, "--set", f"modules.cortex.model={path}"],
                              capture_output=True, text=True, timeout=60, check=False)
        told = done.stdout + done.stderr
        assert done.returncode == 2, (after, told)
        for word in words:
            assert word in told, (after, word, told)


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](temporary)
print(f"networks {PART}: fine")
