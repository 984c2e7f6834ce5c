#!/usr/bin/python3
"""test.py [TUTTI]: runs run.yaml and looks at what came out. TUTTI is the program, "tutti" without it."""
import pathlib
import subprocess
import sys
import tempfile

import h5py

here = pathlib.Path(__file__).resolve().parent
tutti = sys.argv[1] if len(sys.argv) > 1 else "tutti"
with tempfile.TemporaryDirectory() as results:
    subprocess.run([tutti, "run", here, "--quiet", "--results", results], check=True)
    with h5py.File(next(pathlib.Path(results).glob("*/spikes.h5"))) as file:
        spikes = sum(len(population["timestamps"]) for population in file["spikes"].values())
# of the spikes at 5, 10 ... 100 ms the last arrives after the end: 19 reach each of 8 elements
assert spikes == 8 * (19 // 2), spikes
print("NAME: ok")
