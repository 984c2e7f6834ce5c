#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN SOURCE: what configs/column must show, on short runs of it."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PART, BIN, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
SHARED = pathlib.Path(os.environ.get("TUTTI_SHARED", SOURCE / ".." / "shared"))
MODEL = "modules.cortex.model"


def run(folder, *more, files=(), stop="30 ms"):
    """Runs the column for a short while; returns its run folder."""
    before = set(pathlib.Path(folder).glob("column-*"))
    command = [BIN / "tutti", "run", SOURCE / "configs/column", *files, "--quiet", "--results", folder,
               "--set", f"run.stop={stop}"]
    for item in more:
        command += ["--set", item]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    new, = set(pathlib.Path(folder).glob("column-*")) - before
    return new


def summary(folder):
    return json.loads((folder / "summary.json").read_text())


def ranks(folder):
    hashes = [summary(run(folder, f"modules.cortex.ranks={n}", f"modules.calcium.ranks={n}"))["hashes"]
              for n in (1, 2, 3)]
    assert hashes[0] == hashes[1] == hashes[2], "the number of ranks shows in the hashes"
    assert any(int(bin_, 16) for bin_ in hashes[0]["cortex.spikes"]), "no cell fired: nothing compared"


def files(folder):
    import h5py
    done = run(folder, stop="60 ms")
    with h5py.File(done / "spikes.h5") as f:
        assert int(f.attrs["magic"]) == 0x0A7A and list(f.attrs["version"]) == [0, 1]
        assert set(f["spikes"]) == {"thalamus", "pyramidal", "interneuron"}
        for name, group in f["spikes"].items():
            times, nodes = group["timestamps"][:], group["node_ids"][:]
            assert group["timestamps"].attrs["units"] in ("ms", b"ms")
            assert times.dtype == "f8" and nodes.dtype == "u8" and len(times) == len(nodes)
            order = list(zip(times, nodes))
            assert order == sorted(order), name
            assert all(0 < t <= 60 for t in times)
        assert len(f["spikes/pyramidal/timestamps"]) > 0
    with h5py.File(done / "calcium.ca_i.h5") as f:
        (population, report), = f["report"].items()
        data, mapping = report["data"], report["mapping"]
        assert data.shape[0] == 61 and data.dtype == "f4", data.shape
        assert mapping["index_pointers"][-1] == data.shape[1]
        assert mapping["index_pointer"] == mapping["index_pointers"]
        assert abs(data[0] - 1e-4).max() < 1e-9, "calcium starts at rest"
        assert data[-1].max() > 1.02e-4, "calcium moves"
        assert list(mapping["time"][:])[0] == 0 and mapping["time"].attrs["units"] in ("ms", b"ms")
    with h5py.File(done / "probe.v_ext.h5") as f:
        assert f["data"].shape == (16, 121) and abs(f["data"][:]).max() > 1e-4
    with h5py.File(done / "monitor.analysis.h5") as f:
        rates = f["rates/pyramidal/rate"][:]
        assert len(rates) == 12 and rates.sum() > 0
    told = summary(done)
    assert told["ok"] and told["seed"] == 7 and len(told["modules"]) == 7


def charge(folder):
    """What the cells sent is what the reaction-diffusion module received: a sample of a mean belongs to
    the step before it, and the one at 0 is 0."""
    import h5py
    extra = pathlib.Path(folder) / "extra.yaml"
    extra.write_text("record+: [{port: cortex.i_ca, exact: true}]\n")
    done = run(folder, files=[extra])
    told = json.loads((done / "calcium.rxd.json").read_text())
    with h5py.File(done / "cortex.i_ca.h5") as f:
        sent = 0.0
        for group in f["report"].values():
            data = group["data"][:].astype("f8")
            assert abs(data[0]).max() == 0, "the mean at 0 is 0"
            sent += data[1:].sum() * 0.1  # nA x ms = pC
    received = told["inputs"]["i_ca"]["received_pC"]
    print(f"sent {sent} pC, received {received}")
    assert sent < 0 and abs(received - sent) < 1e-9 * abs(sent), (sent, told)


def morphologies(folder):
    found = [SHARED / "data/morphology/BS0284.swc",
             *sorted((SHARED / "data/sonata/shared_components/morphologies").glob("*.swc"))]
    if not found[0].exists():
        print("SKIPPED: needs ../shared or TUTTI_SHARED with reconstructions")
        return
    assert len(found) == 6
    for path in found:
        run(folder, f"{MODEL}.cells.pyramidal.morphology={path}", stop="20 ms")


def generator(folder):
    out = pathlib.Path(folder) / "again.swc"
    subprocess.run(["/usr/bin/python3", SOURCE / "configs/column/make_morphology.py", out], check=True)
    assert out.read_text() == (SOURCE / "configs/column/pyramidal.swc").read_text()


with tempfile.TemporaryDirectory() as temporary:
    globals()[PART](temporary)
print(f"column {PART}: fine")
