#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN [COUNT [SEED]]: random pairs of modules as real runs; a witness checks all that arrives."""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

BIN = pathlib.Path(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 24
chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
US = 1000  # steps and delays in us; the run stops at 40 ms


def run_file():
    source, target = (chance.choice([100, 250, 700, 1000, 2500, 7000]) for _ in range(2))
    delay = chance.choice([0, source, target, source + target, source - 1, target + 1, 5 * US, 333])
    role = chance.choice(["latest", "linear", "all"])
    count, stop = chance.choice([1, 2, 13, 200]), 40 * US
    link = {"from": "source.t", "to": "target.u", "delay": f"{delay} us"}
    if role != "all":
        link["initial"] = "-1 ms"
    if delay == 0:
        link.pop("initial", None)
    witness = {"role": role, "elements": count, "delay": f"{delay} us", "source_step": f"{source} us",
               "source_end": f"{stop // source * source} us"}
    return {"tutti": 1, "run": {"name": "exchange", "stop": f"{stop} us"},
            "modules": {"source": {"use": "witness", "step": f"{source} us", "ranks": chance.choice([1, 2, 3]),
                                   "model": {"role": "source", "elements": count}},
                        "target": {"use": "witness", "step": f"{target} us", "ranks": chance.choice([1, 2, 3]),
                                   "model": witness}},
            "connections": [link, {"from": "source.spikes", "to": "target.drive", "delay": f"{delay} us"}]}


bad = 0
with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    for number in range(COUNT):
        spec = run_file()
        (folder / "run.yaml").write_text(json.dumps(spec, indent=1))
        done = subprocess.run([BIN / "tutti", "run", "run.yaml", "--quiet"], cwd=folder, capture_output=True,
                              text=True, timeout=60, check=False)
        if done.returncode != 0:
            bad += 1
            print(f"run {number} FAILED\n{json.dumps(spec)}\n{done.stdout}{done.stderr}")
print(f"{COUNT} runs, {bad} failed")
sys.exit(bad > 0)
