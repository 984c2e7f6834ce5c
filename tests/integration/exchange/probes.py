#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""probes.py BIN: situations in which MUSIC 1.1.16 delivers late, goes silently wrong, crashes or hangs.

Each has one right outcome: the witness sees every value, spike and message where the contract puts it, or the run is
refused, or it ends in seconds and names the culprit.
"""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(sys.argv[1])
PS = {"ps": 1, "us": 10**6, "ms": 10**9}
failures = []


def ps(text):
    number, unit = text.split()
    return round(float(number) * PS[unit])


def module(role, step, ranks=1, elements=4, **model):
    return {"use": "witness", "step": step, "ranks": ranks, "model": {"role": role, "elements": elements, **model}}


def run_file(source, target, delay, stop="40 ms", transport="auto", messages=False, links=None):
    """A source and a witness that knows the source's step and the delay."""
    witness = target["model"]
    if witness["role"] != "deaf":
        end = ps(stop) // ps(source["step"]) * ps(source["step"])
        witness.update(delay=delay, source_step=source["step"], source_end=f"{end} ps",
                       message=source["model"].get("message", 0))
    signal = {"from": "source.t", "to": "target.u", "delay": delay}
    if ps(delay) > 0 and witness["role"] != "all":
        signal["initial"] = "-1 ms"
    if links is None:
        links = [signal, {"from": "source.spikes", "to": "target.drive", "delay": delay}]
        if messages:
            links.append({"from": "source.notes", "to": "target.notes", "delay": delay})
    return {"tutti": 1, "run": {"name": "probe", "stop": stop, "transport": transport},
            "modules": {"source": source, "target": target}, "connections": links}


def probe(title, spec, code=0, says=(), within=30.0):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "run.yaml"
        path.write_text(json.dumps(spec, indent=1))
        begin = time.monotonic()
        done = subprocess.run([BIN / "tutti", "run", path, "--quiet"], cwd=folder, capture_output=True, text=True,
                              timeout=120, check=False)
        took = time.monotonic() - begin
    text = done.stdout + done.stderr
    wrong = [f"no \"{word}\"" for word in says if word not in text]
    if done.returncode != code:
        wrong.append(f"exit {done.returncode} instead of {code}")
    if took > within:
        wrong.append(f"took {took:.1f} s")
    print(f"{'FAILED' if wrong else 'ok':6} {title}")
    if wrong:
        failures.append(title)
        print(f"   {'; '.join(wrong)}\n{text}")


def largest_process(transport, stop):
    """MiB of the largest process so far, after a run whose target is a hundred times slower than its source."""
    probe(f"a slow target for {stop}, {transport}",
          run_file(module("source", "1 ms", elements=20_000),
                   module("latest", "1 ms", elements=20_000, pause="10 ms"), "1 ms", stop, transport), within=60)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


for transport in ("auto", "mpi"):  # first, since the largest process counts
    short, long = largest_process(transport, "400 ms"), largest_process(transport, "800 ms")
    print(f"   {short:.0f} MiB, then {long:.0f} MiB; the source said {400 * 20_000 * 16 / 2**20:.0f} MiB more")
    if long - short > 20:
        failures.append("memory grows with what a slow target has not taken")

