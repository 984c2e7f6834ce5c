#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""report.py FOLDER [START_MS]: rates, irregularity and synchrony of a run of the microcircuit, by population, as a table.

Rate: of all cells. CV: of the intervals of each cell with three spikes or more, on average. Synchrony: variance over mean of
the spike counts of up to 1000 cells in bins of 3 ms, which is 1 where cells are independent and less where they are regular
(Potjans and Diesmann 2014, figure 6). What comes before START_MS (100 unless said) is left out.
"""
import pathlib
import sys

import h5py
import numpy

# Mean rates of the full network: of the paper's reference implementation, NEST's example Potjans_2014.
PUBLISHED = {"L23E": 0.903, "L23I": 2.965, "L4E": 4.414, "L4I": 5.876, "L5E": 7.569, "L5I": 8.633, "L6E": 1.105, "L6I": 7.829}


def irregularity(nodes, times):
    order = numpy.lexsort((times, nodes))
    cuts = numpy.flatnonzero(numpy.diff(nodes[order])) + 1
    intervals = [numpy.diff(train) for train in numpy.split(times[order], cuts) if len(train) > 2]
    return numpy.mean([gaps.std() / gaps.mean() for gaps in intervals]) if intervals else numpy.nan


def synchrony(nodes, times, start, stop):
    counts = numpy.histogram(times[nodes < 1000], numpy.arange(start, stop, 3.0))[0]
    return counts.var() / counts.mean() if counts.sum() else numpy.nan


def statistics(folder, sizes, start, stop):
    """{population: (rate [Hz], CV, synchrony)}"""
    found = {}
    with h5py.File(pathlib.Path(folder) / "spikes.h5") as file:
        for name, size in sizes.items():
            nodes, times = file[f"spikes/{name}/node_ids"][:], file[f"spikes/{name}/timestamps"][:]
            late = times > start
            nodes, times = nodes[late], times[late]
            found[name] = (1e3 * len(times) / size / (stop - start), irregularity(nodes, times),
                           synchrony(nodes, times, start, stop))
    return found


def read_run(folder):
    """Sizes of populations and the end of the run [ms], from the run file as it was resolved."""
    import yaml
    run = yaml.safe_load((pathlib.Path(folder) / "run.yaml").read_text())
    populations = run["modules"]["cortex"]["model"]["populations"]
    value, unit = str(run["run"]["stop"]).split()
    return {name: entry["number"] for name, entry in populations.items()}, float(value) * {"ms": 1, "s": 1e3}[unit]


def main():
    folder, start = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 100.0
    sizes, stop = read_run(folder)
    print("| population | cells | rate [Hz] | published [Hz] | CV | synchrony |\n|---|---:|---:|---:|---:|---:|")
    for name, (rate, cv, together) in statistics(folder, {n: sizes[n] for n in PUBLISHED}, start, stop).items():
        print(f"| {name} | {sizes[name]} | {rate:.2f} | {PUBLISHED[name]:.2f} | {cv:.2f} | {together:.2f} |")


if __name__ == "__main__":
    main()
