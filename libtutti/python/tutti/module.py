# SPDX-License-Identifier: MIT
"""A module of a run in Python: ports, and a loop over windows.

Times are int64 counts of 1 ps, as everywhere in Tutti, with `…_ms` beside them for people. Arrays that come from a port
are views that hold until the next call with that port; copy what is to stay.
"""
from __future__ import annotations

import json
import pathlib
from ctypes import c_char_p, c_double, c_int64, c_size_t, c_uint32, c_uint64, c_void_p, string_at
from dataclasses import dataclass
from typing import Callable, Iterable, Iterator, NamedTuple, Optional, Union

import numpy as np

from ._library import END, KEEPER, POINTER, TuttiError, call, handle, raw, reference
from .elements import ElementTable, as_pointer, numbers_of

PS_PER_MS = 1_000_000_000
TAKES = {"latest": 0, "linear": 1, "all": 2}


def _view(pointer, count: int, kind) -> np.ndarray:
    return np.ctypeslib.as_array(pointer, (count,)) if count else np.empty(0, dtype=kind)


def ticks(ms) -> np.ndarray:
    """Times in ms as the nearest counts of 1 ps."""
    return np.rint(np.asarray(ms, dtype=np.float64) * PS_PER_MS).astype(np.int64)


@dataclass(frozen=True)
class Window:
    """One step (begin, end] [ps]. In the last one of a run begin == end: send and read, do not advance."""
    begin: int
    end: int

    @property
    def begin_ms(self) -> float:
        return self.begin / PS_PER_MS

    @property
    def end_ms(self) -> float:
        return self.end / PS_PER_MS

    def __bool__(self) -> bool:
        return self.end > self.begin


class Port:
    def __init__(self, pointer: int, name: str):
        self._pointer, self.name = pointer, name

    @property
    def connected(self) -> bool:
        """Whether the run file connects it. The first one to ask joins the run: declare all ports before."""
        found = raw("connected", self._pointer)
        if found < 0:
            call("connected", self._pointer)
        return bool(found)


class _Input(Port):
    _table: Optional[ElementTable] = None

    @property
    def elements(self) -> ElementTable:
        """All elements of all sources, once these have told."""
        if self._table is None:
            self._table = ElementTable._from_library(handle("elements", self._pointer))
        return self._table

    def want(self, elements: Iterable[int]) -> None:
        """Takes only these; before the first window."""
        numbers = numbers_of(elements)
        call("want", self._pointer, as_pointer(numbers, c_uint64), len(numbers))


class _Output(Port):
    def offer(self, elements: Union[ElementTable, Iterable[int]], kind: str = "neuron") -> None:
        """What this rank has here; before the first window."""
        table = elements if isinstance(elements, ElementTable) else ElementTable(elements, kind)
        made = table._to_library()
        try:
            call("offer", self._pointer, made)
        finally:
            raw("table_free", made)


class Spikes(NamedTuple):
    """Sorted by (time, element)."""
    times: np.ndarray     # int64 [ps], of arrival
    elements: np.ndarray  # uint64
    weights: np.ndarray   # float64

    @property
    def times_ms(self) -> np.ndarray:
        return self.times / PS_PER_MS


class SpikeInput(_Input):
    def take(self) -> Spikes:
        """What arrives in the open window; once per window."""
        times, elements, weights = POINTER(c_int64)(), POINTER(c_uint64)(), POINTER(c_double)()
        count = c_size_t()
        call("take_spikes", self._pointer, reference(times), reference(elements), reference(weights),
             reference(count))
        n = count.value
        return Spikes(_view(times, n, np.int64), _view(elements, n, np.uint64), _view(weights, n, np.float64))


class SpikeOutput(_Output):
    def send(self, elements, ms=None, *, ps=None, weights=None) -> None:
        """Spikes of the open window, in any order: elements [n], and their times [n] in ms or in ps."""
        if (ms is None) == (ps is None):
            raise ValueError("send() needs times, either ms= or ps=")
        numbers = np.ascontiguousarray(elements, dtype=np.uint64).reshape(-1)
        times = np.ascontiguousarray(ticks(ms) if ps is None else ps, dtype=np.int64).reshape(-1)
        if times.size == 1 and numbers.size > 1:
            times = np.full(numbers.size, times[0])
        if times.size != numbers.size:
            raise ValueError(f"{numbers.size} elements and {times.size} times")
        heavy = None if weights is None else np.ascontiguousarray(weights, dtype=np.float64).reshape(-1)
        if heavy is not None and heavy.size != numbers.size:
            raise ValueError(f"{numbers.size} elements and {heavy.size} weights")
        call("send_spikes", self._pointer, as_pointer(numbers, c_uint64), as_pointer(times, c_int64),
             None if heavy is None else as_pointer(heavy, c_double), numbers.size)


