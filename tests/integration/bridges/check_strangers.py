#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_strangers.py BIN: who may not join is told why, in time, and the run goes on as if they had never come; a member,
the broker or an observer that is killed ends or does not end the run, in time, and is named."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import zmq

BIN = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent
LIMIT = 10  # s, from what went wrong to the end
PORTS = {"in": {"direction": "in", "kind": "spikes"}, "spikes": {"direction": "out", "kind": "spikes"},
         "count": {"direction": "out", "kind": "signal", "unit": "1", "element": "neuron"}}


class Run:
    """Sources, and a relay in Python over TCP with keys, as between machines; in real time, so that it lasts."""

    def __init__(self, folder, stop="3 s", **relay):
        folder.mkdir()
        (folder / "run.yaml").write_text(json.dumps({
            "tutti": 1, "run": {"name": "r", "stop": stop, "seed": 3, "listen": "tcp://127.0.0.2", "pace": 1},
            "modules": {"input": {"use": "player", "step": "1 ms",
                                  "model": {"spikes": {"poisson": {"number": 20, "rate": "40 Hz"}}}},
                        "relay": {"python": str(HERE / "relay.py"), "step": "1 ms", "ports": PORTS, **relay}},
            "connections": [{"from": "input.spikes", "to": "relay.in", "delay": "1 ms"}]}))
        self.process = subprocess.Popen([BIN / "tutti", "run", "run.yaml", "--quiet"], cwd=folder, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.place = folder / "results" / "r-001"
        until("a run", (self.place / "control" / "run.json").exists)

    def end(self, code=0):
        text = self.process.communicate(timeout=60)[0]
        assert self.process.returncode == code, (self.process.returncode, text)
        return json.loads((self.place / "summary.json").read_text())["hashes"] if code == 0 else text

    def going(self):
        listed = subprocess.run([BIN / "tutti", "ps", "--json"], capture_output=True, text=True, check=True, timeout=30)
        return any(run["folder"] == str(self.place) and run["clock_ms"] > 0 for run in json.loads(listed.stdout))

    def pid(self, *words):
        """Of the process of this run whose command line has these words."""
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                about = (entry / "environ").read_bytes().decode(errors="ignore")
            except OSError:
                continue
            if all(word in line for word in words) and str(self.place) in line + about:
                return int(entry.name)
        return None


def until(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


def joined(place, **environment):
    return subprocess.Popen([BIN / "tutti", "join", place, "relay", "--", "/usr/bin/python3", HERE / "relay.py"],
                            stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})


def sent_away(what, process, *words):
    begin = time.monotonic()
    text = process.communicate(timeout=60)[1]
    took = time.monotonic() - begin
    assert process.returncode not in (0, None) and took < LIMIT, (what, process.returncode, took)
    assert all(word in text for word in words), (what, text)
    print(f"{what}: {took:.1f} s, {text.strip().splitlines()[-1]}", flush=True)


def other_release(folder):
    """The library of another release: the same code, with another number in it."""
    library = (BIN.parent / "lib" / "libtutti.so").read_bytes()
    assert b"0.1.0" in library
    (folder / "libtutti.so").write_bytes(library.replace(b"0.1.0", b"0.0.9"))
    return str(folder / "libtutti.so")


def with_another_key(folder, place):
    """The run's address book, as somebody would have it who was never let in."""
    copy = folder / "copy"
    for part in ("control", "model"):
        shutil.copytree(place / part, copy / part)
    shutil.copy(place / "run.yaml", copy)
    path = copy / "control" / "run.json"
    path.chmod(0o600)
    book = json.loads(path.read_text())
    assert all(book["keys"]), "TCP has keys"
    public, secret = (key.decode() for key in zmq.curve_keypair())
    book["keys"] = [public, secret]
    book["deadline_s"] = 3
    path.write_text(json.dumps(book))
    return copy


def check_strangers(folder, expected):
    run = Run(folder / "strangers", start="hand")
    sent_away("another key", joined(with_another_key(folder, run.place)), "relay", "broker", "3 s")
    sent_away("another release", joined(run.place, TUTTI_LIBRARY=other_release(folder)), "release 0.0.9", "0.1.0")
    right = joined(run.place)
    until("the run to go on", run.going)
    sent_away("late, a second time", joined(run.place), "relay", "came too late: run r has begun")
    assert run.end() == expected
    assert right.wait(timeout=20) == 0


def check_kills(folder, expected):
    run = Run(folder / "watched")
    until("the run to begin", run.going)
    observer = subprocess.Popen([BIN / "tutti", "tap", run.place, "input.spikes"], stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    observer.kill()
    assert run.end() == expected
    print("an observer is killed: the same hashes")
    for what, words, said in (("a member", ["relay.py"], "relay is gone at"),
                              ("the broker", ["tutti-broker"], "the broker ended early (killed by signal 9 (Killed))")):
        run = Run(folder / what.replace(" ", "-"), stop="60 s")
        until("the run to begin", run.going)
        pid = run.pid(*words)
        os.kill(pid, signal.SIGKILL)
        begin = time.monotonic()
        text = run.end(code=1)
        took = time.monotonic() - begin
        assert took < LIMIT and said in text, (what, took, text)
        until("its processes to go", lambda: run.pid("relay.py") is None, LIMIT)
        print(f"{what} is killed: {took:.1f} s, {text.strip().splitlines()[-1]}", flush=True)


with tempfile.TemporaryDirectory() as temporary:
    temporary = pathlib.Path(temporary).resolve()
    expected = Run(temporary / "alone").end()
    check_strangers(temporary, expected)
    check_kills(temporary, expected)
