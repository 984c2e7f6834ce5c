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
"""
from __future__ import annotations

from collections import defaultdict, deque
from typing import Any, Optional

import brian2 as b2
import numpy as np

from .elements import ElementTable
from .module import PS_PER_MS, Module, ticks

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
        self._sent: list[int] = []

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
        self._sent.append(0)

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
        net.run(whole * b2.ms, **options)
        self._exchange()  # the last window is empty: it sends and reads
        self.module.next_window()  # there is none: this module has done its part

    def _exchange(self, *_: Any) -> None:
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
        for k, (port, monitor, first) in enumerate(self._spike_outputs):
            count = monitor.num_spikes
            if window is None or count == self._sent[k]:
                continue
            elements = np.asarray(monitor.i[self._sent[k]:]) + first
            times = np.asarray(monitor.t[self._sent[k]:]) * 1e3
            self._sent[k] = count
            # Brian2 stamps a spike with the beginning of its time step, which belongs to the window before:
            # it is known, and given off, at the step's end
            dt = float(monitor.clock.dt) * 1e3
            port.send(elements, ps=np.clip(ticks(times + dt), window.begin + 1, window.end))

    def __enter__(self) -> Link:
        return self

    def __exit__(self, kind, error, trace) -> bool:
        return self.module.__exit__(kind, error, trace)