class Sample(NamedTuple):
    arrival: int          # [ps]
    elements: np.ndarray  # uint64
    values: np.ndarray    # float64, in the input's unit


class SignalInput(_Input):
    def read(self) -> np.ndarray:
        """latest, linear: one value per wanted element, ascending, at the open window's begin."""
        values, count = POINTER(c_double)(), c_size_t()
        call("read", self._pointer, reference(values), reference(count))
        return _view(values, count.value, np.float64)

    def samples(self) -> Iterator[Sample]:
        """all: what arrived since the window before."""
        total, count, arrival, values = c_size_t(), c_size_t(), c_int64(), POINTER(c_double)()
        call("samples", self._pointer, reference(total))
        for k in range(total.value):
            call("sample", self._pointer, k, reference(arrival), reference(values), None, reference(count))
            numbers = np.empty(count.value, dtype=np.uint64)
            call("sample", self._pointer, k, reference(arrival), reference(values), as_pointer(numbers, c_uint64),
                 reference(count))
            yield Sample(arrival.value, numbers, _view(values, count.value, np.float64))


class SignalOutput(_Output):
    def put(self, time: int, values) -> None:
        """The sample at `time` [ps], once for each multiple of the step: a value per element, ascending."""
        sample = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)
        call("put", self._pointer, int(time), as_pointer(sample, c_double), sample.size)


class Message(NamedTuple):
    arrival: int  # [ps]
    source: str   # "module.port"
    source_rank: int
    media_type: str
    data: bytes


class MessageInput(Port):
    def take(self) -> list[Message]:
        """What arrives in the open window."""
        total, arrival, rank, size = c_size_t(), c_int64(), c_uint32(), c_size_t()
        source, media, data = c_char_p(), c_char_p(), c_void_p()
        call("take_messages", self._pointer, reference(total))
        messages = []
        for k in range(total.value):
            call("message", self._pointer, k, reference(arrival), reference(source), reference(rank),
                 reference(media), reference(data), reference(size))
            messages.append(Message(arrival.value, source.value.decode(), rank.value, media.value.decode(),
                                    string_at(data, size.value) if size.value else b""))
        return messages


class MessageOutput(Port):
    def send(self, time: int, data: bytes, media_type: str = "application/json") -> None:
        """A message at an instant [ps] of the open window."""
        call("send_message", self._pointer, int(time), media_type.encode(), bytes(data), len(data))


class CannotKeep(RuntimeError):
    """Why a module cannot be saved, or cannot go on from what was: a sentence for people."""


class State:
    """What a module knows, on its way into a checkpoint or out of one: bytes or arrays by part and number."""

    def __init__(self, pointer: int):
        self._pointer = pointer
        self.saving = bool(raw("state_saving", pointer))

    def put(self, part: str, number: int, data) -> None:
        """`number`: by which other ranks know it as well, a cell's for one."""
        content = bytes(data) if isinstance(data, (bytes, bytearray)) else np.ascontiguousarray(data).tobytes()
        call("state_put", self._pointer, part.encode(), int(number), content, len(content))

    def get(self, part: str, number: int) -> bytes:
        data, size = c_void_p(), c_size_t()
        call("state_get", self._pointer, part.encode(), int(number), reference(data), reference(size))
        return string_at(data, size.value) if size.value else b""

    def array(self, part: str, number: int, dtype=np.float64) -> np.ndarray:
        return np.frombuffer(self.get(part, number), dtype=dtype).copy()


