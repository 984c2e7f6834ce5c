# SPDX-License-Identifier: MIT
"""Hears spikes to the end of a run."""
import tutti

with tutti.join() as module:
    heard = module.spike_input("heard")
    for _ in module.windows():
        heard.take()
