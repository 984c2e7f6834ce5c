#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_circuits.py PART BIN SOURCE: networks as SONATA circuits: written, read back, and read by others."""
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
import runs  # noqa: E402

PART, BIN, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def run(folder, *files, settings=()):
    return runs.well(runs.attempt(BIN, folder, *files, *runs.settings(*settings)))


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
    one, two = runs.contents(first / "spikes.h5"), runs.contents(again / "spikes.h5")
    with h5py.File(first / "spikes.h5") as f:
        counts = {name: len(f[f"spikes/{name}/timestamps"]) for name in f["spikes"]}
    print(counts)
    assert all(counts.get(name, 0) > 5 for name in ("theta", "pyramid", "point", "other", "event")), counts
    assert one.keys() == two.keys() and all(one[name] == two[name] for name in one), "the circuit fires other spikes"
    fields = [numpy.concatenate(list(runs.reports(done / "probe.v_ext.h5"))) for done in (first, again)]
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
    folder = pathlib.Path(folder)
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


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](temporary)
print(f"networks {PART}: fine")
