# SPDX-License-Identifier: MIT
"""libtutti.so through ctypes: what tutti.h declares, and its errors as exceptions."""
from __future__ import annotations

import ctypes
import os
import pathlib
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p

END = -1
FAULTS = {1: "usage", 2: "config", 3: "protocol", 4: "io", 5: "model", 6: "peer", 7: "deadline", 8: "lost",
          9: "interrupted"}


class TuttiError(RuntimeError):
    """What the run, its model or another process did wrong; `fault` says which (tutti.h)."""

    def __init__(self, fault: int, text: str):
        super().__init__(text)
        self.fault = FAULTS.get(fault, "model")


def _load() -> ctypes.CDLL:
    given = os.environ.get("TUTTI_LIBRARY")
    here = pathlib.Path(__file__).absolute()  # not resolved: a build links the package to its sources
    places = [pathlib.Path(given)] if given else [folder / "libtutti.so" for folder in here.parents[2:5]]
    for place in places:
        if place.exists():
            return ctypes.CDLL(str(place), mode=ctypes.RTLD_GLOBAL)
    raise ImportError(f"libtutti.so is in none of {', '.join(str(p.parent) for p in places)}; "
                      "set TUTTI_LIBRARY to its path")


_lib = _load()

_numbers, _ticks, _reals = POINTER(c_uint64), POINTER(c_int64), POINTER(c_double)


class BatchView(ctypes.Structure):
    """tutti_batch_view"""
    _fields_ = [("sequence", c_uint64), ("lost", c_uint64), ("begin", c_int64), ("end", c_int64), ("count", c_size_t),
                ("times", _ticks), ("elements", _numbers), ("values", _reals), ("width", c_size_t)]


KEEPER = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)  # of tutti_keep

