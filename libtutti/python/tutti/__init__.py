# SPDX-License-Identifier: MIT
"""Tutti from Python: take part in a run as one of its modules, or compose, start and read runs.

    import tutti

    with tutti.join() as module:
        out = module.spike_output("spikes", elements=range(10))
        for window in module.windows():
            out.send([3], ms=[window.end_ms])

A program is started by `tutti run` (`python: program.py` in the run file) or by `tutti join`. `tutti.neuron` and
`tutti.brian2` couple a NEURON or Brian2 script with a few lines.
"""
from ._library import TuttiError, version
from .elements import ElementTable
from .module import (CannotKeep, MessageInput, MessageOutput, Module, SignalInput, SignalOutput, SpikeInput, SpikeOutput,
                     State, Window, join)
from .measures import Answer, measure, neo_block, spike_frame
from .observe import Frame, Observer
from .run import CheckError, Run, RunError, RunFolder, start

__all__ = ["Answer", "CannotKeep", "CheckError", "ElementTable", "Frame", "MessageInput", "MessageOutput", "Module", "Observer",
           "Run", "RunError", "RunFolder", "SignalInput", "SignalOutput", "SpikeInput", "SpikeOutput", "State", "TuttiError",
           "Window", "join", "measure", "neo_block", "spike_frame", "start", "version"]
__version__ = version()
