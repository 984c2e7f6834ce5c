#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_notebook.py BIN SOURCE: configs/notebook without a screen: it sees the run, stimulates it, draws, and what it gave
is in the log of steering."""
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
for missing in [name for name in ("matplotlib", "numpy") if importlib.util.find_spec(name) is None]:
    print(f"SKIPPED: needs python3-{missing}")
    sys.exit(77)

with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    done = subprocess.run(["/usr/bin/python3", SOURCE / "configs" / "notebook" / "look.py", "-o", "seen.png", "--stop", "200 ms"],
                          cwd=folder, capture_output=True, text=True, timeout=200, check=False,
                          env={**os.environ, "PYTHONPATH": str(BIN.parent / "lib" / "tutti" / "python")})
    assert done.returncode == 0, done.stdout + done.stderr
    spikes, samples, volleys = map(int, re.match(r"(\d+) spikes and (\d+) samples seen, (\d+) volleys", done.stdout).groups())
    picture = (folder / "seen.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000, len(picture)
    log = pathlib.Path(done.stdout.strip().split("results in ")[1]) / "steering.jsonl"
    given = [json.loads(line) for line in log.read_text().splitlines()] if volleys else []
    assert len(given) == volleys and all(line["port"] == "cortex.thalamic" for line in given), given
    # the probe says a sample a millisecond, and nothing is lost to somebody who keeps up
    assert spikes > 10 and 190 <= samples <= 201, done.stdout
print("the notebook:", done.stdout.strip())
