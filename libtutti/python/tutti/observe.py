# SPDX-License-Identifier: MIT
"""Look on at a run that is alive, and steer it; nobody in the run ever waits for this.

    with tutti.Observer("results/column-001") as run:
        for frame in run.tap("cortex.spikes"):
            print(frame.times_ms, frame.elements)

        run.pause()
        run.give_spikes("cortex.thalamic", elements=range(10))
        run.resume()
"""
from __future__ import annotations

import json
import pathlib
import time
from collections import deque
from ctypes import c_char_p, c_int, c_int64, c_uint32, c_uint64, c_void_p
from dataclasses import dataclass
from typing import Any, Iterable, Iterator, Optional

import numpy as np

from ._library import BatchView, TuttiError, call, raw, reference
from .elements import ElementTable, as_pointer, numbers_of
from .module import PS_PER_MS

NOTHING, STREAM, BATCH, STATE, REFUSED, OVER = range(6)
REDUCE = {"latest": 0, "mean": 1, "min_max": 2}


@dataclass(frozen=True)
class Frame:
    """A stretch of a tapped port.

    times     int64 [ps], n
    elements  uint64: of the spikes, n; of a signal, m
    values    float64 [n, m], or [n, m, 2] with reduce="min_max"; None for spikes
    sequence  0, 1, 2 ...: where it jumps, frames were dropped because this observer was slow
    lost      samples or spikes dropped nearer to the source so far
    """
    times: np.ndarray
    elements: np.ndarray
    values: Optional[np.ndarray]
    sequence: int
    lost: int
    begin: int
    end: int

    @property
    def times_ms(self) -> np.ndarray:
        return self.times / PS_PER_MS


class Tap:
    """A tapped port: an iterator of frames that ends with the run. `table` says what its elements are."""

    def __init__(self, observer: Observer, number: int, port: str, reduce: str):
        self._observer, self._number, self.port, self._reduce = observer, number, port, reduce
        self.table: Optional[ElementTable] = None
        self.unit = ""
        self.every_ms = 0.0
        self._frames: deque[Frame] = deque()
        self._refused: Optional[str] = None
        self._spikes = False

    def poll(self, timeout: float = 0.0) -> Optional[Frame]:
        """The next frame, if one comes within `timeout` [s]."""
        until = time.monotonic() + timeout
        while True:
            if self._refused is not None:
                raise TuttiError(1, self._refused)
            if self._frames:
                return self._frames.popleft()
            left = until - time.monotonic()
            if self._observer.over or (left <= 0 and timeout > 0):
                return None
            if not self._observer._poll(max(left, 0.0)) and timeout <= 0:
                return None

    def __iter__(self) -> Iterator[Frame]:
        while True:
            frame = self.poll(0.2)
            if frame is not None:
                yield frame
            elif self._observer.over:
                return

    def close(self) -> None:
        """Asks for no more of it."""
        self._observer._taps.pop(self._number, None)
        call("untap", self._observer._pointer, self._number)


