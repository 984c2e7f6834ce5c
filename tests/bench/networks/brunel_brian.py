#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""brunel_brian.py CELLS FRACTION MS: the network of brunel.cpp in Brian2, C++ standalone, one thread. Prints
events and seconds of CPU of the run itself (from the generated program, building apart)."""
import os
import resource
import subprocess
import sys
import tempfile

import numpy as np
from brian2 import (Hz, Network, NeuronGroup, PoissonInput, SpikeMonitor, Synapses, defaultclock, device, ms, mV, seed,
                    set_device)

CELLS, FRACTION, MS = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
folder = tempfile.mkdtemp()
set_device("cpp_standalone", build_on_run=False, directory=folder)
seed(1)
defaultclock.dt = 0.1 * ms
exc = CELLS * 4 // 5
cells = NeuronGroup(CELLS, "dv/dt = -v / (20*ms) : volt (unless refractory)", threshold="v >= 20*mV",
                    reset="v = 0*mV", refractory=2 * ms, method="exact")
draw = np.random.default_rng(1)
parts = []
for first, number, weight in ((0, exc, 0.1), (exc, CELLS - exc, -0.5)):
    degree = int(FRACTION * number)
    part = Synapses(cells, cells, on_pre=f"v_post += {weight}*mV", delay=1.5 * ms)
    part.connect(i=first + draw.integers(0, number, CELLS * degree), j=np.repeat(np.arange(CELLS), degree))
    parts.append(part)
outside = PoissonInput(cells, "v", 1000, 20 * Hz, weight=0.1 * mV)
spikes = SpikeMonitor(cells, record=False)
Network(cells, *parts, outside, spikes).run(MS * ms)  # what lies in a list is not found by run()
device.build(run=False, compile=True, directory=folder)
before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
subprocess.run(["./main"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
total = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
device.has_been_run = True
count, = (name for name in os.listdir(f"{folder}/results") if "spikemonitor_N" in name)
fired = int(np.fromfile(f"{folder}/results/{count}", dtype=np.int32)[0])
with open(f"{folder}/results/last_run_info.txt") as info:
    seconds = float(info.read().split()[0])  # of the loop alone; wall, equal to CPU on an idle core
events = fired * (int(FRACTION * exc) + int(FRACTION * (CELLS - exc))) + CELLS * 20 * MS
print(events, min(seconds, total), total, fired)
