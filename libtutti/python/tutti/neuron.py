# SPDX-License-Identifier: MIT
"""A NEURON script as a module of a run, under its own h.run() or pc.psolve().

    from neuron import h
    import tutti.neuron
    ...                                           # cells with gids, as for any parallel NEURON model
    with tutti.neuron.Link(h) as link:
        link.spikes_out("spikes", gids)           # of this rank
        link.spikes_in("drive", {0: netcon, 1: [netcon, other]})
        link.signal_out("v", "mV", {gid: soma(0.5)._ref_v})
        link.signal_in("i", "nA", {gid: clamp._ref_amp})
        link.segments_out("i_membrane", "i_membrane_", {gid: sections})   # with geometry, for rxd and lfp
        h.tstop = link.stop_ms
        h.run()

At each T = 0, h, 2h ... an event of NEURON's own queue stops it for an exchange; in between it runs as it would alone,
with its scheme, step and parallel context, so a script whose inputs are not connected spikes exactly as without Tutti.
What arrives in (T, T+h] is delivered through NetCon.event at its time, which fixed-step NEURON rounds to its step as
always.

The run can be saved, and goes on by the same script: finitialize brings back what NEURON was, by its SaveState, and h.run()
or pc.psolve() computes the rest.
"""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional, Sequence, Union

import numpy as np

from . import _neuron_state
from ._segments import segments_of
from .elements import ElementTable
from .module import PS_PER_MS, Module, State, ticks


