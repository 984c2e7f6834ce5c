#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py BIN: runs are saved by the run file, by hand and on SIGTERM, and go on; a module is replayed alone."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

TUTTI = pathlib.Path(sys.argv[1]).resolve() / "tutti"
MS = 1_000_000_000


def machine(name, step_ms, first):
    spec = {"name": name, "step": int(step_ms * MS), "first": first, "count": 5,
            "relay": {"offset": 300_000_000, "most": 3}, "threshold": {"at": 40, "lag": 100_000}}
    return {"use": "machine", "step": f"{step_ms} ms", "model": {"spec": json.dumps(spec)}}


def run_file(**run):
    return {"tutti": 1, "run": {"name": "trio", "stop": "600 ms", "seed": 3, **run},
            "modules": {"input": {"use": "player", "step": "1 ms",
                                  "model": {"spikes": {"poisson": {"number": 50, "rate": "40 Hz"}}}},
                        "m": machine("m", 0.5, 0), "n": machine("n", 0.25, 10)},
            "connections": [{"from": "input.spikes", "to": "m.in", "delay": "1.3 ms"},
                            {"from": "m.x", "to": "n.linear_mV", "delay": "0.7 ms", "initial": "0 mV"},
                            {"from": "m.spikes", "to": "n.in", "delay": "2 ms"},
                            {"from": "n.y", "to": "m.all_mV", "delay": "3 ms"}],
            "record": [{"port": "input.spikes", "exact": True}, {"port": "m.x", "exact": True},
                       {"port": "m.spikes", "exact": True}, {"port": "n.y", "every": "1 ms"}]}


