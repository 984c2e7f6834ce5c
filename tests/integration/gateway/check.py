#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check.py PART BIN: observers and steering of real runs."""
import fcntl
import json
import os
import pathlib
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

import h5py

BIN = pathlib.Path(sys.argv[2])


def tutti(folder, *words, code=0, timeout=60):
    done = subprocess.run([BIN / "tutti", *map(str, words)], cwd=folder, capture_output=True, text=True,
                          timeout=timeout, check=False)
    assert code is None or done.returncode == code, f"tutti {words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


class Run:
    """A run in the background: two ranks of a player and an analysis that listens, recorded."""

    @staticmethod
    def modules():
        model = {"spikes": {"poisson": {"number": 20, "rate": "50 Hz"}},
                 "signals": {"drive": {"unit": "nA", "number": 10, "noise": {"sd": "0.2 nA", "tau": "5 ms"}}}}
        return {"src": {"use": "player", "ranks": 2, "step": "1 ms", "model": model},
                "look": {"use": "analysis", "step": "10 ms", "model": {"rates": {"bin": "10 ms"}}}}

    def __init__(self, folder, name, stop="2 s", pace=1.0, record=True, more=None, options=(), listen="ipc"):
        self.folder, self.name = folder, name
        spec = {"tutti": 1, "run": {"name": name, "stop": stop, "seed": 5, "pace": pace, "listen": listen},
                "modules": self.modules(),
                "connections": [{"from": "src.spikes", "to": "look.spikes"}],
                "record": [{"port": "src.spikes", "exact": True}] if record else []}
        spec.update(more or {})
        path = folder / f"{name}.yaml"
        path.write_text(json.dumps(spec))
        self.process = subprocess.Popen([BIN / "tutti", "run", path, "--quiet", *options], cwd=folder, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.results = folder.resolve() / "results" / f"{name}-001"
        for _ in range(500):
            if (self.results / "control" / "run.json").exists():
                break
            time.sleep(0.01)

    def listed(self):
        """What `tutti ps` says of it; others may be alive on this machine."""
        return next(r for r in json.loads(tutti(self.folder, "ps", "--json")) if r["folder"] == str(self.results))

    def going(self):
        """Waits until it has begun; gives it back."""
        end = time.monotonic() + 30
        while True:
            found = [r for r in json.loads(tutti(self.folder, "ps", "--json")) if r["folder"] == str(self.results)]
            if found and found[0]["clock_ms"] > 0:
                return self
            assert time.monotonic() < end and self.process.poll() is None, found
            time.sleep(0.05)

    def done(self, code=0):
        text, _ = self.process.communicate(timeout=90)
        assert self.process.returncode == code, text
        return json.loads((self.results / "summary.json").read_text())


def rows(text):
    lines = [line for line in text.splitlines() if line and line[0].isdigit()]
    return [tuple(map(float, line.split(","))) for line in lines]


def recorded_spikes(results):
    """(time [ms], element), sorted."""
    with h5py.File(results / "spikes.h5") as file:
        group = next(iter(file["spikes"].values()))
        return sorted(zip(group["timestamps"][...], group["node_ids"][...]))


def check_tap(folder):
    run = Run(folder, "tapped")
    time.sleep(0.5)
    assert run.listed()["name"] == "tapped"
    drive = subprocess.Popen([BIN / "tutti", "tap", run.results, "src.drive", "--elements", "2..8 by 3", "--every", "10 ms",
                              "--lines", "40", "--csv"], cwd=folder, stdout=subprocess.PIPE, text=True)
    assert "did you mean \"src.spikes\"" in tutti(folder, "tap", run.results, "src.spike", code=2)
    spikes = rows(tutti(folder, "tap", run.results, "src.spikes", "--csv"))
    signal = drive.communicate(timeout=20)[0]
    run.done()
    # what was tapped is what was recorded from there on: the same spikes in the same order
    recorded = recorded_spikes(run.results)
    later = [r for r in recorded if r[0] > spikes[0][0] - 1e-6]
    assert len(spikes) > 300 and len(later) == len(spikes), (len(spikes), len(later), len(recorded))
    for (t, element), (t0, node) in zip(spikes, later):
        assert abs(t - t0) < 1e-6 and element == node, ((t, element), (t0, node))
    table = rows(signal)
    assert signal.splitlines()[0] == "time_ms,2,5,8" and len(table) == 40, signal
    for before, after in zip(table, table[1:]):
        assert abs(after[0] - before[0] - 10) < 1e-9, (before, after)


def check_raw(folder):
    """The client without the schema sees every spike from where it came in."""
    from raw_client import Spikes
    run = Run(folder, "raw")
    spikes = Spikes(json.loads((run.results / "control" / "run.json").read_text())["tap"], "src.spikes")
    seen = [(t * 1e-9, element) for t, element in spikes]
    run.done()
    recorded = recorded_spikes(run.results)
    later = [r for r in recorded if r[0] > seen[0][0] - 1e-6]
    assert len(seen) > 300 and spikes.missed == 0 and spikes.lost == 0, (len(seen), spikes.missed)
    assert [e for _, e in seen] == [e for _, e in later], (len(seen), len(later))


def steering(results):
    return [json.loads(line) for line in (results / "steering.jsonl").read_text().splitlines()]


def check_pause(folder):
    """Pause, step and resume hold and move the clock as they say, and change nothing."""
    plain = Run(folder, "plain", stop="6 s", pace=0).done()
    run = Run(folder, "paused", stop="6 s").going()
    said = tutti(folder, "pause", run.results)
    held = float(said.split()[-2])

    clock = run.listed
    time.sleep(0.3)
    first = clock()
    time.sleep(0.3)
    assert first["phase"] == "paused" and clock()["clock_ms"] == first["clock_ms"], first
    assert held - 11 < first["clock_ms"] <= held, (held, first)  # a step of 10 ms that does not fit
    said = tutti(folder, "step", run.results, "--by", "50 ms")
    time.sleep(0.5)
    assert clock()["clock_ms"] > first["clock_ms"] + 38 and clock()["phase"] == "paused", (said, clock())
    tutti(folder, "resume", run.results)
    said = tutti(folder, "resume", run.results, code=2)
    assert "not paused" in said, said
    tutti(folder, "mark", run.results, "--text", "seen")
    assert run.done()["hashes"] == plain["hashes"]
    assert [line["do"] for line in steering(run.results)] == ["pause", "step", "resume", "mark"]


def check_send(folder):
    """Spikes and values that were sent act where the log says, and the log does it again."""
    more = {"modules": dict(Run.modules(), relay={"use": "machine", "step": "1 ms", "ranks": 2, "model": {
        "spec": json.dumps({"name": "relay", "step": 1_000_000_000, "first": 100, "count": 2,
                            "relay": {"offset": 0}, "threshold": {"at": 2.0, "lag": 250_000_000}})}}),
            "connections": [{"from": "src.spikes", "to": "look.spikes"},
                            {"from": "src.spikes", "to": "relay.in", "delay": "1 ms"}],
            "record": [{"port": "relay.spikes", "exact": True}]}
    plain = Run(folder, "plain", stop="4 s", pace=0, more=more).done()
    run = Run(folder, "sent", stop="4 s", more=more).going()
    assert "did you mean" not in tutti(folder, "send", run.results, "relay.in", "--elements", "3")
    tutti(folder, "send", run.results, "relay.in", "--elements", "0..4 by 2")
    assert "takes spikes: leave out --value" in tutti(folder, "send", run.results, "relay.in", "--value", "1", code=2)
    assert "no elements 99" in tutti(folder, "send", run.results, "relay.in", "--elements", "99", code=2)
    assert "is no input" in tutti(folder, "send", run.results, "relay.nothing", code=2)
    sent = run.done()
    log = steering(run.results)
    assert [line["do"] for line in log] == ["send", "send"], log
    assert sent["hashes"]["src.spikes"] == plain["hashes"]["src.spikes"]
    first = float(log[0]["at"].split()[0])
    ours, theirs = sent["hashes"]["relay.spikes"], plain["hashes"]["relay.spikes"]
    differs = [k for k, (a, b) in enumerate(zip(ours, theirs)) if a != b]
    assert differs and differs[0] == int(first // 10), (first, differs)
    again = Run(folder, "again", stop="4 s", pace=0, more=more, options=["--steer", run.results / "steering.jsonl"])
    assert again.done()["hashes"] == sent["hashes"]
    assert steering(again.results) == log
    ranks = json.loads(json.dumps(more))
    ranks["modules"]["relay"]["ranks"] = 1
    one = Run(folder, "one", stop="4 s", pace=0, more=ranks, options=["--steer", run.results / "steering.jsonl"])
    assert one.done()["hashes"] == sent["hashes"]


def check_values(folder):
    """Values and messages that were sent are read where the log says, for as long as it says, and the log does it again."""
    ear = {"python": str(pathlib.Path(__file__).resolve().parent / "ear.py"), "step": "1 ms", "ports": {
        "current": {"direction": "in", "kind": "signal", "unit": "nA", "element": "cell"},
        "notes": {"direction": "in", "kind": "message", "optional": True},
        "said": {"direction": "out", "kind": "signal", "unit": "nA", "element": "neuron"}}}
    zero = {"use": "player", "step": "1 ms",
            "model": {"signals": {"silence": {"unit": "nA", "element": "cell", "number": 3, "constant": "0 nA"}}}}
    more = {"modules": {"zero": zero, "ear": ear}, "connections": [{"from": "zero.silence", "to": "ear.current"}],
            "record": [{"port": "ear.said", "exact": True}]}
    run = Run(folder, "told", stop="4 s", more=more).going()
    tutti(folder, "send", run.results, "ear.current", "--value", "500 pA", "--for", "20 ms", "--elements", "0,2")
    tutti(folder, "send", run.results, "ear.current", "--value", "0.25", "--for", "5 ms", "--add", "--elements", "1")
    said = tutti(folder, "send", run.results, "ear.notes", "--message", "look here")
    assert "reaches ear.notes at" in said, said
    assert "takes a value: say --value" in tutti(folder, "send", run.results, "ear.current", code=2)
    assert "write a number" in tutti(folder, "send", run.results, "ear.current", "--value", "much", code=2)
    assert "is a voltage" in tutti(folder, "send", run.results, "ear.current", "--value", "1 mV", code=2)
    hashes = run.done()["hashes"]
    log = steering(run.results)
    at = [float(line["at"].split()[0]) for line in log]
    seen = [json.loads(line) for line in (run.results / "seen.jsonl").read_text().splitlines()]
    note, = (line for line in seen if "text" in line)
    assert note == {"at_ps": round(at[2] * 1e9) + 1, "from": "steering", "type": "text/plain", "text": "look here"}, note
    held = {line["begin_ms"]: line["values"] for line in seen if "values" in line}
    for element, start, lasts, value in ((0, at[0], 20, 0.5), (2, at[0], 20, 0.5), (1, at[1], 5, 0.25)):
        found = sorted(t for t, values in held.items() if values[element] == value)
        assert found == [start + k for k in range(lasts)], (element, start, found)
    again = Run(folder, "again", stop="4 s", pace=0, more=more, options=["--steer", run.results / "steering.jsonl"])
    assert again.done()["hashes"] == hashes and steering(again.results) == log
    assert (again.results / "seen.jsonl").read_text() == (run.results / "seen.jsonl").read_text()


def check_far(folder):
    """Whoever has a copy of control/ looks on and steers over the network; with other keys nobody is let in."""
    import zmq
    run = Run(folder, "far", stop="60 s", listen="tcp://127.0.0.2", record=False)
    while not (run.results / "control" / "door").exists():
        time.sleep(0.02)
    copy = folder / "copy"
    shutil.copytree(run.results / "control", copy / "control")
    book = json.loads((copy / "control" / "run.json").read_text())
    book["tap"] = "ipc:///nowhere/tap"  # on the other machine there is no such socket
    (copy / "control" / "run.json").write_text(json.dumps(book))
    assert (copy / "control" / "door").read_text().startswith("tcp://127.0.0.2:")
    assert len(rows(tutti(folder, "tap", copy, "src.spikes", "--csv", "--lines", "20"))) == 20
    assert "noted at" in tutti(folder, "mark", copy, "--text", "from afar")
    book["keys"] = [key.decode() for key in zmq.curve_keypair()]
    (copy / "control" / "run.json").write_text(json.dumps(book))
    begin = time.monotonic()
    words = tutti(folder, "mark", copy, "--text", "a stranger", code=None, timeout=90)
    assert "noted at" not in words and "far" in words and time.monotonic() - begin < 40, words
    tutti(folder, "stop", run.results)
    run.done(130)
    assert [line["text"] for line in steering(run.results) if line["do"] == "mark"] == ["from afar"]


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def broker_of(run):
    for entry in pathlib.Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"tutti-broker") and str(run.results).encode() in words:
            return int(entry.name)
    raise AssertionError("no broker")


def check_harmless(folder):
    """Nobody, one, and twenty with a stalled, a greedy and a mad one among them: the same hashes."""
    import zmq
    from raw_client import HELLO, Spikes, subscribe
    plain = Run(folder, "nobody", stop="4 s", record=False).done()
    run = Run(folder, "one", stop="4 s", record=False)
    assert len(list(Spikes(json.loads((run.results / "control" / "run.json").read_text())["tap"], "src.spikes"))) > 500
    assert run.done()["hashes"] == plain["hashes"]
    run = Run(folder, "twenty", stop="4 s", record=False)
    address = json.loads((run.results / "control" / "run.json").read_text())["tap"]
    readers = [subprocess.Popen([BIN / "tutti", "tap", run.results, "src.drive" if k % 2 else "src.spikes"], cwd=folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for k in range(16)]
    context = zmq.Context.instance()
    stalled, greedy, mad, stranger = (context.socket(zmq.DEALER) for _ in range(4))
    stalled.set(zmq.RCVHWM, 1)
    for socket in (stalled, greedy, mad, stranger):
        socket.set(zmq.LINGER, 0)
        socket.connect(address)
    broker, sizes = broker_of(run), []
    end = time.time() + 3.2
    stalled.send(HELLO)
    time.sleep(0.5)
    number = 0
    while time.time() < end and run.process.poll() is None:
        stalled.send(HELLO, zmq.DONTWAIT)  # alive, but it never reads
        greedy.send(HELLO, zmq.DONTWAIT)
        for port in ("src.spikes", "src.drive"):
            for _ in range(5):
                number += 1
                stalled.send(subscribe(number % 60, port), zmq.DONTWAIT)
                greedy.send(subscribe(number, port), zmq.DONTWAIT)
        for garbage in (b"", b"nonsense", HELLO[:-3], b"\xff" * 4096, HELLO + bytes(8), bytes(64)):
            try:
                mad.send(garbage, zmq.DONTWAIT)
                stranger.send_multipart([garbage, b"", garbage], zmq.DONTWAIT)
            except zmq.Again:
                pass
        while greedy.poll(0):
            greedy.recv()
        sizes.append(resident_kib(broker))
        time.sleep(0.02)
    assert run.done()["hashes"] == plain["hashes"]
    for reader in readers:
        reader.wait(timeout=20)
    half = len(sizes) // 2
    assert len(sizes) > 40 and max(sizes[half:]) < max(sizes[:half]) + 8192, (sizes[0], sizes[half], sizes[-1])


class Screen:
    """`tutti attach` in a terminal of its own."""

    def __init__(self, run, columns, rows):
        self.columns = columns
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.environ["TERM"] = "xterm"
            os.execv(BIN / "tutti", ["tutti", "attach", str(run)])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.raw = b""

    def read(self, seconds):
        end = time.time() + seconds
        while time.time() < end:
            if select.select([self.terminal], [], [], 0.05)[0]:
                try:
                    self.raw += os.read(self.terminal, 65536)
                except OSError:  # it has ended
                    return

    def until(self, what, seconds=10):
        """The picture, once it shows this."""
        end = time.time() + seconds
        while time.time() < end:
            self.read(0.1)
            pictures = self.raw.decode(errors="ignore").split("\x1b[H")
            for picture in pictures[1:]:
                if what in picture and picture.endswith("\x1b[J"):
                    self.raw = b""
                    return picture.replace("\x1b[K", "").replace("\x1b[J", "").splitlines()
        raise AssertionError((what, self.raw[-3000:].decode(errors="ignore")))

    def press(self, key):
        os.write(self.terminal, key.encode())


def check_attach(folder):
    """The live view shows progress, who waits, rates as bars and spikes as dots; its keys steer; the terminal is given back."""
    run = Run(folder, "seen", stop="60 s", record=False).going()
    screen = Screen(run.results, 70, 30)
    screen.until("src.src")
    lines = screen.until("spikes of the last 200 ms")
    assert lines[0].startswith("seen  running") and "of 60000 ms" in lines[0] and "real time" in lines[0], lines
    assert any(line.startswith("  look.0 ") and ("waits for" in line or "computes" in line) for line in lines), lines
    rate = next(line for line in lines if line.startswith("  src.src") and " Hz " in line)
    assert 30 < float(rate.split()[1]) < 70 and "█" in rate, rate  # 20 Poisson sources of 50 Hz in 0.2 s: 200 spikes, 7 %
    assert any(0x2800 < ord(letter) < 0x2900 for line in lines for letter in line), lines
    assert max(map(len, lines)) <= 70, lines
    screen.press("p")
    paused = screen.until("  paused  ")[-1]
    assert "pauses at" in paused or "resumes" in paused, paused
    screen.press("s")
    screen.until("goes on to")
    screen.press("r")
    screen.until("goes on from")
    assert [line["do"] for line in steering(run.results)] == ["pause", "step", "resume"]
    screen.press("\x03")
    screen.read(1.5)
    assert b"\x1b[?25h\x1b[?1049l" in screen.raw, screen.raw[-300:]  # the cursor is back, and what was there before
    assert os.waitpid(screen.child, 0)[1] == 0
    tutti(folder, "stop", run.results, "--reason", "seen enough")
    assert not run.done(130)["ok"]


with tempfile.TemporaryDirectory() as temporary:
    globals()["check_" + sys.argv[1]](pathlib.Path(temporary))
