#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""observers.py BIN SOURCE [ROUNDS]: what do people who look on cost a run?

Question: wall-clock and CPU time of configs/column with 0, 1 and 20 observers, in turns. Each observer takes
the spikes, the membrane potentials of 50 segments every 1 ms and the field every 1 ms; all of them live in one
polite process (nice 19), which stands for other machines. Medians of the ratios to the run without observers
that was done just before. The machine must be quiet: a run takes both cores of a laptop.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "integration" / "gateway"))
BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 7
PORTS = ("cortex.spikes", "cortex.v", "probe.v_ext")


def look_on(address, count):
    """In a process of its own: `count` observers who read everything they are sent. Never returns."""
    import zmq
    from raw_client import HELLO, subscribe
    os.nice(19)
    context = zmq.Context()
    sockets = [context.socket(zmq.DEALER) for _ in range(count)]
    poller = zmq.Poller()
    for socket in sockets:
        socket.connect(address)
        socket.send(HELLO)
        poller.register(socket, zmq.POLLIN)
    asked, greeted = set(), time.time()
    while True:
        for socket, _ in poller.poll(200):
            socket.recv()
            if socket in asked:
                continue
            asked.add(socket)
            for number, port in enumerate(PORTS):
                socket.send(subscribe(number, port))
        if time.time() > greeted + 1:
            greeted = time.time()
            for socket in sockets:
                socket.send(HELLO)


def run(folder, observers):
    """Wall-clock and CPU seconds, hashes, and how the run was watched."""
    before = os.times()
    begin = time.perf_counter()
    results = folder / f"with-{observers}-{time.time_ns()}"
    process = subprocess.Popen([BIN / "tutti", "run", SOURCE / "configs" / "column", "--quiet", "--results", results],
                               stdout=subprocess.DEVNULL, env=dict(os.environ, OMPI_MCA_mpi_yield_when_idle="1"))
    child = 0
    if observers:
        while not list(results.glob("*/control/run.json")):
            time.sleep(0.005)
        info = next(results.glob("*/control/run.json"))
        address = ""
        while not address:
            try:
                address = json.loads(info.read_text())["tap"]
            except (json.JSONDecodeError, KeyError):
                time.sleep(0.005)
        child = os.fork()
        if child == 0:
            look_on(address, observers)
    assert process.wait() == 0
    wall = time.perf_counter() - begin
    after = os.times()
    if child:
        os.kill(child, 9)
        os.waitpid(child, 0)  # its CPU time is not in what was read before
    summary = json.loads(next(results.glob("*/summary.json")).read_text())
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, summary["hashes"]


with tempfile.TemporaryDirectory() as temporary:
    place = pathlib.Path(temporary)
    ratios = {1: [], 20: []}
    for _ in range(ROUNDS):
        for count in (1, 20):
            alone = run(place, 0)
            watched = run(place, count)
            assert alone[2] == watched[2], "somebody who looked on changed the run"
            ratios[count].append((watched[0] / alone[0], watched[1] / alone[1]))
    for count, pairs in ratios.items():
        print(f"{count:3} observers: wall-clock time × {statistics.median(p[0] for p in pairs):.3f}, "
              f"CPU time × {statistics.median(p[1] for p in pairs):.3f} (medians of {len(pairs)} pairs; "
              f"wall from {min(p[0] for p in pairs):.3f} to {max(p[0] for p in pairs):.3f})")
