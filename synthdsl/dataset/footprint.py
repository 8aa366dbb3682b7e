"""About how much memory a vector takes, by looking at a few of its values."""

from __future__ import annotations

import sys
from typing import Any

from synthdsl.dataset.vector import Coded, Constant, Records, Vector

_LOOKED_AT = 16
_DEEP = 64
"""The most items of a list, and fields of a record, that are looked at."""


def footprint(vector: Vector) -> float:
    """Bytes. The values of a coded vector are not counted: several share them."""
    if isinstance(vector, Constant):
        return 0
    if isinstance(vector, Coded):
        return vector.codes.nbytes
    if isinstance(vector, Records):
        return sum(map(footprint, vector.fields.values()))
    if not isinstance(vector, list):
        return vector.nbytes
    looked_at = vector[:: max(1, len(vector) // _LOOKED_AT)]
    return 8 * len(vector) + sum(map(_size, looked_at)) * len(vector) / max(1, len(looked_at))


def _size(value: Any) -> float:
    size: float = sys.getsizeof(value)
    if isinstance(value, dict):
        size += sum(map(_size, list(value.values())[:_DEEP]))
    elif isinstance(value, list):
        looked_at = value[:_DEEP]
        size += sum(map(_size, looked_at)) * len(value) / max(1, len(looked_at))
    return size
