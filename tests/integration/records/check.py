#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN: what `record:` leaves behind, read back with the tools that people have."""
import csv
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import h5py
import numpy as np
import yaml

PART, BIN, HERE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(__file__).resolve().parent


def command(folder, *more, sets=()):
    line = [BIN / "tutti", "run", HERE, *more, "--quiet", "--results", folder]
    for item in sets:
        line += ["--set", item]
    return line


def run(folder, *more, sets=()):
    before = set(pathlib.Path(folder).glob("records-*"))
    done = subprocess.run(command(folder, *more, sets=sets), capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    new, = set(pathlib.Path(folder).glob("records-*")) - before
    return new


def overlay(folder, text):
    """A second run file whose `record:` replaces the first's."""
    path = pathlib.Path(folder) / "record.yaml"
    path.write_text(text)
    return path


def reports(path):
    """Of each population: data, node ids, pointers, element ids and positions."""
    with h5py.File(path) as f:
        return {name: (g["data"][:], *(g["mapping"][k][:] for k in
                                       ("node_ids", "index_pointers", "element_ids", "element_pos")))
                for name, g in f["report"].items()}


def everything(folder):
    """All values of all files of a run folder, by file and object."""
    found = {}
    for path in sorted(folder.glob("*.h5")):
        with h5py.File(path) as f:
            f.visititems(lambda name, item: found.__setitem__(
                f"{path.name}/{name}", item[()]) if isinstance(item, h5py.Dataset) else None)
    return found


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)


def selections(folder):
    """A selection is the part of the whole that it says it is, under the same names and places."""
    whole = run(folder)
    v = reports(whole / "cells.v.h5")
    assert list(v["pyramid"][1]) == list(range(6)) and list(v["basket"][1]) == list(range(4))
    part = run(folder, overlay(folder, """
record:
  - {port: cells.spikes, populations: [basket], exact: true}
  - {port: cells.v, sections: [soma], exact: true, compression: 4}
  - {port: cells.i_membrane, populations: [pyramid], nodes: ["1..2", 5], every: 2 ms}
  - {port: probe.v_ext, elements: ["2..3"], every: 1 ms}
recorder: {flush: 0.1 s, compression: 1}
"""))
    soma = reports(part / "cells.v.h5")
    for name, (data, nodes, pointers, elements, positions) in soma.items():
        full, all_nodes, all_pointers, all_elements, all_positions = v[name]
        assert list(nodes) == list(all_nodes) and list(pointers) == list(range(len(nodes) + 1))
        first = all_pointers[:-1].astype(int)  # the soma is a cell's first segment
        assert np.array_equal(data, full[:, first])
        assert np.array_equal(elements, all_elements[first]) and np.array_equal(positions, all_positions[first])
    with h5py.File(part / "cells.v.h5") as f:
        assert f["report/pyramid/data"].compression == "gzip" and f["report/pyramid/data"].shuffle
    (name, chosen), = reports(part / "cells.i_membrane.h5").items()
    data, nodes, pointers, elements, positions = chosen
    assert name == "pyramid" and list(nodes) == [1, 2, 5] and list(pointers) == [0, 8, 16, 24]
    full, _, _, all_elements, all_positions = reports(whole / "cells.i_membrane.h5")["pyramid"]
    columns = np.r_[8:24, 40:48]
    assert np.array_equal(data, full[::4, columns]) and len(data) == 31
    assert np.array_equal(elements, all_elements[columns]) and np.array_equal(positions, all_positions[columns])
    with h5py.File(whole / "spikes.h5") as a, h5py.File(part / "spikes.h5") as b:
        assert set(b["spikes"]) == {"basket"} and len(b["spikes/basket/timestamps"]) > 0
        for what in ("timestamps", "node_ids"):
            assert np.array_equal(a["spikes/basket"][what], b["spikes/basket"][what])
    with h5py.File(part / "probe.v_ext.h5") as f:
        assert list(f["channel_id"]) == [12, 13] and f["data"].shape == (2, 61)
    refused = subprocess.run(
        command(folder, overlay(folder, "record: [{port: cells.v, populations: [pyramids]}]")),
        capture_output=True, text=True, timeout=100, check=False)
    assert refused.returncode == 2 and 'no population "pyramids"; it has pyramid, basket' in refused.stderr, refused.stderr


