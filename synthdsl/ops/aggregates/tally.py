"""Values of a vector with their numbers, and hashes of values which are the same in every process."""

from __future__ import annotations

import datetime
import hashlib
import struct
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import mix64
from synthdsl.dataset.address import mix
from synthdsl.dataset.vector import Coded, Constant, Vector, to_list

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

_EPOCH = datetime.date(1970, 1, 1).toordinal()
_START = datetime.datetime(1970, 1, 1)
_MICROSECOND = datetime.timedelta(microseconds=1)
_EXACT = 2**53

# One family of hashes a kind of value; whole floats are the integers they equal.
_SALTS = {"b": 0xB1, "i": 0x17, "f": 0xF7, "D": 0xDA, "M": 0x3E, "m": 0xDE}


def tally(n: int, vector: Vector) -> list[tuple[Any, int]]:
    """The values of n rows with the number of rows of each; equal values may come more than once, in any order."""
    if isinstance(vector, Constant):
        return [(vector.value, n)] if n else []
    if isinstance(vector, Coded):
        import numpy as np

        counts = np.bincount(vector.codes, minlength=len(vector.values))
        return [(vector.values[i], int(counts[i])) for i in np.flatnonzero(counts).tolist()]
    values = to_list(vector, n)
    if {type(v) for v in values} <= {str}:
        counted: dict[Any, int] = {}
        for value in values:
            counted[value] = counted.get(value, 0) + 1
        return list(counted.items())
    return [(value, 1) for value in values]


def occurring(vector: Vector) -> Vector:
    """The vector itself, or of a coded one the values that occur in it."""
    import numpy as np

    if not isinstance(vector, Coded):
        return vector
    return [vector.values[i] for i in np.unique(vector.codes).tolist()]


def hashes(n: int, vector: Vector) -> Hashes:
    """The 64-bit hashes of the values that occur in n rows, in any order, with or without doubles."""
    import numpy as np

    found = occurring(vector)
    if isinstance(found, Constant):
        found = [found.value] if n else []
    if isinstance(found, np.ndarray):
        return _array_hashes(found)
    values: Sequence[Any] = to_list(found, n)
    if {type(v) for v in values} <= {str}:
        values = list(dict.fromkeys(values))
    return np.fromiter(map(hash_of, values), dtype=np.uint64, count=len(values))


def row_hashes(n: int, vector: Vector) -> Hashes:
    """The 64-bit hash of the value of each of n rows."""
    import numpy as np

    if isinstance(vector, np.ndarray):
        return _array_hashes(vector)
    if isinstance(vector, Coded):
        return row_hashes(len(vector.values), list(vector.values))[vector.codes]
    return np.fromiter(map(hash_of, to_list(vector, n)), dtype=np.uint64, count=n)


def _array_hashes(array: NDArray[Any]) -> Hashes:
    import numpy as np

    kind: str = array.dtype.kind
    if kind == "f":
        whole = (np.abs(array) <= _EXACT) & (np.floor(array) == array)
        as_int = np.where(whole, array, 0).astype(np.int64).view(np.uint64)
        return np.where(whole, _salted(as_int, "i"), _salted(np.ascontiguousarray(array).view(np.uint64), "f"))
    if array.dtype == "datetime64[D]":
        kind = "D"
    elif kind in "mM":
        array = array.astype(f"{'datetime' if kind == 'M' else 'timedelta'}64[us]")
    return _salted(np.ascontiguousarray(array.astype(np.int64)).view(np.uint64), kind)


def _salted(bits: Hashes, kind: str) -> Hashes:
    import numpy as np

    return mix(bits ^ np.uint64(mix64(_SALTS[kind])))


def hash_of(value: Any) -> int:
    """The 64-bit hash of one value; equal to the one its array form has."""
    if isinstance(value, str):
        return _digest(b"s" + value.encode("utf-8", "surrogatepass"))
    if isinstance(value, bool):
        return _one(int(value), "b")
    if isinstance(value, int):
        return _one(value, "i") if -(2**63) <= value < 2**63 else _digest(b"i" + str(value).encode())
    if isinstance(value, float):
        if abs(value) <= _EXACT and value == int(value):
            return _one(int(value), "i")
        return _one(struct.unpack("<q", struct.pack("<d", value))[0], "f")
    if isinstance(value, datetime.datetime):
        return _one((value - _START) // _MICROSECOND, "M")
    if isinstance(value, datetime.date):
        return _one(value.toordinal() - _EPOCH, "D")
    if isinstance(value, datetime.timedelta):
        return _one(value // _MICROSECOND, "m")
    if isinstance(value, list):
        return _digest(b"l" + _packed(value))
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: str(pair[0]))
        return _digest(b"d" + _packed([part for pair in pairs for part in pair]))
    return _digest(b"n" + repr(value).encode())


def _packed(values: Iterable[Any]) -> bytes:
    return b"".join(hash_of(v).to_bytes(8, "little") for v in values)


def _one(bits: int, kind: str) -> int:
    return mix64((bits & 0xFFFF_FFFF_FFFF_FFFF) ^ mix64(_SALTS[kind]))


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


class HashSet:
    """How many different hashes were seen: 8 bytes for each, sorted and without doubles from time to time."""

    __slots__ = ("_kept", "_new", "_waiting")

    _LIMIT = 1 << 18

    def __init__(self) -> None:
        self._kept: Any = None
        self._new: list[Hashes] = []
        self._waiting = 0

    def add(self, found: Hashes) -> None:
        """Take in some hashes."""
        self._new.append(found)
        self._waiting += len(found)
        if self._waiting > max(self._LIMIT, 0 if self._kept is None else len(self._kept)):
            self._compact()

    def join(self, other: HashSet) -> None:
        """Take in what another set has seen."""
        for found in other._new if other._kept is None else [other._kept, *other._new]:
            self.add(found)

    def __len__(self) -> int:
        self._compact()
        return 0 if self._kept is None else len(self._kept)

    def _compact(self) -> None:
        import numpy as np

        if self._new:
            self._kept = np.unique(np.concatenate(self._new if self._kept is None else [self._kept, *self._new]))
            self._new, self._waiting = [], 0
