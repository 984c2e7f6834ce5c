#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_members.py BIN RELAY: one module in C and in Python, started by the run and by hand, over every kind of socket:
the same hashes; and what is said of one that fails, that never comes, and that comes too often."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

BIN, RELAY = (pathlib.Path(word) for word in sys.argv[1:3])
HERE = pathlib.Path(__file__).resolve().parent
PORTS = {"in": {"direction": "in", "kind": "spikes"}, "spikes": {"direction": "out", "kind": "spikes"},
         "count": {"direction": "out", "kind": "signal", "unit": "1", "element": "neuron"}}
IN_C, IN_PYTHON = {"command": str(RELAY)}, {"python": str(HERE / "relay.py")}


def run_file(folder, relay, listen="ipc", deadline="30 s"):
    (folder / "run.yaml").write_text(json.dumps({
        "tutti": 1, "run": {"name": "r", "stop": "100 ms", "seed": 3, "listen": listen, "deadline": deadline},
        "modules": {"input": {"use": "player", "step": "1 ms", "ranks": 2,
                              "model": {"spikes": {"poisson": {"number": 20, "rate": "40 Hz"}}}},
                    "relay": {"step": "1 ms", "ports": PORTS, **relay}},
        "connections": [{"from": "input.spikes", "to": "relay.in", "delay": "1 ms"}],
        "record": ["relay.spikes", "relay.count"]}))


def start(folder):
    return subprocess.Popen([BIN / "tutti", "run", "run.yaml", "--quiet"], cwd=folder, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True)


def end(folder, process, code=0):
    text = process.communicate(timeout=100)[0]
    assert process.returncode == code, f"exit code {process.returncode}\n{text}"
    newest = max((folder / "results").iterdir())
    return json.loads((newest / "summary.json").read_text()).get("hashes") if code == 0 else text


def whole(folder, code=0, **options):
    run_file(folder, **options)
    return end(folder, start(folder), code)


def cut_and_resumed(folder, relay):
    """A run with a checkpoint in its middle, resumed from there."""
    run_file(folder, relay)
    text = json.loads((folder / "run.yaml").read_text())
    text["run"]["checkpoint"] = {"every": "40 ms", "keep": 9}
    (folder / "run.yaml").write_text(json.dumps(text))
    end(folder, start(folder))
    cut = max((folder / "results").iterdir()) / "checkpoint" / "40ms"
    done = subprocess.run([BIN / "tutti", "run", "--resume", cut, "--quiet"], cwd=folder, capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((max((folder / "results").iterdir()) / "summary.json").read_text())["hashes"]


def new_folder(folder, before):
    for _ in range(600):
        found = set((folder / "results").iterdir()) - before
        if found and (newest := found.pop() / "control" / "run.json").exists():
            return newest.parent.parent
        time.sleep(0.05)
    raise AssertionError("no run folder")


def by_hand(folder, times=1):
    run_file(folder, {**IN_PYTHON, "start": "hand"})
    before = set((folder / "results").iterdir())
    run = start(folder)
    place = new_folder(folder, before)
    time.sleep(0.3)
    joins = [subprocess.Popen([BIN / "tutti", "join", place, "relay", "--", "/usr/bin/python3", HERE / "relay.py"],
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "TUTTI_RUN": "/nowhere"})
             for _ in range(times)]
    hashes = end(folder, run)
    ends = [(join.communicate(timeout=60)[1], join.returncode) for join in joins]
    return hashes, ends


def by_hand_again(folder):
    place = max((folder / "results").iterdir())
    done = subprocess.run([BIN / "tutti", "join", place, "relay", "--", "/usr/bin/python3", HERE / "relay.py"],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    return done.stderr


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    expected = whole(folder, relay=IN_C)
    assert sum(int(bin_, 16) != 0 for bin_ in expected["relay.spikes"]) > 5, expected
    for listen in ("ipc", "tcp", "tcp://127.0.0.2"):
        assert whole(folder, relay=IN_PYTHON, listen=listen) == expected, listen
    for relay in (IN_C, IN_PYTHON):
        assert cut_and_resumed(folder, relay) == expected, relay
    hashes, ends = by_hand(folder)
    assert hashes == expected and ends[0][1] == 0, ends
    hashes, ends = by_hand(folder, times=2)  # the second is sent away, the run goes on
    assert hashes == expected and sorted(code for _, code in ends)[0] == 0, ends
    sent_away = ("has joined before", "came too late", "is over", "nothing heard from the broker", "the run ends")
    assert any(words in text for text, code in ends if code for words in sent_away), ends
    words = by_hand_again(folder)
    assert "has ended; start it again" in words, words

    words = whole(folder, relay={**IN_PYTHON, "model": {"fail_at": 50}}, code=1)
    assert "relay" in words and "ValueError: as I was told" in words and "ms" in words, words
    words = whole(folder, relay={"command": ["false"]}, code=1)
    assert "relay ended before it joined: exit code 1" in words, words
    began = time.monotonic()
    words = whole(folder, relay={**IN_PYTHON, "start": "hand"}, deadline="2 s", code=3)
    assert "relay never came" in words and time.monotonic() - began < 25, words
    alone = subprocess.run(["/usr/bin/python3", HERE / "relay.py"], capture_output=True, text=True, check=False,
                           env={**os.environ, "PYTHONPATH": str(BIN.parent / "lib" / "tutti" / "python")})
    assert alone.returncode == 1 and "tutti join" in alone.stderr, alone
print("members in C and Python: ok")
