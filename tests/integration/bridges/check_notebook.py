#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_notebook.py BIN SOURCE: configs/notebook without a screen: it sees the run, stimulates it when that is silent, and
draws; what it gave changed the cells, is in the log of steering, and replays to the same bytes."""
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


def hashes(place):
    return json.loads((place / "summary.json").read_text())["hashes"]


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    done = subprocess.run(["/usr/bin/python3", SOURCE / "configs" / "notebook" / "look.py", "-o", "seen.png", "--stop", "220 ms",
                           "--after", "15"], cwd=folder, capture_output=True, text=True, timeout=200, check=False,
                          env={**os.environ, "PYTHONPATH": str(BIN.parent / "lib" / "tutti" / "python")})
    assert done.returncode == 0, done.stdout + done.stderr
    spikes, samples, volleys = map(int, re.match(r"(\d+) spikes and (\d+) samples seen, (\d+) volleys", done.stdout).groups())
    picture = (folder / "seen.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000, len(picture)
    place = folder / done.stdout.strip().split("results in ")[1]
    given = [json.loads(line) for line in (place / "steering.jsonl").read_text().splitlines()]
    assert len(given) == volleys >= 1 and all(line["port"] == "cortex.thalamic" for line in given), (volleys, given)
    # the probe says a sample a millisecond, and nothing is lost to somebody who keeps up
    assert spikes > 10 and 210 <= samples <= 221, done.stdout
    for words, same in ((["--steer", place / "steering.jsonl"], True), ([], False)):
        results = folder / f"again-{same}"
        again = subprocess.run([BIN / "tutti", "run", SOURCE / "configs" / "column", "--quiet", "--results", results,
                                "--set", "run.stop=220 ms", *words], capture_output=True, text=True, timeout=200, check=False)
        assert again.returncode == 0, again.stdout + again.stderr
        assert (hashes(next(results.iterdir())) == hashes(place)) == same, ("the loop was closed", same)
print("the notebook:", done.stdout.strip(), "- and the log replays to the same bytes")