def tutti(*words, code=0):
    done = subprocess.run([TUTTI, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout + done.stderr)
    return done.stdout + done.stderr


def write(name, **run):
    (folder / name).write_text(json.dumps(run_file(**run)))
    return name


def hashes(run):
    return json.loads((folder / run / "summary.json").read_text())["hashes"]


def content(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


def same_recordings(a, b):
    files = sorted(p.name for p in (folder / a).glob("*.h5"))
    assert files and files == sorted(p.name for p in (folder / b).glob("*.h5"))
    for name in files:
        one, other = content(folder / a / name), content(folder / b / name)
        assert one.keys() == other.keys(), name
        for key in one:
            assert np.array_equal(one[key], other[key]), (name, key)


def saved_by_the_run_file():
    tutti("run", write("plain.yaml"), "-q", "--results", "a")
    tutti("run", write("saving.yaml", checkpoint={"every": "100 ms", "keep": 4}), "-q", "--results", "b")
    assert hashes("a/trio-001") == hashes("b/trio-001"), "saving changes a run"
    kept = sorted(int(p.name[:-2]) for p in (folder / "b/trio-001/checkpoint").iterdir())
    assert kept == [200, 300, 400, 500], kept
    for at, ranks in ((200, 1), (500, 3)):
        text = tutti("run", "--resume", f"b/trio-001/checkpoint/{at}ms", "-q", "--results", f"c{at}",
                     "--set", f"modules.m.ranks={ranks}", "--set", f"modules.n.ranks={4 - ranks}",
                     "--set", "modules.input.ranks=2")
        assert "done, 600 ms" in text, text
        assert hashes(f"c{at}/trio-001") == hashes("a/trio-001"), at
        same_recordings("a/trio-001", f"c{at}/trio-001")


def begun(results):
    limit = time.monotonic() + 30
    while not list((folder / results).glob("*/log/m.0.log")):
        assert time.monotonic() < limit
        time.sleep(0.05)
    time.sleep(0.7)


def saved_by_hand_and_by_signal():
    write("live.yaml", pace=1, stop="60 s")
    live = subprocess.Popen([TUTTI, "run", "live.yaml", "-q", "--results", "d"], cwd=folder,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    begun("d")
    assert "saved at" in tutti("checkpoint", folder / "d/trio-001")
    tutti("pause", folder / "d/trio-001")
    assert "saved at" in tutti("checkpoint", folder / "d/trio-001", "--stop"), "a paused run is saved as well"
    assert "stopped after its checkpoint" in live.communicate(timeout=30)[1] and live.returncode == 130
    tutti("run", "--resume", "d/trio-001", "-q", "--results", "e", "--set", "run.stop=5 s", "--set", "run.pace=0")
    tutti("run", "plain.yaml", "-q", "--results", "f", "--set", "run.stop=5 s")
    assert hashes("e/trio-001") == hashes("f/trio-001")

    write("wall.yaml", pace=1, stop="60 s", checkpoint={"wall": "1 h"})
    live = subprocess.Popen([TUTTI, "run", "wall.yaml", "-q", "--results", "g"], cwd=folder,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    begun("g")
    live.send_signal(signal.SIGTERM)
    assert "stopped after its checkpoint" in live.communicate(timeout=30)[1] and live.returncode == 130
    assert len(list((folder / "g/trio-001/checkpoint").glob("*/checkpoint.json"))) == 1


def pids(place):
    """Processes of a run, whose folder is among their words."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(place).encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:  # it is gone
            pass
    return found


def killed():
    """Whoever is killed without a word, the launcher or a module: the run goes on from what was complete."""
    for number, culprit in enumerate(("launcher", "tutti-machine"), 1):
        write("doomed.yaml", pace=0.2, checkpoint={"every": "50 ms", "keep": 2})
        live = subprocess.Popen([TUTTI, "run", "doomed.yaml", "-q", "--results", f"k{number}"], cwd=folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        place = folder / f"k{number}/trio-001"
        limit = time.monotonic() + 60
        while len(list(place.glob("checkpoint/*/checkpoint.json"))) < 2:
            assert time.monotonic() < limit and live.poll() is None, live.poll()
            time.sleep(0.05)
        if culprit == "launcher":
            live.kill()
        else:
            os.kill(next(pid for pid in pids(place) if pathlib.Path(f"/proc/{pid}/comm").read_text().startswith(culprit)),
                    signal.SIGKILL)
        live.wait(timeout=60)
        while pids(place):
            assert time.monotonic() < limit + 60, "processes that stay when the launcher is killed"
            time.sleep(0.1)
        (place / "checkpoint/599ms").mkdir()  # one that was being written
        (place / "checkpoint/599ms/m.0.h5").write_bytes(b"half")
        text = tutti("run", "--resume", place, "plain.yaml", "-q", "--results", f"l{number}")
        assert "599ms began to be written and never ended" in text and "goes on from" in text, text
        assert hashes(f"l{number}/trio-001") == hashes("a/trio-001"), culprit
        same_recordings("a/trio-001", f"l{number}/trio-001")


def refused():
    at = "b/trio-001/checkpoint/500ms"
    assert "seed" in tutti("run", "--resume", at, "--set", "run.seed=4", code=2)
    assert "stops at" in tutti("run", "--resume", at, "--set", "run.stop=300 ms", code=2)
    assert "no multiple of the step of m" in tutti("run", "--resume", at, "--set", "modules.m.step=0.3 ms", code=2)
    assert "no complete checkpoint" in tutti("run", "--resume", "a/trio-001", code=2)
    shutil.copytree(folder / at, folder / "damaged")
    (folder / "damaged" / "n.0.h5").write_bytes(b"junk")
    text = tutti("run", "--resume", "damaged", "saving.yaml", "-q", "--results", "h", code=2)
    assert "n.0.h5" in text and "checkpoint" in text, text
    shutil.copytree(folder / at, folder / "older")
    seal = (folder / "older/checkpoint.json")
    seal.write_text(json.dumps({**json.loads(seal.read_text()), "release": "0.0.1"}))
    assert "was written by release 0.0.1" in tutti("run", "--resume", "older", "saving.yaml", code=2)
    assert "600 ms or 610 ms, not at 605 ms" in tutti("run", "--resume", at, "--set", "run.stop=605 ms", code=2)
    assert "done, 660 ms" in tutti("run", "--resume", at, "-q", "--results", "longer", "--set", "run.stop=660 ms")
    long = run_file()
    long["connections"][2]["delay"] = "90 ms"
    (folder / "long.yaml").write_text(json.dumps(long))
    assert "resume with the connections and delays" in tutti("run", "--resume", at, "long.yaml", "-q", "--results", "h",
                                                             code=2)


def replayed():
    text = tutti("replay", "a/trio-001", "--only", "n", "-q", "--results", "r")
    assert "n.y: as in the whole run" in text, text
    text = tutti("replay", "a/trio-001", "--only", "m", "-q", "--results", "r", code=2)
    assert "{port: n.y, exact: true}" in text, text
    assert "it has input, m, n" in tutti("replay", "a/trio-001", "--only", "k", "--results", "r", code=2)
    assert "use: player" in tutti("replay", "a/trio-001", "--only", "n", "--write")


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    for part in (saved_by_the_run_file, saved_by_hand_and_by_signal, killed, refused, replayed):
        part()
        print(part.__name__.replace("_", " "), "ok", flush=True)
