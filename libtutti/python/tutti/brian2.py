# SPDX-License-Identifier: MIT
"""A Brian2 script as a module of a run, under its own net.run().

    import brian2 as b2
    import tutti.brian2
    ...
    with tutti.brian2.Link() as link:
        link.spikes_out("spikes", cells)
        drive = link.spikes_in("drive", 100)          # a group of 100 sources to make b2.Synapses from
        link.signal_out("v", "mV", cells, "v")
        link.signal_in("i", "nA", cells, "I_ext")
        link.run(net)

Runs in Brian2's runtime mode (prefs.codegen.target "cython" or "numpy"), since its state is read while it runs. One
net.run() does the whole run: at each T = 0, h, 2h ... a network operation exchanges. What arrives in (T, T+h] is given
off by the source group in the time step that covers it.

The run can be saved, and goes on by the same script: run() brings back what the network was (Network.store, Network.restore)
and computes the rest.
"""
from __future__ import annotations

import json
import pathlib
import tempfile
from collections import defaultdict, deque
from typing import Any, Callable, Optional

import brian2 as b2
import numpy as np

from .elements import ElementTable
from .module import PS_PER_MS, CannotKeep, Module, State, ticks

NEVER = 1e30  # [s]


class Link:
    """The coupling of one Brian2 process: declare its ports, then run().

    module  one that has joined already; else it joins the run that started this program
    """

    def __init__(self, module: Optional[Module] = None):
        self.module = module or Module()
        self._objects: list[Any] = []
        self._spike_outputs: list[tuple[Any, Any, int]] = []
        self._spike_inputs: list[tuple[Any, Any, defaultdict]] = []
        self._signal_outputs: list[tuple[Any, Any, str, float]] = []
        self._signal_inputs: list[tuple[Any, Any, str, float]] = []
        self._net: Any = None
        self._also: list[Callable[[State], None]] = []
        self._loaded = self._begun = False
        self.module.keep(self._keep)

    @property
    def stop(self):
        """The run's end, as a Brian2 quantity."""
        return self.module.stop_ms * b2.ms

    # ---- ports ------------------------------------------------------------------------------------

    def spikes_out(self, name: str, group: Any, first: int = 0) -> None:
        """The group's spikes; its neuron k is element first + k."""
        monitor = b2.SpikeMonitor(group, name=f"tutti_{name}_monitor")
        port = self.module.spike_output(name, ElementTable(range(first, first + len(group)), "neuron", populations={
            group.name: (first, len(group))}))
        self._objects.append(monitor)
        self._spike_outputs.append((port, monitor, first))

    def spikes_in(self, name: str, count: int, *, optional: bool = False) -> Any:
        """A group of `count` sources whose neuron k gives off the spikes of element k."""
        sources = b2.NeuronGroup(count, "tnext : second", threshold="t >= tnext - dt/2", reset=f"tnext = {NEVER}*second",
                                 name=f"tutti_{name}_sources")
        sources.tnext = NEVER * b2.second
        self._objects.append(sources)
        self._spike_inputs.append((self.module.spike_input(name, optional=optional), sources, defaultdict(deque)))
        return sources

    def signal_out(self, name: str, unit: str, group: Any, variable: str, first: int = 0) -> None:
        """A state variable of every neuron, in `unit` ("mV", "nA", "nS", "1" ...)."""
        port = self.module.signal_output(name, unit, ElementTable(range(first, first + len(group)), "neuron"),
                                         element="neuron")
        self._signal_outputs.append((port, group, variable, self._size_of(unit, group, variable)))

    def signal_in(self, name: str, unit: str, group: Any, variable: str, *, take: str = "latest",
                  optional: bool = False) -> None:
        """Sets a state variable (or parameter) of every neuron; neuron k takes element k."""
        port = self.module.signal_input(name, unit, take=take, optional=optional)
        self._signal_inputs.append((port, group, variable, self._size_of(unit, group, variable)))

    def _size_of(self, unit: str, group: Any, variable: str) -> float:
        """One `unit` in Brian2's base units, checked against the variable's dimension."""
        if variable not in group.variables:
            raise ValueError(f"{group.name} has no variable {variable}; it has {', '.join(sorted(group.variables))}")
        quantity = 1.0 if unit == "1" else getattr(b2, unit, None)
        if quantity is None:
            raise ValueError(f"Brian2 knows no unit {unit!r}")
        needed = group.variables[variable].dim
        if not b2.have_same_dimensions(quantity, b2.Quantity(1.0, dim=needed)):
            raise ValueError(f"{group.name}.{variable} is measured in {b2.get_unit(needed)}, not in {unit}")
        return float(quantity)

    # ---- checkpoints ------------------------------------------------------------------------------

    def keep(self, visit: Callable[[State], None]) -> None:
        """What the script itself knows beyond Brian2's objects, as Module.keep has it."""
        self._also.append(visit)

    def _keep(self, state: State) -> None:
        part = self._save if state.saving else self._load_network
        part(state, self.module.rank)
        for visit in self._also:
            visit(state)

    def _save(self, state: State, rank: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "network"
            self._net.store("tutti", str(path))
            state.put("brian2.network", rank, path.read_bytes())
        state.put("brian2.waiting", rank, json.dumps([sorted((element, list(times)) for element, times in waiting.items())
                                                      for _, _, waiting in self._spike_inputs]).encode())
        state.put("brian2.ranks", rank, np.array([self.module.ranks], dtype=np.int64))

    def _load_network(self, state: State, rank: int) -> None:
        ranks = int(state.array("brian2.ranks", 0, np.int64)[0])
        if ranks != self.module.ranks:
            raise CannotKeep(f"Brian2's networks belong to the ranks that wrote them: there were {ranks}, here are "
                             f"{self.module.ranks}; resume with `ranks: {ranks}`")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "network"
            path.write_bytes(state.get("brian2.network", rank))
            try:
                self._net.restore("tutti", str(path), restore_random_state=True)
            except (KeyError, ValueError) as e:
                raise CannotKeep(f"the network that was saved is not the one that the script has made: {e}") from e
        for (_, _, waiting), found in zip(self._spike_inputs, json.loads(state.get("brian2.waiting", rank)), strict=True):
            waiting.update({element: deque(times) for element, times in found})
        self._loaded = True

    # ---- the run ----------------------------------------------------------------------------------

    def run(self, net: Optional[Any] = None, **options: Any) -> None:
        """Runs the network to the run's end. Without `net`, everything that is around (as b2.run does)."""
        step = self.module.step_ms * b2.ms
        dt = float(b2.defaultclock.dt) * 1e3
        if abs(round(self.module.step_ms / dt) * dt - self.module.step_ms) > 1e-9:
            raise ValueError(f"the step of {self.module.name}, {self.module.step_ms} ms, is no multiple of Brian2's "
                             f"dt, {dt} ms: windows would end within a time step")
        exchange = b2.NetworkOperation(self._exchange, dt=step, when="start", order=-100, name="tutti_exchange")
        again = b2.NetworkOperation(self._refill, when="end", order=100, name="tutti_refill")
        if net is None:
            net = b2.Network(b2.collect(level=1))
        net.add(self._objects, exchange, again)
        for port, sources, _ in self._spike_inputs:
            port.want(range(len(sources)))
        for port, group, _, _ in self._signal_inputs:
            port.want(range(len(group)))
        # modules of the run make the whole steps that fit before its end
        whole = self.module.stop // self.module.step * self.module.step / PS_PER_MS
        self._net = net
        if self.module.begin:
            self.module.next_window()  # what the network was
            self._begun = True
            if not self._loaded:
                raise RuntimeError(f"{self.module.name} is not in the checkpoint, and Brian2 begins at 0")
        net.run((whole - self.module.begin / PS_PER_MS) * b2.ms, **options)
        self._exchange()  # the last window is empty: it sends and reads
        self.module.next_window()  # there is none: this module has done its part

    def _exchange(self, *_: Any) -> None:
        if self._begun:  # resumed: the window is open
            self._begun, window = False, self.module.window
        else:
            self._send_spikes()
            window = self.module.next_window()
        if window is None:
            return
        for port, group, variable, size in self._signal_outputs:
            port.put(window.begin, np.asarray(getattr(group, variable + "_")[:]) / size)
        for port, group, variable, size in self._signal_inputs:
            if port.connected:
                group.variables[variable].set_value(port.read() * size)
        for port, sources, waiting in self._spike_inputs:
            if port.connected:
                spikes = port.take()
                for time, element in zip(spikes.times, spikes.elements):
                    waiting[int(element)].append(time / PS_PER_MS * 1e-3)
                self._load(sources, waiting)

    def _refill(self) -> None:
        """Sources that gave off a spike in this time step and have more to come."""
        for _, sources, waiting in self._spike_inputs:
            if waiting:
                self._load(sources, waiting)

    @staticmethod
    def _load(sources: Any, waiting: defaultdict) -> None:
        times = sources.variables["tnext"].get_value()
        for element in list(waiting):
            if times[element] < NEVER / 2:
                continue  # the one before is still to come
            times[element] = waiting[element].popleft()
            if not waiting[element]:
                del waiting[element]

    def _send_spikes(self) -> None:
        window = self.module.window
        for port, monitor, first in self._spike_outputs:
            if window is None or not monitor.num_spikes:
                continue
            elements, times = np.asarray(monitor.i[:]) + first, np.asarray(monitor.t[:]) * 1e3
            # Brian2 stamps a spike with the beginning of its time step, which belongs to the window before:
            # it is known, and given off, at the step's end
            dt = float(monitor.clock.dt) * 1e3
            port.send(elements, ps=np.clip(ticks(times + dt), window.begin + 1, window.end))
            monitor.resize(0)  # what was sent is in no checkpoint, and takes no memory in a long run
            monitor.variables["N"].get_value()[:] = 0

    def __enter__(self) -> Link:
        return self

    def __exit__(self, kind, error, trace) -> bool:
        return self.module.__exit__(kind, error, trace)