for transport in ("auto", "mpi"):
    for take in ("linear", "latest"):
        for title, h_s, h_t, delay in (
                ("equal steps, delay 0", "1 ms", "1 ms", "0 ms"),
                ("equal steps, delay 2 steps", "1 ms", "1 ms", "2 ms"),
                ("equal steps, delay 5.5 steps", "1 ms", "1 ms", "5.5 ms"),
                ("equal steps, delay exactly one step", "1 ms", "1 ms", "1 ms"),
                ("equal steps, one tick less", "1 ms", "1 ms", "999999999 ps"),
                ("equal steps, one tick more", "1 ms", "1 ms", "1000000001 ps"),
                ("2 ms to 1 ms, delay 4 ms", "2 ms", "1 ms", "4 ms"),
                ("1 ms to 2.5 ms, delay 5 ms", "1 ms", "2.5 ms", "5 ms")):
            probe(f"{take}, {title}, {transport}",
                  run_file(module("source", h_s), module(take, h_t), delay, transport=transport))
    probe(f"every sample for two ranks, {transport}",
          run_file(module("source", "1 ms"), module("all", "2.5 ms", ranks=2), "0 ms", transport=transport))
    probe(f"one rank to one, delay 0, {transport}",
          run_file(module("source", "1 ms"), module("latest", "1 ms"), "0 ms", "200 ms", transport))
    probe(f"two ranks to one, delay 0, {transport}",
          run_file(module("source", "1 ms", ranks=2), module("latest", "1 ms"), "0 ms", "200 ms", transport))
    probe(f"two ranks to one, one of them slow, {transport}",
          run_file(module("source", "1 ms", ranks=2, pause="5 ms"), module("latest", "1 ms"), "0 ms", "100 ms",
                   transport))
    for size in (12, 12_000, 6_000_000):
        probe(f"messages of {size} bytes to two ranks, {transport}",
              run_file(module("source", "1 ms", message=size), module("latest", "1 ms", ranks=2), "1 ms", "12 ms",
                       transport, messages=True))

half = run_file(module("source", "1 ms", elements=9), module("linear", "1 ms", ranks=2, elements=9), "1 ms")
half["connections"][0]["float32"] = True  # whole ms and thousands: exact in float32
probe("a signal as float32", half)
probe("elements dealt by turns, taken as blocks",
      run_file(module("source", "1 ms", ranks=3, elements=17), module("latest", "1 ms", ranks=2, elements=17), "1 ms"))
probe("a source wider than its target",
      run_file(module("source", "1 ms", elements=8), module("latest", "1 ms"), "1 ms"))
probe("a target that wants what nobody has",
      run_file(module("source", "1 ms"), module("latest", "1 ms", elements=8), "1 ms"), 2, ["target.drive wants elements 4..7", "missing: zero"])
probe("an element that the source never offered",
      run_file(module("source", "1 ms", stray=True), module("latest", "1 ms"), "1 ms"), 1, ["source", "element 9"])
probe("a target that never takes anything", run_file(module("source", "1 ms"), module("deaf", "1 ms"), "1 ms", "400 ms"))
probe("a misspelt port", run_file(module("source", "1 ms"), module("deaf", "1 ms"), "1 ms", links=[
    {"from": "source.tt", "to": "target.u"}, {"from": "source.spikes", "to": "target.drive"}]), 2, ["no output \"tt\"", "did you mean \"t\""])
probe("a misspelt module", run_file(module("source", "1 ms"), module("deaf", "1 ms"), "1 ms", links=[
    {"from": "source.t", "to": "tarqet.u"}, {"from": "source.spikes", "to": "target.drive"}]), 2, ["tarqet", "target"])
probe("a source that dies", run_file(module("source", "1 ms", dies=10), module("latest", "1 ms"), "1 ms"), 1,
      ["source"], within=15)
probe("a target that leaves at half time", run_file(module("source", "1 ms"), module("latest", "1 ms", leaves=20), "1 ms"),
      1, ["target", "before the run's end"], within=15)
alone = run_file(module("source", "1 ms"), module("source", "2.5 ms"), "0 ms", links=[])
probe("no connection at all", alone)

loop = {"tutti": 1, "run": {"name": "loop", "stop": "20 ms"}, "modules": {}, "connections": []}
recipe = '{"name": "%s", "step": 1000000000, "first": %d, "count": 2, "relay": {"offset": 0}, "train": {"phase": 5, "period": 700000000}}'
for name, first in (("a", 0), ("b", 10)):
    loop["modules"][name] = {"use": "machine", "step": "1 ms", "ranks": 2, "model": {"spec": recipe % (name, first)}}
for delay, code, says in (("1 ms", 0, ()), ("1000000001 ps", 0, ()), ("999999999 ps", 2, ("a → b → a", "to 1 ms"))):
    loop["connections"] = [{"from": "a.spikes", "to": "b.in", "delay": "0 ms"},
                           {"from": "b.spikes", "to": "a.in", "delay": delay}]
    probe(f"a loop of spikes with {delay} of delay", loop, code, says)

print(f"{len(failures)} failed")
sys.exit(bool(failures))
