# SPDX-License-Identifier: MIT
"""A NEURON process in a checkpoint: its SaveState, and what that leaves out.

NEURON's SaveState holds time, states, synaptic weights, the event queue and where Vector.play and Vector.record are. Not in
it are recorded Vectors themselves, variables that are no states (currents, i_membrane_, parameters that were set on the way),
positions of random streams, and spikes that ranks have not told each other yet.
"""
from __future__ import annotations

import json
import pathlib
import sys
import tempfile
from typing import Any, Iterator

import numpy as np

from .module import CannotKeep, State


def save(h: Any, state: State, rank: int, ranks: int) -> None:
    """One rank's part; all ranks of the module are at the same time, between two steps."""
    if ranks > 1:
        h.ParallelContext().psolve(h.t)  # no step, but an exchange of what has spiked so far
    state.put("neuron.ranks", rank, np.array([ranks], dtype=np.int64))
    state.put("neuron.parts", rank, json.dumps(_parts(h)).encode())
    state.put("neuron.state", rank, _saved(h))
    vectors = {vector.hname(): len(vector) for vector in h.List("Vector")}
    state.put("neuron.vectors", rank, json.dumps(vectors).encode())
    state.put("neuron.values", rank, np.concatenate([np.empty(0), *(vector.as_numpy() for vector in h.List("Vector"))]))
    state.put("neuron.variables", rank, np.array([pointer[0] for pointer in _variables(h)]))
    state.put("neuron.streams", rank, np.array([place for stream in _streams(h) for place in stream.read()]))


def load(h: Any, state: State, rank: int, ranks: int) -> None:
    """The same back, at the end of finitialize."""
    before = int(state.array("neuron.ranks", 0, np.int64)[0])
    if before != ranks:
        raise CannotKeep(f"NEURON's SaveState belongs to the ranks that wrote it: there were {before}, here are {ranks}; resume "
                         f"with `ranks: {before}`")
    _check(json.loads(state.get("neuron.parts", rank)), _parts(h))
    values = state.array("neuron.values", rank)
    here = {vector.hname(): vector for vector in h.List("Vector")}
    at = 0
    for name, size in json.loads(state.get("neuron.vectors", rank)).items():
        if name in here:  # one made between finitialize and the end of a run will come
            here[name].resize(size)
            here[name].as_numpy()[:] = values[at:at + size]
        at += size
    _restore(h, state.get("neuron.state", rank))
    _fill(_variables(h), state.array("neuron.variables", rank), "variables of mechanisms")
    places = state.array("neuron.streams", rank).reshape(-1, 2)
    streams = list(_streams(h))
    if len(places) != len(streams):
        raise CannotKeep(f"{len(places)} random streams were saved, the script has made {len(streams)}: is it another one?")
    for stream, place in zip(streams, places):
        stream.write(*place)


def _saved(h: Any) -> bytes:
    kept = h.SaveState()
    kept.save()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "state"
        kept.fwrite(h.File(str(path)))
        return path.read_bytes()


# An event of NEURON's queue that calls Python, as SaveState writes it, and one that executes nothing.
PYTHON_CALL, NO_CALL = b"\n1 0\nPythonObject\n", b"\n1 0\n{}\n"


def _restore(h: Any, content: bytes) -> None:
    calls = content.count(PYTHON_CALL)
    if calls:
        print(f"{calls} Python functions that waited in NEURON's queue (cvode.event) are in no checkpoint: what is to be called "
              "has to be queued again in link.keep", file=sys.stderr, flush=True)
    kept = h.SaveState()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "state"
        path.write_bytes(content.replace(PYTHON_CALL, NO_CALL))
        kept.fread(h.File(str(path)))
    kept.restore()
    if h.cvode_active():
        h.CVode().re_init()


def _fill(pointers: Iterator[Any], values: np.ndarray, what: str) -> None:
    pointers = list(pointers)
    if len(pointers) != len(values):
        raise CannotKeep(f"{len(values)} {what} were saved, the script has made {len(pointers)}: is it another one?")
    for pointer, value in zip(pointers, values):
        if pointer[0] != value:
            pointer[0] = value


# ---- what there is ------------------------------------------------------------------------------------


def _names(h: Any, points: bool) -> Iterator[tuple[str, bool]]:
    """Mechanisms, and whether they are artificial cells."""
    kinds, name = h.MechanismType(int(points)), h.ref("")
    for k in range(int(kinds.count())):
        kinds.select(k)
        kinds.selected(name)
        yield name[0], points and bool(kinds.is_artificial(k))


