#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_scenarios.py BIN SOURCE: the scenarios with NEURON and Brian2 run; NEURON's does not depend on its ranks."""
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
for missing in [name for name in ("neuron", "brian2", "h5py") if importlib.util.find_spec(name) is None]:
    print(f"SKIPPED: needs python3-{missing.rstrip('2')}")
    sys.exit(77)
import h5py  # noqa: E402


def run(folder, name, number, *sets):
    words = [word for text in sets for word in ("--set", text)]
    done = subprocess.run([BIN / "tutti", "run", SOURCE / "configs" / name, "--quiet", *words], cwd=folder,
                          capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results" / f"{name}-{number:03}"


def hashes(place):
    return json.loads((place / "summary.json").read_text())["hashes"]


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    two = run(folder, "neuron_cortex", 1, "run.stop=60 ms")
    one = run(folder, "neuron_cortex", 2, "run.stop=60 ms", "modules.cortex.ranks=1")
    assert hashes(one) == hashes(two)
    with h5py.File(two / "spikes.h5") as file:
        assert sum(len(p["timestamps"]) for p in file["spikes"].values()) > 10
    with h5py.File(two / "sodium.na_i.h5") as file:
        sodium = file["report/cortex/data" if "report/cortex" in file else next(
            f"report/{name}/data" for name in file["report"])][:]
    # rest is 10 mM; a spike of hh lets in some 10 uM where the soma is small, and none ever takes any out
    assert 9.9 < sodium.min() and 10.01 < sodium.max() < 12, (sodium.min(), sodium.max())
    brian = run(folder, "brian2_thalamus", 1, "run.stop=100 ms")
    with h5py.File(brian / "spikes.h5") as file:
        counts = {name: len(p["timestamps"]) for name, p in file["spikes"].items()}
    assert counts["relay"] > 20 and counts["pyramidal"] > 0, counts
print("scenarios with NEURON and Brian2: ok", counts, sodium.max())