def ranks(folder):
    """Files do not depend on who writes them, nor on how many ranks the values come from."""
    first = everything(run(folder))
    for recorders, cells in ((2, 3), (5, 1)):
        assert same(first, everything(run(folder, sets=(f"recorder.ranks={recorders}", f"modules.cells.ranks={cells}"))))


def bmtk(folder):
    try:
        from bmtk.utils.reports import CompartmentReport
        from bmtk.utils.reports.spike_trains import SpikeTrains
    except ImportError:
        print("SKIPPED: needs BMTK (apt-get install python3-bmtk)")
        return
    done = run(folder)
    with h5py.File(done / "spikes.h5") as f:
        ours = {name: (g["timestamps"][:], g["node_ids"][:]) for name, g in f["spikes"].items()}
    trains = SpikeTrains.load(str(done / "spikes.h5"))
    assert set(trains.populations) == set(ours) == {"drive", "pyramid", "basket"}
    for name, (times, nodes) in ours.items():
        for node in np.unique(nodes):
            assert np.array_equal(np.sort(trains.get_times(int(node), population=name)), times[nodes == node])
    full = reports(done / "cells.v.h5")
    for name in ("pyramid", "basket"):
        report = CompartmentReport(str(done / "cells.v.h5"), mode="r")[name]
        data, nodes, pointers, elements, positions = full[name]
        assert list(report.node_ids()) == list(nodes)
        steps = report.n_steps()
        assert (report.tstart(), report.dt()) == (0.0, 0.1) and steps in (600, 601)  # it cuts 60.1 / 0.1
        assert report.units() == "mV"
        for i, node in enumerate(nodes):
            mine = slice(int(pointers[i]), int(pointers[i + 1]))
            assert np.array_equal(report.data(node_id=int(node)), data[:steps, mine])
            assert np.array_equal(report.element_ids(node_id=int(node)), elements[mine])
            assert np.array_equal(report.element_pos(node_id=int(node)), positions[mine])
    print("read by BMTK:", len(trains.populations), "populations of spikes, 2 reports")
    neo(done, ours)


def neo(done, ours):
    """Our Python package hands a run folder on as Neo objects and pandas frames."""
    os.environ["TUTTI_PROGRAM"] = str(BIN / "tutti")
    sys.path.insert(0, str(BIN.parent / "lib/tutti/python"))
    import tutti
    folder = tutti.RunFolder(done)
    frame = tutti.spike_frame(folder)
    assert len(frame) == sum(len(times) for times, _ in ours.values()) and frame["time"].is_monotonic_increasing
    try:
        import neo as _  # noqa: F401
    except ImportError:
        print("SKIPPED: needs Neo (apt-get install python3-neo)")
        return
    segment = tutti.neo_block(folder).segments[0]
    trains = {(t.annotations["population"], t.annotations["node"]): t for t in segment.spiketrains}
    for name, (times, nodes) in ours.items():
        for node in np.unique(nodes):
            assert np.array_equal(trains[name, int(node)].magnitude, np.sort(times[nodes == node]))
    signals = {s.name: s for s in segment.analogsignals}
    v = signals["cells.v pyramid"]
    assert np.array_equal(v.magnitude, reports(done / "cells.v.h5")["pyramid"][0])
    assert v.dimensionality.string == "mV" and abs(float(v.sampling_period.rescale("ms")) - 0.1) < 1e-9
    assert signals["probe.v_ext electrodes"].shape == (601, 6), list(signals)