def _parts(h: Any) -> dict[str, int]:
    """How many there are of what SaveState counts on."""
    found = {"sections": sum(1 for _ in h.allsec()), "segments": sum(section.nseg for section in h.allsec()),
             "NetCon": int(h.List("NetCon").count())}
    for name, _ in _names(h, points=True):
        if count := int(h.List(name).count()):
            found[name] = count
    return found


def _check(saved: dict[str, int], here: dict[str, int]) -> None:
    for what in sorted({*saved, *here}):
        if saved.get(what, 0) != here.get(what, 0):
            raise CannotKeep(f"{what}: {saved.get(what, 0)} were saved, the script has made {here.get(what, 0)}; resume with the "
                             "script, the model and the release of NEURON that were saved")


def _variables(h: Any) -> Iterator[Any]:
    """Pointers to all range variables, in an order that the script alone determines."""
    name = h.ref("")

    def names_of(mechanism: str) -> list[tuple[str, int]]:
        standard = h.MechanismStandard(mechanism, 0)
        return [(name[0], size) for k in range(int(standard.count())) for size in [int(standard.name(name, k))]]

    def pointers(place: Any, variables: list[tuple[str, int]]) -> Iterator[Any]:
        for variable, size in variables:
            if size == 1:
                yield getattr(place, "_ref_" + variable)
            else:
                array = getattr(place, variable)
                yield from (array._ref[k] if hasattr(array, "_ref") else _Slot(array, k) for k in range(size))

    densities = {mechanism: names_of(mechanism) for mechanism, _ in _names(h, points=False) if mechanism != "morphology"}
    membrane = h.CVode().use_fast_imem()
    for section in h.allsec():
        there = [names for mechanism, names in densities.items() if section.has_membrane(mechanism)]
        for segment in section:
            for names in there:
                yield from pointers(segment, names)
            if membrane:
                yield segment._ref_i_membrane_
    for mechanism, artificial in _names(h, points=True):
        if not artificial:
            names = names_of(mechanism)
            for process in h.List(mechanism):
                yield from pointers(process, names)


class _Slot:
    """One number of an array as if it were a pointer."""

    def __init__(self, array: Any, index: int):
        self._array, self._index = array, index

    def __getitem__(self, _: int) -> float:
        return self._array[self._index]

    def __setitem__(self, _: int, value: float) -> None:
        self._array[self._index] = value


# ---- random streams -----------------------------------------------------------------------------------


class _Random:
    """A Random of hoc's: of Random123 or MCellRan4, which know where they are."""

    def __init__(self, random: Any):
        self._random = random

    def read(self) -> tuple[float, float]:
        at = self._random.seq()
        self._random.seq(at + 4)
        if self._random.seq() == at:
            raise CannotKeep(f"{self._random.hname()} is of a generator that does not say where it is; use Random123 or MCellRan4 "
                             "for what goes on during the run, and let go of others after building")
        self._random.seq(at)
        return at, 0.0

    def write(self, at: float, _: float) -> None:
        self._random.seq(at)


class _Noise:
    """The Random123 stream of a mechanism that has `bbsavestate`, as NetStim has and mechanisms of the Blue Brain's."""

    def __init__(self, h: Any, process: Any):
        self._way, self._place, self._process = h.Vector(1), h.Vector(2), process
        self._others = h.List("Random").count() > 0

    def _visit(self, way: float, sequence: float, which: float) -> tuple[float, float]:
        self._way.x[0], self._place.x[0], self._place.x[1] = way, sequence, which
        self._process.bbsavestate(self._way._ref_x[0], self._place._ref_x[0])
        return self._place.x[0], self._place.x[1]

    def read(self) -> tuple[float, float]:
        found = self._visit(0, -1, -1)
        if found[0] < 0 and getattr(self._process, "noise", 0) > 0 and not self._others:
            raise CannotKeep(f"{self._process.hname()} draws from the stream that all share, which does not say where it is; give "
                             "it one of its own by noiseFromRandom123")
        return found

    def write(self, sequence: float, which: float) -> None:
        if sequence >= 0:
            self._visit(1, sequence, which)


def _streams(h: Any) -> Iterator[Any]:
    for random in h.List("Random"):
        yield _Random(random)
    for mechanism, _ in _names(h, points=True):
        processes = h.List(mechanism)
        if processes.count() and hasattr(processes.o(0), "bbsavestate"):
            for process in processes:
                yield _Noise(h, process)