class Observer:
    """Somebody who looks on at a run on this machine.

    folder  the run folder: RunFolder, LiveRun.folder or a path
    """

    def __init__(self, folder: Any, name: str = "python"):
        path = pathlib.Path(getattr(folder, "path", folder))
        pointer = c_void_p()
        call("look", str(path).encode(), name.encode(), reference(pointer))
        self._pointer: Optional[int] = pointer.value
        self._taps: dict[int, Tap] = {}
        self._next = 1
        self._known: Optional[dict[str, Any]] = None
        self.over = False
        self.state: dict[str, Any] = {}

    def ports(self) -> dict[str, Any]:
        """What can be tapped (outputs) and what takes steering (inputs). Waits until the run has begun."""
        if self._known is None:
            text = c_char_p()
            call("ports", self._pointer, reference(text))
            self._known = json.loads(text.value.decode())
        return self._known

    def tap(self, port: str, *, elements: Iterable[int] = (), every_ms: float = 0.0, reduce: str = "latest",
            history_ms: float = 0.0) -> Tap:
        """An output, "cortex.spikes"; of a signal, every sample or one each `every_ms`, reduced as `reduce` says."""
        if reduce not in REDUCE:
            raise ValueError(f"reduce is one of {', '.join(REDUCE)}, not {reduce!r}")
        self.ports()  # nothing can be tapped before the run has begun
        numbers = numbers_of(elements)
        number, self._next = self._next, self._next + 1
        made = self._taps[number] = Tap(self, number, port, reduce)
        call("tap", self._pointer, number, port.encode(), as_pointer(numbers, c_uint64), len(numbers),
             int(round(every_ms * PS_PER_MS)), REDUCE[reduce], int(round(history_ms * PS_PER_MS)))
        return made

    def _poll(self, timeout: float) -> bool:
        """Takes in one thing that the run says; false where none came."""
        what, number = c_int(), c_uint32()
        call("poll", self._pointer, int(1e3 * timeout), reference(what), reference(number))
        tap = self._taps.get(number.value)
        if what.value == BATCH and tap is not None:
            tap._frames.append(self._frame(tap))
        elif what.value == STREAM and tap is not None:
            unit, spikes, every = c_char_p(), c_int(), c_int64()
            table = raw("stream", self._pointer, reference(unit), reference(spikes), reference(every))
            tap.table, tap.unit = ElementTable._from_library(table), unit.value.decode()
            tap.every_ms = every.value / PS_PER_MS
            tap._spikes = bool(spikes.value)
        elif what.value == STATE:
            self.state = json.loads(raw("text", self._pointer).decode())
        elif what.value == REFUSED and tap is not None:
            tap._refused = raw("text", self._pointer).decode()
        elif what.value == OVER:
            self.over = True
        return what.value != NOTHING

    def _frame(self, tap: Tap) -> Frame:
        view = BatchView()
        raw("batch", self._pointer, reference(view))
        n = view.count
        times = np.ctypeslib.as_array(view.times, (n,)).copy() if n else np.empty(0, np.int64)
        values = None
        if tap._spikes:
            elements = np.ctypeslib.as_array(view.elements, (n,)).copy() if n else np.empty(0, np.uint64)
        else:
            elements = tap.table.elements if tap.table is not None else np.empty(0, np.uint64)
            if view.values and n:
                values = np.ctypeslib.as_array(view.values, (n * view.width,)).copy()
                values = values.reshape((n, -1, 2) if tap._reduce == "min_max" else (n, -1))
        return Frame(times, elements, values, view.sequence, view.lost, view.begin, view.end)

    # ---- steering: each says at which simulated time [ms] it takes effect --------------------------

    def _steer(self, verb: str, by_ms: float = 0.0, text: str = "") -> float:
        at = c_int64()
        call("steer", self._pointer, verb.encode(), int(round(by_ms * PS_PER_MS)), text.encode(), reference(at))
        return at.value / PS_PER_MS

    def pause(self) -> float:
        return self._steer("pause")

    def resume(self) -> float:
        return self._steer("resume")

    def step(self, by_ms: float) -> float:
        """Goes on for a while, then pauses."""
        return self._steer("step", by_ms)

    def stop(self, reason: str = "") -> float:
        return self._steer("stop", text=reason)

    def mark(self, text: str) -> float:
        """A note in the run's log of steering."""
        return self._steer("mark", text=text)

    def give_spikes(self, port: str, elements: Iterable[int] = (), weight: float = 1.0) -> float:
        """One spike to each element of an input port; to all where none is named."""
        numbers, at = numbers_of(elements), c_int64()
        call("give_spikes", self._pointer, port.encode(), as_pointer(numbers, c_uint64), len(numbers), float(weight),
             reference(at))
        return at.value / PS_PER_MS

    def give_signal(self, port: str, value: float, elements: Iterable[int] = (), *, duration_ms: float = 0.0,
                    add: bool = True) -> float:
        """A value in the port's unit, on top of what the sources say or in its place, for a while or for good."""
        numbers, at = numbers_of(elements), c_int64()
        call("give_signal", self._pointer, port.encode(), as_pointer(numbers, c_uint64), len(numbers), float(value),
             int(round(duration_ms * PS_PER_MS)), int(add), reference(at))
        return at.value / PS_PER_MS

    def close(self) -> None:
        if self._pointer is not None:
            raw("look_away", self._pointer)
            self._pointer = None

    def __enter__(self) -> Observer:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
