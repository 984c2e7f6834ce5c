# SPDX-License-Identifier: MIT
"""Checks a recording with h5py: read_with_h5py.py spikes|report|probe|live FILE.

The values are those of recordings.hpp. Any difference is an AssertionError, so exit code 1.
"""
import sys

import h5py
import numpy as np


def is_type(dataset, expected):
    assert dataset.dtype == np.dtype(expected), (dataset.name, dataset.dtype)


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def root(file):
    assert file.attrs["magic"] == 0x0A7A and file.attrs["magic"].dtype == np.uint32
    assert list(file.attrs["version"]) == [0, 1] and file.attrs["version"].dtype == np.uint32


def train(n):
    pair = np.arange(n) // 2
    return (pair + 1) * 100_000_000, 10 + pair % 7 + np.arange(n) % 2


def population(file, name, ticks, nodes):
    group = file["spikes"][name]
    sorting = group.attrs.get_id("sorting")
    assert h5py.check_enum_dtype(sorting.dtype) == {"none": 0, "by_id": 1, "by_time": 2}
    assert group.attrs["sorting"] == 2
    is_type(group["timestamps"], "<f8")
    is_type(group["node_ids"], "<u8")
    assert text(group["timestamps"].attrs["units"]) == "ms"
    np.testing.assert_array_equal(group["timestamps"][:], ticks / 1e9)
    np.testing.assert_array_equal(group["node_ids"][:], nodes)
    order = np.lexsort((group["node_ids"][:], group["timestamps"][:]))
    assert (order == np.arange(len(order))).all()


def both_populations(file, n):
    ticks, elements = train(n)
    population(file, "exc", ticks[elements < 15], elements[elements < 15] - 10)
    population(file, "inh", ticks[elements >= 15], elements[elements >= 15] - 15)
    exact = file["tutti/ports/cortex.spikes/exact"]
    is_type(exact["ticks"], "<i8")
    np.testing.assert_array_equal(exact["ticks"][:], ticks)
    np.testing.assert_array_equal(exact["elements"][:], elements)
    np.testing.assert_array_equal(exact["weights"][:], 0.5 + np.arange(n))


def spikes(file):
    root(file)
    assert sorted(file["spikes"]) == ["exc", "inh", "silent_exc", "silent_inh"]
    both_populations(file, 1000)
    for name in ("silent_exc", "silent_inh"):
        population(file, name, np.empty(0), np.empty(0))
    assert file["tutti/state"][0] == 1
    assert file["tutti/recorded_until"][0] == 500 * 100_000_000
    port = file["tutti/ports/cortex.spikes"]
    assert text(port.attrs["kind"]) == "spikes" and text(port.attrs["element"]) == "neuron"
    assert list(port["elements/ids"]) == list(range(10, 18))
    assert port["elements/populations/inh"].attrs["first"] == 15
    assert text(port["elements/columns/x"].attrs["units"]) == "um"


def samples(n, width):
    k, i = np.meshgrid(np.arange(n), np.arange(width), indexing="ij")
    return -65 + np.sin(0.1 * k + i)


def mapping(group, dt, n):
    time = group["time"]
    is_type(time, "<f8")
    np.testing.assert_array_equal(time[:], [0, n * dt, dt])
    assert text(time.attrs["units"]) == "ms"
    is_type(group["node_ids"], "<u8")
    assert group["node_ids"].attrs["sorted"] == 1
    assert group["node_ids"].attrs["sorted"].dtype == np.uint8
    is_type(group["index_pointers"], "<u8")
    assert len(group["index_pointers"]) == len(group["node_ids"]) + 1
    assert group["index_pointers"] == group["index_pointer"]  # the same object under two names
    is_type(group["element_ids"], "<u4")
    is_type(group["element_pos"], "<f4")


def data(dataset, expected, unit):
    is_type(dataset, "<f4")
    assert text(dataset.attrs["units"]) == unit
    assert dataset.chunks is not None
    # float32 has 24 bits: half a unit in the last place of 64 to 128 is 3.8e-6.
    np.testing.assert_allclose(dataset[:], expected, rtol=0, atol=4e-6)


def report(file):
    root(file)
    group = file["report/exc"]
    mapping(group["mapping"], 0.1, 1500)
    assert list(group["mapping/node_ids"]) == [0, 1]
    assert list(group["mapping/index_pointers"]) == [0, 3, 6]
    assert list(group["mapping/element_ids"]) == [0, 1, 1, 2, 3, 3]
    np.testing.assert_array_equal(group["mapping/element_pos"], [0.5, 0.375, 0.875, 0.5, 0.25, 0.75])
    data(group["data"], samples(1500, 6), "mV")
    assert group["data"].chunks[0] == 1024
    assert "data" not in file


def probe(file):
    root(file)
    group = file["report/probe"]
    mapping(group["mapping"], 0.5, 1500)
    assert list(group["mapping/node_ids"]) == [0]
    assert list(group["mapping/element_ids"]) == [7, 8, 9]
    data(group["data"], samples(1500, 3), "mV")
    data(file["data"], samples(1500, 3).T, "mV")
    assert list(file["channel_id"]) == [7, 8, 9]
    np.testing.assert_array_equal(file["time"][:], [0, 750, 0.5])
    assert text(file["time"].attrs["units"]) == "ms"


def live(file):
    both_populations(file, 1000)
    assert file["tutti/state"][0] == 0


if __name__ == "__main__":
    check, path = sys.argv[1:]
    with h5py.File(path, "r", libver="latest", swmr=check == "live") as opened:
        {"spikes": spikes, "report": report, "probe": probe, "live": live}[check](opened)
