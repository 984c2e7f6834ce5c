#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN: `tutti diff` finds what was changed, and where; a trace adds up and changes nothing."""
import json
import pathlib
import subprocess
import sys
import tempfile

BIN = pathlib.Path(sys.argv[1])


def tutti(folder, *words, code=0):
    done = subprocess.run([BIN / "tutti", *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == code, f"tutti {words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def run(folder, number, seed=3, rate=40, step="1 ms", exact=True, hashes="10 ms", trace=False, transport="auto"):
    """A Poisson train into a machine that answers; both are recorded."""
    spec = {"name": "m", "step": 1_000_000_000, "first": 100, "count": 2, "relay": {"offset": 0},
            "threshold": {"at": 2.0, "lag": 250_000_000}}
    (folder / "run.yaml").write_text(json.dumps({
        "tutti": 1, "run": {"name": "c", "stop": "100 ms", "seed": seed, "hash": hashes, "transport": transport},
        "modules": {"input": {"use": "player", "step": step, "model": {
            "spikes": {"poisson": {"number": 5, "rate": f"{rate} Hz"}}}},
                    "m": {"use": "machine", "step": "1 ms", "ranks": 2, "model": {"spec": json.dumps(spec)}}},
        "connections": [{"from": "input.spikes", "to": "m.in", "delay": "1 ms"}],
        "record": [{"port": "m.spikes", "exact": exact}, {"port": "m.x", "exact": exact}]}))
    tutti(folder, "run", "run.yaml", "--quiet", *(["--trace"] if trace else []))
    return folder / "results" / f"c-{number:03}"


def check_diff(folder):
    first, same = run(folder, 1), run(folder, 2, transport="mpi")
    assert "same" in tutti(folder, "diff", first, same)
    other = run(folder, 3, seed=4)
    text = tutti(folder, "diff", first, other, code=1)
    for word in ("seed 3 and 4", "first difference", "m.spikes: ", " has a spike of ", "m.x: element 10"):
        assert word in text, (word, text)
    found = json.loads(tutti(folder, "diff", "--json", first, other, code=1))
    assert not found["same"] and found["ports"]["m.x"].startswith("element 10"), found
    coarse = run(folder, 4, hashes="20 ms")
    assert "bins of 10 ms and of 20 ms" in tutti(folder, "diff", first, coarse, code=2)
    off = run(folder, 5, hashes="off")
    assert "hash: off" in tutti(folder, "diff", first, off, code=2)
    assert "no run folder" in tutti(folder, "diff", first, folder, code=2)


def check_trace(folder):
    plain, traced = run(folder, 6), run(folder, 7, trace=True)
    assert "same" in tutti(folder, "diff", plain, traced)
    assert "--trace" in tutti(folder, "trace", plain, code=2)
    text = tutti(folder, "trace", traced)
    assert "m rank 1" in text and "input rank 0" in text, text
    events = json.loads((traced / "trace.json").read_text())["traceEvents"]
    windows = [e for e in events if e["ph"] == "X" and e["name"] == "compute"]
    for pid, tid in {(e["pid"], e["tid"]) for e in windows}:
        mine = [e for e in windows if (e["pid"], e["tid"]) == (pid, tid)]
        assert len(mine) in (11, 101), len(mine)  # 100 windows, and the last that only sends and reads
        times = [e["args"]["t_ms"] for e in mine]
        assert times == list(range(0, 101, 100 // (len(mine) - 1))), times
        assert all(a["ts"] + a["dur"] <= b["ts"] + 0.002 for a, b in zip(mine, mine[1:])), "windows overlap"
    names = {e["name"] for e in events if e["ph"] == "X"}
    assert {"send spikes", "send x"} <= names, names
    # whether somebody ever had to wait is up to the machine: it would be odd never to
    for number in range(8, 13):
        if any(name.startswith("wait for input.spikes rank 0") for name in names):
            return
        again = run(folder, number, trace=True)
        tutti(folder, "trace", again)
        names = {e["name"] for e in json.loads((again / "trace.json").read_text())["traceEvents"]}
    raise AssertionError(f"nobody waited for input.spikes in six runs: {names}")


with tempfile.TemporaryDirectory() as temporary:
    check_diff(pathlib.Path(temporary))
    check_trace(pathlib.Path(temporary))
print("diff and trace: ok")
