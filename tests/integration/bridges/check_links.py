#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_links.py BIN: a member whose connections are cut in the middle of a run, three times, gives the same hashes as one
whose are not; where nobody gets through any more, the run ends within its deadline and the last line names the link.

The member is started by hand with a copy of the run's address book in which the broker's address is that of a proxy. That one
passes control on and puts proxies of its own in the place of all addresses that processes tell each other: same length, so the
messages stay what they are."""
import json
import pathlib
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

BIN = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent
PORTS = {"in": {"direction": "in", "kind": "spikes"}, "spikes": {"direction": "out", "kind": "spikes"},
         "count": {"direction": "out", "kind": "signal", "unit": "1", "element": "neuron"}}
ADDRESS = re.compile(rb"tcp://127\.0\.0\.1:(\d{5})")


class Proxy:
    """Passes on what comes to its port to another one, and back; `change` may put other bytes in its place."""

    def __init__(self, target, change=lambda data: data):
        self.target, self.change, self.pairs, self.shut = target, change, [], False
        while True:  # all ports of five digits
            self.listener = socket.create_server(("127.0.0.1", 0))
            self.port = self.listener.getsockname()[1]
            if self.port >= 10000:
                break
        threading.Thread(target=self.work, daemon=True).start()

    def close(self, pair):
        for end in pair:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # what is under way is gone
            end.close()

    def cut(self):
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            self.close(pair)
        return len(pairs)

    def work(self):
        while True:
            try:
                for end in select.select([self.listener, *(end for pair in self.pairs for end in pair)], [], [], 0.005)[0]:
                    self.serve(end)
            except (OSError, ValueError):  # cut meanwhile
                pass

    def serve(self, end):
        if end is self.listener:
            near = end.accept()[0]
            if self.shut:
                near.close()
            else:
                self.pairs.append((near, socket.create_connection(("127.0.0.1", self.target))))
            return
        pair = next((pair for pair in self.pairs if end in pair), None)
        if pair is None:  # cut meanwhile
            return
        try:
            data = end.recv(65536)
            if data:
                pair[end is pair[0]].sendall(self.change(data))
                return
        except OSError:
            pass
        if pair in self.pairs:
            self.pairs.remove(pair)
            self.close(pair)


class Between:
    """All that lies between a member that is started by hand and the others."""

    def __init__(self, place, book):
        self.links = {}
        self.broker = int(book["endpoint"].rsplit(":", 1)[1])
        self.control = Proxy(self.broker, lambda data: ADDRESS.sub(self.divert, data))

    def divert(self, match):
        port = int(match[1])
        if port == self.broker or port in (link.port for link in self.links.values()):
            return match[0]
        link = self.links.setdefault(port, None) or Proxy(port)
        self.links[port] = link
        return b"tcp://127.0.0.1:%d" % link.port

    def cut(self):
        return sum(link.cut() for link in self.links.values())

    def shut(self):
        for link in self.links.values():
            link.shut = True
        self.cut()


def until(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


class Run:
    """Sources in one job, a relay through the proxies, and an analysis that hears it."""

    def __init__(self, folder, stop, deadline):
        folder.mkdir()
        (folder / "run.yaml").write_text(json.dumps({
            "tutti": 1, "run": {"name": "r", "stop": stop, "seed": 3, "listen": "tcp", "pace": 1, "deadline": deadline},
            "modules": {"input": {"use": "player", "step": "1 ms",
                                  "model": {"spikes": {"poisson": {"number": 200, "rate": "40 Hz"}}}},
                        "relay": {"python": str(HERE / "relay.py"), "step": "1 ms", "ports": PORTS, "start": "hand"},
                        "rates": {"use": "analysis", "step": "10 ms", "model": {"rates": {"bin": "10 ms"}}}},
            "connections": [{"from": "input.spikes", "to": "relay.in", "delay": "1 ms"},
                            {"from": "relay.spikes", "to": "rates.spikes"}]}))
        self.process = subprocess.Popen([BIN / "tutti", "run", "run.yaml", "--quiet"], cwd=folder, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.place = folder / "results" / "r-001"
        book = self.place / "control" / "run.json"
        until("a run", lambda: book.exists() and book.read_text().endswith("}\n"))
        copy = folder / "copy"
        for part in ("control", "model"):
            shutil.copytree(self.place / part, copy / part)
        shutil.copy(self.place / "run.yaml", copy)
        book = json.loads(book.read_text())
        self.between = Between(self.place, book)
        book["endpoint"] = f"tcp://127.0.0.1:{self.between.control.port}"
        (copy / "control" / "run.json").chmod(0o600)
        (copy / "control" / "run.json").write_text(json.dumps(book))
        self.member = subprocess.Popen([BIN / "tutti", "join", copy, "relay", "--", "/usr/bin/python3", HERE / "relay.py"],
                                       stderr=subprocess.DEVNULL)
        until("both links", lambda: sum(bool(link and link.pairs) for link in self.between.links.values()) == 2)
        time.sleep(0.3)

    def end(self, code=0):
        text = self.process.communicate(timeout=60)[0]
        self.member.wait(timeout=20)
        assert self.process.returncode == code, (self.process.returncode, text)
        return json.loads((self.place / "summary.json").read_text()) if code == 0 else text.strip().splitlines()[-1]


with tempfile.TemporaryDirectory() as temporary:
    temporary = pathlib.Path(temporary).resolve()
    whole, cut = Run(temporary / "whole", "2 s", "30 s"), Run(temporary / "cut", "2 s", "30 s")
    for _ in range(3):
        assert cut.between.cut() >= 2, "both links stood"
        time.sleep(0.4)
    whole, cut = whole.end(), cut.end()
    assert whole["hashes"] == cut["hashes"] and len(cut["hashes"]) == 2, "the cuts changed the run"
    print("cut three times in both directions: the same hashes", flush=True)

    run = Run(temporary / "shut", "60 s", "3 s")
    begin = time.monotonic()
    run.between.shut()
    text = run.end(code=4)
    took = time.monotonic() - begin
    assert took < 6 and "the link to tcp://127.0.0.1:" in text and "has been cut for" in text, (took, text)
    print(f"nobody gets through any more: {took:.1f} s, {text}", flush=True)
