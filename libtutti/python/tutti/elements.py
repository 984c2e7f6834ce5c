# SPDX-License-Identifier: MIT
"""What the elements of a port are: neurons, segments, electrodes, with their properties."""
from __future__ import annotations

from ctypes import c_char_p, c_int, c_uint64
from typing import Iterable, Mapping, Union

import numpy as np

from ._library import POINTER, c_double, c_int64, call, handle, raw, reference


def as_pointer(values: np.ndarray, kind):
    """A C pointer to an array that is kept alive by its caller."""
    return values.ctypes.data_as(POINTER(kind))


def numbers_of(elements: Iterable[int]) -> np.ndarray:
    return np.ascontiguousarray(np.fromiter(elements, dtype=np.uint64) if not isinstance(elements, np.ndarray)
                                else elements, dtype=np.uint64)


class ElementTable:
    """Elements in ascending order, and one value each per column.

    elements     uint64 [n]
    kind         "neuron", "segment", "electrode" ...
    columns      name -> float64 or int64 [n]
    units        name -> unit, for those that have one
    populations  name -> (first, count): node k of the population is element first + k
    """

    def __init__(self, elements: Iterable[int], kind: str = "neuron",
                 columns: Union[Mapping[str, np.ndarray], None] = None,
                 units: Union[Mapping[str, str], None] = None,
                 populations: Union[Mapping[str, tuple[int, int]], None] = None):
        numbers = numbers_of(elements)
        order = np.argsort(numbers, kind="stable")
        self.elements = numbers[order]
        self.kind = kind
        self.columns = {name: np.asarray(values)[order] for name, values in (columns or {}).items()}
        self.units = dict(units or {})
        self.populations = dict(populations or {})

    def __len__(self) -> int:
        return len(self.elements)

    def __repr__(self) -> str:
        return f"<{len(self)} elements of kind {self.kind!r}: {', '.join(self.columns) or 'no columns'}>"

    def __getitem__(self, column: str) -> np.ndarray:
        return self.columns[column]

    def _to_library(self) -> int:
        table = handle("table_new", self.kind.encode(), as_pointer(self.elements, c_uint64), len(self))
        try:
            for name, (first, count) in self.populations.items():
                call("table_population", table, name.encode(), first, count)
            for name, values in self.columns.items():
                if np.issubdtype(values.dtype, np.integer):
                    whole = np.ascontiguousarray(values, dtype=np.int64)
                    call("table_set_integers", table, name.encode(), as_pointer(whole, c_int64), len(whole))
                else:
                    real = np.ascontiguousarray(values, dtype=np.float64)
                    call("table_set_reals", table, name.encode(), self.units.get(name, "").encode(),
                         as_pointer(real, c_double), len(real))
        except Exception:
            raw("table_free", table)
            raise
        return table

    @classmethod
    def _from_library(cls, table: int) -> ElementTable:
        count = raw("table_size", table)
        numbers = np.empty(count, dtype=np.uint64)
        call("table_elements", table, as_pointer(numbers, c_uint64))
        result = cls(numbers, raw("table_kind", table).decode())
        name, unit, integer, first, size = c_char_p(), c_char_p(), c_int(), c_uint64(), c_uint64()
        for k in range(raw("table_populations", table)):
            call("table_get_population", table, k, reference(name), reference(first), reference(size))
            result.populations[name.value.decode()] = (first.value, size.value)
        for k in range(raw("table_columns", table)):
            call("table_column", table, k, reference(name), reference(unit), reference(integer))
            column = name.value.decode()
            get = "table_integers" if integer.value else "table_reals"
            values = raw(get, table, name.value)
            result.columns[column] = np.ctypeslib.as_array(values, (count,)).copy() if count else np.empty(0)
            if unit.value:
                result.units[column] = unit.value.decode()
        return result
