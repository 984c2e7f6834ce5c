#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN SOURCE: what the scenarios of point neurons must show."""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import runs  # noqa: E402

PART, BIN, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
BRUNEL = SOURCE / "configs/brunel"


def run(folder, *files, settings=()):
    return runs.well(runs.attempt(BIN, folder, *files, *runs.settings(*settings)))


def ranks(folder):
    hashes = []
    for number, threads in ((1, 1), (2, 1), (3, 1), (1, 2)):
        done = run(folder, BRUNEL, settings=("run.stop=60 ms", f"modules.cortex.ranks={number}",
                                             f"modules.cortex.model.threads={threads}"))
        hashes.append(runs.hashes(done))
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
    hashes = [runs.hashes(run(folder, scenario, settings=("run.stop=30 ms", f"modules.cortex.ranks={n}"))) for n in (1, 2, 3)]
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
    done = [run(results, run_file, settings=(f"modules.net.ranks={n}",)) for n in (1, 2, 3)]
    hashes = [runs.hashes(r) for r in done]
    assert hashes[0] == hashes[1] == hashes[2], "ranks show in the hashes"
    with h5py.File(done[0] / "spikes.h5") as f:
        counts = {name: len(f[f"spikes/{name}/timestamps"]) for name in "abcd" if name in f["spikes"]}
        print(counts)
        assert all(counts.get(name, 0) > 0 for name in "abcd"), counts
        times = f["spikes/a/timestamps"][:]
    assert any(abs(t * 10 - round(t * 10)) > 1e-3 for t in times), "event-driven spikes lie on the grid"
    weights, = runs.reports(done[0] / "net.weights.h5")
    assert weights.shape[1] == 80 and abs(weights[-1] - weights[0]).max() > 0.01, "nothing was learnt"


def same_spikes(folder, scenario, stop):
    """Hashes of a scenario for 1, 2 and 3 ranks and 2 threads; the first of the runs."""
    done = [run(folder, scenario, settings=(f"run.stop={stop}", f"modules.{MODULE[scenario.name]}.ranks={number}",
                                            f"modules.{MODULE[scenario.name]}.model.threads={threads}"))
            for number, threads in ((1, 1), (2, 1), (3, 1), (1, 2))]
    hashes = [runs.hashes(r) for r in done]
    assert all(h == hashes[0] for h in hashes), "ranks or threads show in the hashes"
    first = runs.contents(done[0] / "spikes.h5")
    assert all(runs.contents(r / "spikes.h5") == first for r in done), "files differ in what they hold"
    return done[0]


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
