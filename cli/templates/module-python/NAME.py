"""NAME: each element counts the spikes that reach it and fires at every n-th. Replace this by what you simulate.

A module is a loop over windows (T, T+h]: put samples at T, read signals at T, take spikes, advance. See
docs/guide/programs.md for signals, messages and tables of elements.
"""
import numpy as np
import tutti

with tutti.join() as module:
    every = module.model["every"]  # from the run file
    drive = module.spike_input("drive")
    spikes = module.spike_output("spikes")

    sources = drive.elements  # waits until the others have told what they have
    count = np.zeros(len(sources), dtype=int)
    spikes.offer(sources.elements)

    fired = 0
    for window in module.windows():
        arrived = drive.take()
        for time, element in zip(arrived.times, arrived.elements):
            k = np.searchsorted(sources.elements, element)
            count[k] += 1
            if count[k] % every == 0:
                spikes.send([element], ps=[time])
                fired += 1
        module.say(f"{fired} spikes so far")
