"""How many tokens a GGUF file was trained on: the one number that is wanted of its header before it is loaded.

Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Keys and values stand one after another; those that
are not wanted are stepped over. A file that is none, or is cut, tells nothing: loading it says what is wrong.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_INTEGERS = {4: "<I", 5: "<i", 10: "<Q", 11: "<q"}
_MOST_KEYS = 10_000
_LONGEST = 1 << 30


def trained_context(path: Path) -> int | None:
    """The value of `ARCHITECTURE.context_length`; None where it is not there."""
    try:
        with path.open("rb") as file:
            magic, _, _, count = struct.unpack("<4sIQQ", file.read(24))
            if magic != b"GGUF":
                return None
            for _ in range(min(count, _MOST_KEYS)):
                key = file.read(_length(file))
                (kind,) = struct.unpack("<I", file.read(4))
                if key.endswith(b".context_length") and kind in _INTEGERS:
                    (found,) = struct.unpack(_INTEGERS[kind], file.read(_SIZES[kind]))
                    return int(found) if found > 0 else None
                _step_over(file, kind)
    except (OSError, struct.error, KeyError, ValueError):
        return None
    return None


def _length(file: BinaryIO) -> int:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > _LONGEST:
        raise ValueError("no header has so much")
    return int(length)


def _step_over(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        file.seek(_length(file), 1)
    elif kind == _ARRAY:
        (inner,) = struct.unpack("<I", file.read(4))
        count = _length(file)
        if inner in _SIZES:
            file.seek(count * _SIZES[inner], 1)
        else:
            for _ in range(count):
                _step_over(file, inner)
    else:
        file.seek(_SIZES[kind], 1)