_SIGNATURES = {  # name: (result, arguments), as in tutti.h
    "abi": (c_int, []),
    "version": (c_char_p, []),
    "error": (c_char_p, []),
    "join": (c_int, [c_char_p, c_char_p, POINTER(c_void_p)]),
    "leave": (c_int, [c_void_p, c_char_p]),
    "name": (c_char_p, [c_void_p]),
    "model": (c_char_p, [c_void_p]),
    "folder": (c_char_p, [c_void_p]),
    "step": (c_int64, [c_void_p]),
    "stop": (c_int64, [c_void_p]),
    "seed": (c_uint64, [c_void_p]),
    "rank": (c_int, [c_void_p]),
    "ranks": (c_int, [c_void_p]),
    "begin": (c_int64, [c_void_p]),
    "keep": (c_int, [c_void_p, KEEPER, c_void_p]),
    "state_saving": (c_int, [c_void_p]),
    "state_put": (c_int, [c_void_p, c_char_p, c_uint64, c_char_p, c_size_t]),
    "state_get": (c_int, [c_void_p, c_char_p, c_uint64, POINTER(c_void_p), POINTER(c_size_t)]),
    "state_fail": (None, [c_void_p, c_char_p]),
    "next_window": (c_int, [c_void_p, _ticks, _ticks]),
    "say": (c_int, [c_void_p, c_char_p]),
    "spike_input": (c_void_p, [c_void_p, c_char_p, c_int]),
    "spike_output": (c_void_p, [c_void_p, c_char_p, c_int]),
    "signal_input": (c_void_p, [c_void_p, c_char_p, c_char_p, c_char_p, c_int, c_int]),
    "signal_output": (c_void_p, [c_void_p, c_char_p, c_char_p, c_char_p, c_int]),
    "message_input": (c_void_p, [c_void_p, c_char_p, c_int]),
    "message_output": (c_void_p, [c_void_p, c_char_p]),
    "connected": (c_int, [c_void_p]),
    "table_new": (c_void_p, [c_char_p, _numbers, c_size_t]),
    "table_free": (None, [c_void_p]),
    "table_population": (c_int, [c_void_p, c_char_p, c_uint64, c_uint64]),
    "table_set_reals": (c_int, [c_void_p, c_char_p, c_char_p, _reals, c_size_t]),
    "table_set_integers": (c_int, [c_void_p, c_char_p, _ticks, c_size_t]),
    "table_kind": (c_char_p, [c_void_p]),
    "table_size": (c_size_t, [c_void_p]),
    "table_elements": (c_int, [c_void_p, _numbers]),
    "table_populations": (c_size_t, [c_void_p]),
    "table_get_population": (c_int, [c_void_p, c_size_t, POINTER(c_char_p), _numbers, _numbers]),
    "table_columns": (c_size_t, [c_void_p]),
    "table_column": (c_int, [c_void_p, c_size_t, POINTER(c_char_p), POINTER(c_char_p), POINTER(c_int)]),
    "table_reals": (_reals, [c_void_p, c_char_p]),
    "table_integers": (_ticks, [c_void_p, c_char_p]),
    "offer": (c_int, [c_void_p, c_void_p]),
    "elements": (c_void_p, [c_void_p]),
    "want": (c_int, [c_void_p, _numbers, c_size_t]),
    "take_spikes": (c_int, [c_void_p, POINTER(_ticks), POINTER(_numbers), POINTER(_reals), POINTER(c_size_t)]),
    "send_spikes": (c_int, [c_void_p, _numbers, _ticks, _reals, c_size_t]),
    "read": (c_int, [c_void_p, POINTER(_reals), POINTER(c_size_t)]),
    "samples": (c_int, [c_void_p, POINTER(c_size_t)]),
    "sample": (c_int, [c_void_p, c_size_t, _ticks, POINTER(_reals), _numbers, POINTER(c_size_t)]),
    "put": (c_int, [c_void_p, c_int64, _reals, c_size_t]),
    "take_messages": (c_int, [c_void_p, POINTER(c_size_t)]),
    "message": (c_int, [c_void_p, c_size_t, _ticks, POINTER(c_char_p), POINTER(c_uint32), POINTER(c_char_p),
                        POINTER(c_void_p), POINTER(c_size_t)]),
    "look": (c_int, [c_char_p, c_char_p, POINTER(c_void_p)]),
    "look_away": (None, [c_void_p]),
    "ports": (c_int, [c_void_p, POINTER(c_char_p)]),
    "tap": (c_int, [c_void_p, c_uint32, c_char_p, _numbers, c_size_t, c_int64, c_int, c_int64]),
    "untap": (c_int, [c_void_p, c_uint32]),
    "poll": (c_int, [c_void_p, c_int, POINTER(c_int), POINTER(c_uint32)]),
    "text": (c_char_p, [c_void_p]),
    "stream": (c_void_p, [c_void_p, POINTER(c_char_p), POINTER(c_int), _ticks]),
    "batch": (None, [c_void_p, POINTER(BatchView)]),
    "steer": (c_int, [c_void_p, c_char_p, c_int64, c_char_p, _ticks]),
    "give_spikes": (c_int, [c_void_p, c_char_p, _numbers, c_size_t, c_double, _ticks]),
    "give_signal": (c_int, [c_void_p, c_char_p, _numbers, c_size_t, c_double, c_int64, c_int, _ticks]),
    "send_message": (c_int, [c_void_p, c_int64, c_char_p, c_char_p, c_size_t]),
}
for _name, (_result, _arguments) in _SIGNATURES.items():
    _function = getattr(_lib, "tutti_" + _name)
    _function.restype, _function.argtypes = _result, _arguments


def raw(name: str, *arguments):
    """The function itself; the GIL is free while it runs."""
    return getattr(_lib, "tutti_" + name)(*arguments)


def fail(fault: int):
    raise TuttiError(fault, _lib.tutti_error().decode())


def call(name: str, *arguments) -> int:
    """A function that returns TUTTI_OK or a fault, which is raised. Returns TUTTI_OK, or END."""
    result = raw(name, *arguments)
    if result > 0:
        fail(result)
    return result


def handle(name: str, *arguments) -> int:
    """A function that returns a handle, or NULL for a fault."""
    result = raw(name, *arguments)
    if not result:
        fail(1)
    return result


def version() -> str:
    """The release of the library."""
    return _lib.tutti_version().decode()


def reference(variable):
    return byref(variable)
