"""What the samplers of numbers share: parameters as arrays, normal deviates, rejection, inversion.

A value depends on the address and the parameters of its own row alone, so constant parameters and the same ones
row by row give the same values, whatever the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from synthdsl.dataset import portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector, to_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Step = Callable[[Any, tuple[Any, ...], int], Any]
"""From P(X = k - 1), the parameters and k to P(X = k); over floats as well as arrays."""

_WIDE = 2**52

_WORTH_A_TABLE = 64
"""A table is made for parameters which at least one of so many rows shares."""


def floats(vector: Vector, n: int) -> Floats:
    """A numeric parameter as float64[n]."""
    import numpy as np

    return to_array(vector, n).astype(np.float64, copy=False)


def integers(vector: Vector, n: int) -> Ints:
    """An integer parameter as int64[n]."""
    import numpy as np

    return to_array(vector, n).astype(np.int64, copy=False)


def standard_normal(draw: Draw, counter: int = 0) -> Floats:
    """A standard normal deviate a row, by inversion: |z| stays below 8.3."""
    return portable_arrays.normal_ppf(draw.open_uniform(counter))


def evenly_within(draw: Draw, ends: tuple[Ints, Ints], window: tuple[Floats, Floats]) -> tuple[Ints, Floats]:
    """A whole number drawn evenly from what the ends and the window (float64[n]) share, and the share that is."""
    import numpy as np

    first = np.maximum(ends[0], np.clip(window[0], -_WIDE, _WIDE).astype(np.int64))
    last = np.minimum(ends[1], np.clip(window[1], -_WIDE, _WIDE).astype(np.int64))
    size = np.maximum(last - first + 1, 0)
    return first + draw.index(np.maximum(size, 1)), size / (ends[1] - ends[0] + 1).astype(np.float64)


def by_rejection(draw: Draw, propose: Callable[[Draw, Ints, int], tuple[Array, NDArray[np.bool_]]]) -> Array:
    """Proposals until each row has one that is accepted, float64[n].

    `propose(draw, rows, counter)` gives values and acceptance for the rows still open; it may draw with the
    counters `counter` and `counter + 1`.
    """
    import numpy as np

    out = np.empty(draw.n, dtype=np.float64)
    rows = np.arange(draw.n)
    counter = 0
    while len(rows):
        values, accepted = propose(draw if counter == 0 else draw.at(rows), rows, counter)
        out[rows[accepted]] = values[accepted]
        rows = rows[~accepted]
        counter += 2
    return out


def by_inversion(u: Floats, start: Floats, step: Step, parameters: tuple[Array, ...]) -> Ints:
    """The smallest k with u < P(X <= k), int64[n]; `start` is P(X = 0).

    The probabilities are added up in one order whether a table is made for the row's parameters or not, so both ways
    give the same k. They must fall once they have risen: where the sum no longer grows, its k is the last one.
    """
    import numpy as np

    if len(u) and all((p == p[0]).all() for p in (start, *parameters)):
        return _from_table(u, start[0].item(), step, tuple(p[0].item() for p in parameters))
    out = np.empty(len(u), dtype=np.int64)
    rows = np.arange(len(u))
    while len(rows):
        same = start[rows] == start[rows[0]]
        for parameter in parameters:
            same &= parameter[rows] == parameter[rows[0]]
        if int(same.sum()) * _WORTH_A_TABLE < len(rows):
            out[rows] = _in_step(u[rows], start[rows], step, tuple(p[rows] for p in parameters))
            break
        group = rows[same]
        one = tuple(p[rows[0]].item() for p in parameters)
        out[group] = _from_table(u[group], start[rows[0]].item(), step, one)
        rows = rows[~same]
    return out


def _from_table(u: Floats, start: float, step: Step, parameters: tuple[Any, ...]) -> Ints:
    import numpy as np

    mass, table = start, [start]
    for k in count(1):
        mass = step(mass, parameters, k)
        total = table[-1] + mass
        if not total > table[-1]:
            break
        table.append(total)
    return np.minimum(np.searchsorted(table, u, side="right"), len(table) - 1)


def _in_step(u: Floats, start: Floats, step: Step, parameters: tuple[Array, ...]) -> Ints:
    import numpy as np

    out = np.zeros(len(u), dtype=np.int64)
    rows = np.flatnonzero(u >= start)
    mass, u, parameters = start[rows], u[rows], tuple(p[rows] for p in parameters)
    total = mass
    for k in count(1):
        if not len(rows):
            break
        mass = step(mass, parameters, k)
        before, total = total, total + mass
        grown = total > before
        out[rows[grown]] = k
        more = grown & (u >= total)
        if not more.all():
            rows, mass, total, u = rows[more], mass[more], total[more], u[more]
            parameters = tuple(p[more] for p in parameters)
    return out