class Module:
    """A module's place in a run. As a context manager it leaves in peace, or tells the run what went wrong.

    All ports are declared before anything else is asked of them. In each window (T, T+h]: put plain samples at T, read
    signals at T, put direct samples at T, take spikes and messages, advance.
    """

    def __init__(self, folder: Union[str, pathlib.Path, None] = None, name: Optional[str] = None):
        pointer = c_void_p()
        call("join", None if folder is None else str(folder).encode(), None if name is None else name.encode(),
             reference(pointer))
        self._pointer: Optional[int] = pointer.value
        self._ports: list[Port] = []
        self.window: Optional[Window] = None
        self.name: str = raw("name", self._pointer).decode()
        self.folder = pathlib.Path(raw("folder", self._pointer).decode())
        self.model = json.loads(raw("model", self._pointer).decode())
        self.step: int = raw("step", self._pointer)
        self.stop: int = raw("stop", self._pointer)
        self.seed: int = raw("seed", self._pointer)
        self.rank: int = raw("rank", self._pointer)
        self.ranks: int = raw("ranks", self._pointer)

    @property
    def step_ms(self) -> float:
        return self.step / PS_PER_MS

    @property
    def stop_ms(self) -> float:
        return self.stop / PS_PER_MS

    @property
    def begin(self) -> int:
        """Where the run goes on from [ps]: 0, or the time of its checkpoint."""
        return raw("begin", self._pointer)

    def keep(self, visit: Optional[Callable[[State], None]] = None) -> None:
        """What this module knows beyond its model, for checkpoints; before the run is joined.

        `visit(state)` puts it while `state.saving`, and gets it otherwise, in the first window of a run that is
        resumed. Without `visit` the module knows nothing. A run with a module that never says either cannot be saved.
        """
        def on_call(pointer, _context) -> int:
            try:
                if visit is not None:
                    visit(State(pointer))
                return 0
            except BaseException as e:  # noqa: B902 - C is in between: next_window raises it again, or who saves hears it
                why = str(e) if isinstance(e, (TuttiError, CannotKeep)) else f"{type(e).__name__}: {e}"
                raw("state_fail", pointer, why.encode())
                return 1
        self._keeper = KEEPER(on_call)
        call("keep", self._pointer, self._keeper, None)

    def _declare(self, kind, function: str, name: str, *arguments):
        port = kind(handle(function, self._pointer, name.encode(), *arguments), name)
        self._ports.append(port)
        return port

    def spike_input(self, name: str, *, optional: bool = False) -> SpikeInput:
        return self._declare(SpikeInput, "spike_input", name, int(optional))

    def spike_output(self, name: str, elements=None, *, weighted: bool = False) -> SpikeOutput:
        """`elements`: numbers or an ElementTable of this rank; or call offer() later."""
        port = self._declare(SpikeOutput, "spike_output", name, int(weighted))
        if elements is not None:
            port.offer(elements)
        return port

    def signal_input(self, name: str, unit: str, *, element: str = "", take: str = "latest",
                     optional: bool = False) -> SignalInput:
        """`take`: "latest", "linear", or "all" samples since the window before."""
        if take not in TAKES:
            raise ValueError(f"take is one of {', '.join(TAKES)}, not {take!r}")
        return self._declare(SignalInput, "signal_input", name, unit.encode(), element.encode(), TAKES[take],
                             int(optional))

    def signal_output(self, name: str, unit: str, elements=None, *, element: str = "neuron", mean: bool = False,
                      direct: bool = False, single: bool = False) -> SignalOutput:
        """`mean`: over the step that led to it; `direct`: follows from the signals read at the same instant."""
        port = self._declare(SignalOutput, "signal_output", name, unit.encode(), element.encode(),
                             mean + 2 * direct + 4 * single)
        if elements is not None:
            port.offer(elements, element)
        return port

    def message_input(self, name: str, *, optional: bool = False) -> MessageInput:
        return self._declare(MessageInput, "message_input", name, int(optional))

    def message_output(self, name: str) -> MessageOutput:
        return self._declare(MessageOutput, "message_output", name)

    def next_window(self) -> Optional[Window]:
        """The next window as soon as lease and plan allow; None after the last. The GIL is free meanwhile."""
        begin, end = c_int64(), c_int64()
        if call("next_window", self._pointer, reference(begin), reference(end)) == END:
            return None
        self.window = Window(begin.value, end.value)
        return self.window

    def windows(self) -> Iterator[Window]:
        """All windows to the end of the run."""
        while (window := self.next_window()) is not None:
            yield window

    def say(self, line: str) -> None:
        """One line of live summary beside the run's progress."""
        call("say", self._pointer, line.encode())

    def leave(self, failure: Optional[str] = None) -> int:
        """After the last window; or at any time with what went wrong. Returns the exit code to end with."""
        if self._pointer is None:
            return 0
        pointer, self._pointer = self._pointer, None
        return raw("leave", pointer, None if failure is None else failure.encode())

    def __enter__(self) -> Module:
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if kind is None:
            if code := self.leave():
                raise SystemExit(code)
            return False
        failure = str(error) if isinstance(error, TuttiError) else f"{kind.__name__}: {error}"
        self.leave(failure)
        return False


def join(folder: Union[str, pathlib.Path, None] = None, name: Optional[str] = None) -> Module:
    """Joins the run that started this program, or the one whose folder is given, as module `name`."""
    return Module(folder, name)