def descendants(pid):
    """Processes below one: pid and program."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            found.append((int(entry.name), int(fields[1]), (entry / "comm").read_text().strip()))
        except (OSError, IndexError):
            pass
    tree, below = {pid}, []
    for _ in range(8):
        for child, parent, name in found:
            if parent in tree and child not in tree:
                tree.add(child)
                below.append((child, name))
    return below


def open_as_found(path):
    """As a tool sees a file that may still carry the mark of its writer."""
    try:
        return h5py.File(path, "r")
    except OSError:
        return h5py.File(path, "r", libver="latest", swmr=True)


def kill_one(place, victim, after_s):
    """A run of which the processes called `victim`, or all, are killed `after_s` after files are there."""
    settings = ("run.stop=100 s", "run.hash=off", "recorder.flush=0.05 s", "modules.cells.ranks=1", "run.pace=1")
    process = subprocess.Popen(command(place, sets=settings), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True, start_new_session=True)
    while not list(place.glob("*/cells.v.h5")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    time.sleep(after_s)
    below = descendants(process.pid)
    chosen = [pid for pid, name in below if name == victim or not victim]
    for pid in chosen + ([] if victim else [process.pid]):
        os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode != 0
    for pid, _ in below:  # nobody writes any more
        while pathlib.Path(f"/proc/{pid}/fd").exists() and os.path.exists(f"/proc/{pid}/exe"):
            time.sleep(0.02)


def read_killed(result, closed):
    """Every file of a killed run: spikes and rows that it holds."""
    with open_as_found(result / "spikes.h5") as f:
        exact = f["tutti/ports/cells.spikes/exact"]
        counts = [exact[name].shape[0] for name in ("ticks", "elements", "weights")]
        ticks = exact["ticks"][:min(counts)]
        assert (np.diff(ticks) >= 0).all()
        for group in f["spikes"].values():
            n = min(group["timestamps"].shape[0], group["node_ids"].shape[0])
            assert (np.diff(group["timestamps"][:n]) >= 0).all()
    samples = 0
    for name, step in (("cells.v", 0.1), ("cells.i_membrane", 0.5), ("probe.v_ext", 0.1)):
        if not (result / f"{name}.h5").exists():
            continue
        with open_as_found(result / f"{name}.h5") as f:
            for group in f["report"].values():
                data = group["data"][:]
                assert np.isfinite(data).all() and (len(data) == 0 or abs(data).max() < 200)
                assert abs(group["mapping/time"][2] - step) < 1e-12
                if closed:
                    assert round(group["mapping/time"][1] / step) == len(data)
                samples += len(data)
    return len(ticks), samples


def killed(folder):
    """Twenty runs, each killed at a random moment, four at a time: what was recorded can be read, and is the
    beginning of what a whole run records. Who is killed goes round: the recorder, a source, MPI's launcher, all."""
    rng = random.Random(1)
    moments = [rng.uniform(0, 0.8) for _ in range(20)]
    places = [pathlib.Path(folder) / str(k) for k in range(20)]
    victims = [("tutti-recorder", "tutti-cell", "mpirun", "")[k % 4] for k in range(20)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(kill_one, places, victims, moments))
    found = []
    for place in places:  # HDF5 in Python has one thread
        result, = place.glob("records-*")
        found.append(read_killed(result, closed=False))
        done = subprocess.run([BIN / "tutti", "export", result, "--to", place / "out", "--format", "csv"],
                              capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
        found.append(read_killed(result, closed=True))
        for path in result.glob("*.h5"):
            with h5py.File(path, "r") as f:  # as any tool opens it
                assert int(f["tutti/state"][0]) in (1, 2)
    spikes, samples = (sum(column) for column in zip(*found))
    print(f"20 runs killed: {spikes} spikes, {samples} rows of samples read")
    assert spikes > 0 and samples > 0


def memory(folder):
    """A recorder's memory does not grow with the run: 1.6 million spikes and 0.4 GB of samples."""
    path = pathlib.Path(folder) / "long.yaml"
    path.write_text("""
tutti: 1
run: {name: records, stop: 100 s, hash: off}
modules:
  source:
    use: player
    step: 1 ms
    model:
      spikes: {poisson: {number: 2000, rate: 8 Hz}}
      signals: {v: {unit: mV, number: 1000, sine: {amplitude: 1 mV, frequency: 10 Hz}}}
record: [source.spikes, source.v]
""")
    process = subprocess.Popen([BIN / "tutti", "run", path, "--quiet", "--results", folder], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    sizes = []
    while process.poll() is None:
        for pid, name in descendants(process.pid):
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
                if name == "tutti-recorder":
                    sizes.append(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")))
            except (OSError, StopIteration):
                pass
        time.sleep(0.02)
    assert process.returncode == 0, process.stdout.read()
    result, = pathlib.Path(folder).glob("records-*")
    with h5py.File(result / "source.v.h5") as f:
        assert f["report/source/data"].shape == (100001, 1000) if "source" in f["report"] else True
    third = len(sizes) // 3
    early, late = max(sizes[third:2 * third]), max(sizes[2 * third:])
    print(f"private memory of the recorder in {len(sizes)} looks: {early} kB in the middle, {late} kB at the end")
    assert third > 3 and late < 1.1 * early + 4096


def export(folder):
    """NetPyNE's JSON and CSV say what the HDF5 files say."""
    done = run(folder)
    out = pathlib.Path(folder) / "out"
    subprocess.run([BIN / "tutti", "export", done, "--to", out], check=True, timeout=100)
    told = json.loads((out / "records.json").read_text())
    net, data = told["net"], told["simData"]
    with h5py.File(done / "spikes.h5") as f:
        spikes = sorted((t, name, int(n)) for name, g in f["spikes"].items()
                        for t, n in zip(g["timestamps"][:], g["node_ids"][:]))
    gid_of = {(name, k): gid for name, pop in net["pops"].items() for k, gid in enumerate(pop["cellGids"])}
    assert sorted(net["pops"]) == ["basket", "drive", "pyramid"]
    assert sorted(c["gid"] for c in net["cells"]) == sorted(gid_of.values()) == list(range(50))
    assert sorted(zip(data["spkt"], data["spkid"])) == sorted((t, gid_of[name, n]) for t, name, n in spikes)
    assert told["simConfig"]["duration"] == 60 and told["simConfig"]["seeds"] == {"run": 5}
    secs = next(c for c in net["cells"] if c["gid"] == gid_of["pyramid", 2])["secs"]
    assert sorted(secs) == ["apic_0", "dend_0", "soma_0"] or len(secs) == 3, sorted(secs)
    long, = (s for s in secs.values() if abs(s["geom"]["L"] - 400) < 1e-6)
    assert long["geom"]["nseg"] == 4 and abs(long["geom"]["diam"] - 2) < 1e-9 and len(long["geom"]["pt3d"]) == 5
    soma = next(s for s in secs.values() if abs(s["geom"]["L"] - 20) < 1e-6)
    assert "topol" not in soma and secs[long["topol"]["parentSec"]] is soma and long["topol"]["parentX"] == 1
    start, end = (np.array(long["geom"]["pt3d"][k][:3]) for k in (0, -1))
    assert abs(np.linalg.norm(end - start) - 400) < 1e-6 and end[1] > start[1]
    rows = []  # the connections, as tutti-cell lists them itself
    model = pathlib.Path(folder) / "model.json"
    model.write_text(json.dumps(yaml.safe_load((done / "run.yaml").read_text())["modules"]["cells"]["model"]))
    subprocess.run([BIN / "tutti-cell", "--inspect", model, "--step", "0.1 ms", "--seed", "5", "--connections",
                    pathlib.Path(folder) / "lists"], check=True, timeout=60, capture_output=True)
    for path in (pathlib.Path(folder) / "lists").glob("*.csv"):
        rows += csv.DictReader(path.read_text().splitlines()[1:])
    conns = [(c["preGid"], cell["gid"], conn) for cell in net["cells"] for conn in cell["conns"] for c in [conn]]
    assert len(rows) > 8 and sorted((a, b, c["weight"], c["delay"]) for a, b, c in conns) == sorted(
        (gid_of["pyramid", int(r["source"])], gid_of["basket", int(r["target"])], float(r["weight"]), float(r["delay"]))
        for r in rows)
    assert {(c["sec"], c["loc"]) for _, _, c in conns} == {("soma_0", 0.5)}
    v = reports(done / "cells.v.h5")["pyramid"]
    assert np.array_equal(data["v_soma"][f"cell_{gid_of['pyramid', 2]}"], v[0][:, v[2][2]])
    assert len(data["t"]) == 601 and abs(data["t"][600] - 60) < 1e-9
    with h5py.File(done / "probe.v_ext.h5") as f:
        assert np.array_equal(np.array(data["LFP"], "f4").T, f["data"][:])
    assert len(told["simConfig"]["recordLFP"]) == 6 and told["simConfig"]["recordLFP"][1] == [60, 0, 75]
    dipole, = (g[0] for g in reports(done / "probe.dipole.h5").values())
    assert np.array_equal(data["dipoleSum"], dipole)
    with open(out / "spikes.csv", newline="") as f:
        rows = list(csv.DictReader(f))
    assert [(float(r["time_ms"]), r["population"], int(r["node"])) for r in rows] == sorted(spikes)
    with open(out / "cells.i_membrane.csv", newline="") as f:
        table = list(csv.reader(f))
    i = reports(done / "cells.i_membrane.h5")
    columns = np.concatenate([i["basket"][0], i["pyramid"][0]], axis=1)
    assert table[0][0] == "time_ms" and table[0][1].startswith("basket/0/") and len(table[0]) == 1 + columns.shape[1]
    assert np.array_equal(np.array([[float(x) for x in row] for row in table[1:]])[:, 1:].astype("f4"), columns)
    again = subprocess.run([BIN / "tutti", "export", done, "--to", out], capture_output=True, text=True, check=False)
    assert again.returncode == 2 and "exists" in again.stderr, again.stderr
    for word, files in (("csv", 5), ("netpyne", 1)):
        only = pathlib.Path(folder) / word
        subprocess.run([BIN / "tutti", "export", done, "--to", only, "--format", word], check=True, timeout=100)
        assert len(list(only.iterdir())) == files, list(only.iterdir())


TALKER = """
import json, tutti
with tutti.join() as module:
    words = module.message_output("words")
    module.keep(lambda state: None)
    for window in module.windows():
        if window.end > window.begin:
            words.send(window.end, json.dumps({"at": window.end_ms}).encode())
            words.send(window.end, bytes([0, 255]), "application/octet-stream")
"""


def messages(folder):
    """A message port becomes JSON Lines, also of a run that is cut and goes on."""
    folder = pathlib.Path(folder)
    (folder / "talker.py").write_text(TALKER)
    file = folder / "words.yaml"
    file.write_text("""
tutti: 1
run: {name: words, stop: 30 ms, checkpoint: {every: 10 ms}}
modules:
  talker: {python: talker.py, step: 1 ms, ports: {words: {direction: out, kind: message}}}
record:
  - talker.words
""")
    def go(*words):
        before = set(folder.glob("words-*"))
        done = subprocess.run([BIN / "tutti", "run", *words, "--quiet", "--results", folder], capture_output=True, text=True,
                              timeout=100, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        new, = set(folder.glob("words-*")) - before
        return new, (new / "talker.words.jsonl").read_text()
    done, text = go(file)
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["ticks"] for line in lines] == [10**9 * ms for ms in range(1, 31) for _ in range(2)], lines
    assert [line["json"] for line in lines[::2]] == [{"at": ms} for ms in range(1, 31)], lines
    assert all(line["base64"] == "AP8=" and line["rank"] == 0 for line in lines[1::2])
    assert go("--resume", done / "checkpoint/10ms")[1] == text
    refused = subprocess.run([BIN / "tutti", "check", file, "--set", "record=[{port: talker.words, every: 2 ms}]"],
                             capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode == 2 and "only signals can be thinned out" in refused.stdout + refused.stderr, refused


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](temporary)
print(f"records {PART}: fine")