class Link:
    """The coupling of one NEURON process. Declare its ports, then h.run(); leave the `with` after it.

    h       NEURON's HocObject
    module  one that has joined already; else it joins the run that started this program
    """

    def __init__(self, h: Any, module: Optional[Module] = None):
        self.h = h
        self.module = module or Module()
        self._spike_inputs: list[tuple[Any, dict[int, Sequence[Any]]]] = []
        self._signal_inputs: list[tuple[Any, dict[int, Any]]] = []
        self._signal_outputs: list[tuple[Any, list[Any], np.ndarray]] = []
        self._partial: set[Any] = set()  # inputs that take what there is
        self._output = None
        self._times = self._gids = None
        self._over = self._loaded = self._saved = False
        self._also: list[Callable[[State], None]] = []
        self._failure: Optional[BaseException] = None
        self._started = h.FInitializeHandler(1, self._guarded(self._start))
        self._initialised = h.FInitializeHandler(2, self._guarded(self._go_on))
        self._at_exchange = self._guarded(self._exchange)
        self.module.keep(self._keep)

    @property
    def stop_ms(self) -> float:
        return self.module.stop_ms

    # ---- ports ------------------------------------------------------------------------------------

    def spikes_out(self, name: str, gids: Sequence[int], columns: Optional[Mapping[str, np.ndarray]] = None) -> None:
        """The spikes of these gids of this rank, as elements of the same number."""
        if self._output is not None:
            raise ValueError("a Link has one output of spikes; its elements are the gids")
        pc = self.h.ParallelContext()
        self._times, self._gids = self.h.Vector(), self.h.Vector()
        for gid in gids:
            if not pc.gid_exists(gid):
                raise ValueError(f"gid {gid} is none of this rank's; see pc.set_gid2node and pc.cell")
            pc.spike_record(gid, self._times, self._gids)
        self._output = self.module.spike_output(name, ElementTable(gids, "neuron", columns))

    def spikes_in(self, name: str, netcons: Mapping[int, Union[Any, Sequence[Any]]], *,
                  optional: bool = False) -> None:
        """Spikes of an element arrive at its NetCons, made by h.NetCon(None, synapse); the run file has the delay."""
        lists = {element: list(found) if isinstance(found, (list, tuple)) else [found]
                 for element, found in netcons.items()}
        for element, found in lists.items():
            for netcon in found:
                if netcon.srcgid() >= 0 or netcon.precell() is not None:
                    raise ValueError(f"{name}: a NetCon of element {element} has a source of its own; make it with "
                                     "h.NetCon(None, synapse)")
        port = self.module.spike_input(name, optional=optional)
        self._spike_inputs.append((port, lists))

    def signal_out(self, name: str, unit: str, pointers: Mapping[int, Any], *, element: str = "neuron",
                   mean: bool = False, table: Optional[ElementTable] = None) -> None:
        """What the pointers (`soma(0.5)._ref_v`, `_ref_cai`, `_ref_i_membrane_`) say at each step of the module."""
        order = sorted(pointers)
        port = self.module.signal_output(name, unit, table or ElementTable(order, element), element=element,
                                         mean=mean)
        self._signal_outputs.append((port, [pointers[k] for k in order], np.ones(len(order))))

    def signal_in(self, name: str, unit: str, pointers: Mapping[int, Any], *, take: str = "latest",
                  optional: bool = False) -> None:
        """Writes each element's value to its pointer (`clamp._ref_amp`, `seg._ref_cai`, `seg._ref_e_extracellular`)."""
        port = self.module.signal_input(name, unit, take=take, optional=optional)
        self._signal_inputs.append((port, dict(pointers)))

    def segments_out(self, name: str, variable: str, cells: Mapping[int, Sequence[Any]],
                     per_cell: int = 1000) -> None:
        """A variable of every segment of the cells (gid -> sections), with their geometry: what rxd and lfp need.

        variable  "v" [mV], "i_membrane_" [nA; after cvode.use_fast_imem(1)], a current such as "ina" [given in nA per
                  segment], or a concentration such as "cai" [mM]
        per_cell  segment k of a cell is element gid * per_cell + k
        """
        table, segments = segments_of(self.h, cells, per_cell)
        unit = "mV" if variable == "v" else "nA" if variable.startswith("i") else "mM"
        # NEURON has mA/cm2 of a segment's area [um2]: 1e-2 nA
        density = unit == "nA" and variable != "i_membrane_"
        scales = table["area"] * 1e-2 if density else np.ones(len(table))
        port = self.module.signal_output(name, unit, table, element="segment")
        pointers = [getattr(segment, "_ref_" + variable) for segment in segments]
        self._signal_outputs.append((port, pointers, scales))

    def segments_in(self, name: str, variable: str, unit: str, cells: Mapping[int, Sequence[Any]],
                    per_cell: int = 1000, *, take: str = "latest", optional: bool = False) -> None:
        """Sets a variable of every segment, numbered as in segments_out, that the sources have."""
        table, segments = segments_of(self.h, cells, per_cell)
        pointers = {int(element): getattr(segment, "_ref_" + variable)
                    for element, segment in zip(table.elements, segments)}
        port = self.module.signal_input(name, unit, element="segment", take=take, optional=optional)
        self._signal_inputs.append((port, pointers))
        self._partial.add(port)

    # ---- checkpoints ------------------------------------------------------------------------------

    def keep(self, visit: Callable[[State], None]) -> None:
        """What the script itself knows beyond NEURON, as Module.keep has it: Python's random numbers, for one."""
        self._also.append(visit)

    def _keep(self, state: State) -> None:
        part = _neuron_state.save if state.saving else _neuron_state.load
        part(self.h, state, self.module.rank, self.module.ranks)
        for visit in self._also:
            visit(state)
        self._loaded, self._saved = not state.saving, state.saving

    def _go_on(self) -> None:
        """At the end of finitialize in a run that is resumed: NEURON becomes what it was, and exchanges as it did then."""
        if self.module.begin == 0 or self.module.window is not None:
            return
        if self._output is not None:  # of finitialize
            self._times.resize(0)
            self._gids.resize(0)
        self._exchange()

    # ---- the run ----------------------------------------------------------------------------------

    def _guarded(self, step: Callable[[], None]) -> Callable[[], None]:
        """NEURON makes an error of its own of what a callback throws: the run's last word is to be the cause."""
        def called() -> None:
            try:
                step()
            except BaseException as e:  # noqa: B902
                self._failure = e
                raise
        return called

    def _start(self) -> None:
        """After finitialize, which empties NEURON's queue: the first exchange is an event at 0."""
        if self.module.window is not None:
            raise RuntimeError("finitialize() in the middle of a run: simulated time cannot go back")
        dt = self.h.dt
        if not self.h.cvode_active() and abs(round(self.module.step_ms / dt) * dt - self.module.step_ms) > 1e-9:
            raise ValueError(f"the step of {self.module.name}, {self.module.step_ms} ms, is no multiple of NEURON's "
                             f"dt, {dt} ms: windows would end within a time step")
        if self.module.begin == 0:
            self.h.CVode().event(0, self._at_exchange)

    def _exchange(self) -> None:
        if self.module.window is None:
            for k, (port, targets) in enumerate(self._signal_inputs):
                if port in self._partial and port.connected:
                    there = {int(element) for element in port.elements.elements}
                    self._signal_inputs[k] = port, {e: p for e, p in targets.items() if e in there}
            for port, targets in self._spike_inputs + self._signal_inputs:
                port.want(targets)
        self._send_spikes()
        window = self.module.next_window()
        if window is None:
            return
        if window.begin and window.begin == self.module.begin and not self._loaded:
            raise RuntimeError(f"{self.module.name} is not in the checkpoint, and NEURON begins at 0")
        if self._saved and self.h.cvode_active():
            self.h.CVode().re_init()  # as it will begin when it goes on from here
        self._saved = False
        for port, pointers, scales in self._signal_outputs:
            port.put(window.begin, np.array([pointer[0] for pointer in pointers]) * scales)
        for port, pointers in self._signal_inputs:
            if port.connected:
                for element, value in zip(sorted(pointers), port.read()):
                    pointers[element][0] = value
                if self.h.cvode_active():
                    self.h.CVode().re_init()
        for port, lists in self._spike_inputs:
            if port.connected:
                self._deliver(lists, port.take())
        if window:
            self.h.CVode().event(window.end_ms, self._at_exchange)
        else:
            self._over = True

    def _deliver(self, lists: dict[int, Sequence[Any]], spikes) -> None:
        now = self.h.t
        for time, element in zip(spikes.times_ms, spikes.elements):
            if time < now:
                raise RuntimeError(f"a spike of element {element} for {time} ms came at {now} ms")
            for netcon in lists[int(element)]:
                netcon.event(time)

    def _send_spikes(self) -> None:
        if self._output is None or not self._times.size():
            return
        times, gids = self._times.as_numpy().copy(), self._gids.as_numpy().copy()
        self._times.resize(0)
        self._gids.resize(0)
        if self.module.window is None:
            raise RuntimeError(f"gid {int(gids[0])} spiked at {times[0]} ms, before the first step")
        # fixed-step NEURON adds up dt: what rounding put outside, a hair at first and more as the run goes on, belongs to
        # the window
        ps = np.clip(ticks(times), self.module.window.begin + 1, self.module.window.end)
        if np.abs(ps / PS_PER_MS - times).max() > (1e-6 if self.h.cvode_active() else self.h.dt / 2):
            raise RuntimeError(f"spikes at {times} ms are not of the window {self.module.window}")
        self._output.send(gids, ps=ps)

    def _reach_end(self) -> None:
        """psolve and continuerun count steps, or stop half a step before the end: added up, time may be a hair off there."""
        if self.h.cvode_active():
            self.h.CVode().solve(self.module.window.end_ms)
        elif self.module.window.end_ms > self.h.t + self.h.dt / 2:
            self.h.fadvance()

    def close(self) -> int:
        """After h.run(): the last exchange, if it was not reached, and goodbye."""
        if self.module.window is None:
            return self.module.leave("NEURON never ran: h.run() or pc.psolve() belongs into the with block")
        if not self._over and self.h.t < self.module.window.end_ms < self.h.t + 1.5 * self.h.dt:
            self._reach_end()
        if not self._over:
            if self.h.t + 1e-9 < self.module.window.end_ms:
                return self.module.leave(f"NEURON stopped at {self.h.t} ms, before the run's end at {self.stop_ms} "
                                         "ms; set h.tstop to link.stop_ms")
            self._exchange()
        self.module.next_window()  # there is none: this module has done its part
        return self.module.leave()

    def __enter__(self) -> Link:
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if kind is None:
            if code := self.close():
                raise SystemExit(code)
            return False
        if self._failure is not None and isinstance(error, Exception):
            kind, error = type(self._failure), self._failure
        return self.module.__exit__(kind, error, trace)
