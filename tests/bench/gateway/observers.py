#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""observers.py BIN SOURCE [ROUNDS]: what do people who look on cost a run?

Question: wall-clock and CPU time of 250 ms of configs/column with 0, 1 and 20 observers, in turns. Each takes the spikes,
the membrane potentials and the field, all of it; of the twenty one never reads and one asks for everything again every
20 ms. All of them live in one polite process (nice 19), which stands for other machines: the CPU time is of the run, its
broker and gateway alone. Medians of the ratios to the run without observers of the same round; the broker's resident
memory. The machine must be quiet: a run takes both cores of a laptop. Results: README.md beside this file.
"""
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "integration" / "gateway"))
BIN, SOURCE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 9
COUNTS = (0, 1, 20)
PORTS = ("cortex.spikes", "cortex.v", "probe.v_ext")
GREETING = 50_000  # bytes; what says how the run is, and tables of elements, are less than the first batches


def look_on(address, count, report):
    """In a process of its own: `count` observers. Ends with SIGTERM, and then writes how much each took [bytes]."""
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
    stalled, greedy = (sockets[0], sockets[1]) if count > 1 else (None, None)
    taken, greeted = dict.fromkeys(sockets, 0), time.time()
    signal.signal(signal.SIGTERM, lambda *_: (report.write_text(json.dumps(list(taken.values()))), os._exit(0)))

    def ask(socket):
        for number, port in enumerate(PORTS):
            socket.send(subscribe(number, port))

    while True:
        for socket, _ in poller.poll(20):
            taken[socket] += len(socket.recv())
            if socket is stalled and taken[socket] > GREETING:
                poller.unregister(socket)
        if greedy is not None:
            ask(greedy)
        if time.time() < greeted + 0.25:
            continue
        greeted = time.time()
        for socket in sockets:
            socket.send(HELLO)
            if taken[socket] < GREETING:  # before everybody has joined there is nothing to subscribe to
                ask(socket)


def broker_of(results):
    for entry in pathlib.Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"tutti-broker") and str(results).encode() in words[1]:
            return entry
    raise AssertionError("no broker")


def resident_mib(process):
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def run(folder, observers):
    """Wall-clock and CPU seconds, the broker's largest memory, and hashes."""
    before = os.times()
    begin = time.perf_counter()
    results = folder / f"with-{observers}-{time.time_ns()}"
    process = subprocess.Popen([BIN / "tutti", "run", SOURCE / "configs" / "column", "--quiet", "--results", results,
                                "--set", "run.stop=250 ms"],
                               stdout=subprocess.DEVNULL, env=dict(os.environ, OMPI_MCA_mpi_yield_when_idle="1"))
    address, child, most, taken = "", 0, 0.0, []
    while not address:
        try:
            address = json.loads(next(results.glob("*/control/run.json")).read_text())["tap"]
        except (StopIteration, json.JSONDecodeError, KeyError):
            time.sleep(0.005)
    if observers:
        child = os.fork()
        if child == 0:
            look_on(address, observers, folder / "taken")
    time.sleep(0.5)
    broker = broker_of(results)
    while process.poll() is None:
        most = max(most, resident_mib(broker))
        time.sleep(0.02)
    assert process.returncode == 0
    wall = time.perf_counter() - begin
    after = os.times()
    if child:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)  # its CPU time is not in what was read before
        taken = json.loads((folder / "taken").read_text())
    summary = json.loads(next(results.glob("*/summary.json")).read_text())
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu, most, summary["hashes"], taken


with tempfile.TemporaryDirectory() as temporary:
    place = pathlib.Path(temporary)
    rounds = []
    for k in range(ROUNDS):
        order = COUNTS[k % 3:] + COUNTS[:k % 3]  # nobody is always first
        found = {count: run(place, count) for count in order}
        assert found[0][3] == found[1][3] == found[20][3], "somebody who looked on changed the run"
        rounds.append(found)
    for count in COUNTS[1:]:
        wall, cpu = ([found[count][k] / found[0][k] for found in rounds] for k in (0, 1))
        print(f"{count:3} observers: wall-clock time × {statistics.median(wall):.3f} ({min(wall):.3f} to {max(wall):.3f}), "
              f"CPU time × {statistics.median(cpu):.3f} ({min(cpu):.3f} to {max(cpu):.3f}); hashes equal; who reads took "
              f"{statistics.median(max(found[count][4]) for found in rounds) / 1e6:.1f} MB")
    alone = [found[0][0] for found in rounds]
    print(f"alone: {statistics.median(alone):.2f} s ({min(alone):.2f} to {max(alone):.2f}); the broker held at most " + ", ".join(
        f"{max(found[count][2] for found in rounds):.1f} MiB with {count}" for count in COUNTS))
