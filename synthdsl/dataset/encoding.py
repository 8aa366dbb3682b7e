"""Vectors as bytes, for the spill store: private files that this program wrote and alone reads.

A block is one letter for the kind of vector, then its parts:

- `a` an array: its type, then the raw bytes;
- `t` a list of texts and nulls, see `texts.py`;
- `m` a list of other plain values (numbers, booleans, null, lists and records of these), by `marshal` version 4;
- `p` any other list (dates somewhere in it), by `pickle` protocol 5;
- `k` one value for all rows, pickled;
- `c` coded: the block of codes, then the block of values;
- `r` records: for each field its name and its block.

Measured on 16,384 values, writing and reading in ms: texts of 40 characters `t` 1.5 + 1.0, marshal 0.5 + 0.9, which
has to read all rows where one is wanted; records of three fields marshal 1.5 + 3.2, pickle 4.2 + 3.5, JSON 1.0 + 3.0,
which loses dates.
"""

from __future__ import annotations

import marshal
import pickle
import struct
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.texts import decode_texts, encode_texts
from synthdsl.dataset.vector import Coded, Constant, Records

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

_SIZE = struct.Struct("<Q")


def encode(vector: Vector) -> bytes:
    """The block of a vector."""
    if isinstance(vector, list):
        texts = encode_texts(vector)
        if texts is not None:
            return b"t" + texts
        try:
            return b"m" + marshal.dumps(vector, 4)
        except ValueError:
            return b"p" + pickle.dumps(vector, 5)
    if isinstance(vector, Coded):
        return b"c" + _parts(_encode_array(vector.codes), encode(list(vector.values)))
    if isinstance(vector, Constant):
        return b"k" + pickle.dumps(vector.value, 5)
    if isinstance(vector, Records):
        parts = [part for name, v in vector.fields.items() for part in (name.encode(), encode(v))]
        return b"r" + _parts(*parts)
    return _encode_array(vector)


def decode(block: bytes) -> Vector:
    """The vector of a block; arrays are read-only views of it."""
    return _decode(memoryview(block))


def decode_array(block: memoryview) -> NDArray[Any]:
    """The array of an `a` block: a read-only view of it."""
    return _decode_array(block[1:])


def fields(block: memoryview) -> dict[str, tuple[int, int]]:
    """Where in an `r` block each field's block stands: its first byte and its size, by name."""
    found: dict[str, tuple[int, int]] = {}
    at = 1
    name = ""
    for number, part in enumerate(_split(block[1:])):
        at += _SIZE.size
        if number % 2:
            found[name] = (at, len(part))
        name = part.tobytes().decode() if not number % 2 else ""
        at += len(part)
    return found


def _decode(block: memoryview) -> Vector:
    kind, body = block[:1].tobytes(), block[1:]
    if kind == b"a":
        return _decode_array(body)
    if kind in (b"m", b"p", b"t"):
        return _decode_list(block)
    if kind == b"k":
        return Constant(pickle.loads(body))
    if kind == b"c":
        codes, values = _split(body)
        return Coded(_decode_array(codes[1:]), _decode_list(values))
    parts = _split(body)
    return Records({parts[i].tobytes().decode(): _decode(parts[i + 1]) for i in range(0, len(parts), 2)})


def _decode_list(block: memoryview) -> list[Any]:
    if block[:1].tobytes() == b"t":
        return decode_texts(block[1:])
    values: list[Any] = marshal.loads(block[1:]) if block[:1].tobytes() == b"m" else pickle.loads(block[1:])
    return values


def _encode_array(array: NDArray[Any]) -> bytes:
    import numpy as np

    return b"a" + _parts(array.dtype.str.encode(), np.ascontiguousarray(array).tobytes())


def _decode_array(body: memoryview) -> NDArray[Any]:
    import numpy as np

    name, raw = _split(body)
    return np.frombuffer(raw, dtype=np.dtype(name.tobytes().decode()))


def _parts(*parts: bytes) -> bytes:
    """The parts, each preceded by its size."""
    return b"".join([piece for part in parts for piece in (_SIZE.pack(len(part)), part)])


def _split(body: memoryview) -> list[memoryview]:
    """The parts that `_parts` put together."""
    parts: list[memoryview] = []
    at = 0
    while at < len(body):
        (size,) = _SIZE.unpack_from(body, at)
        at += _SIZE.size
        parts.append(body[at : at + size])
        at += size
    return parts
