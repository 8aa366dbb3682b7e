"""Texts of one shape out of arrays: a matrix of characters becomes a list of Python strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 65_536


def alphabet_codes(alphabet: str) -> NDArray[Any]:
    """The code points of an alphabet: uint8 where they fit, else uint32."""
    import numpy as np

    codes = [ord(c) for c in alphabet]
    return np.array(codes, dtype=np.uint8 if max(codes) < 128 else "<u4")


def strings(columns: Sequence[NDArray[Any] | str], n: int) -> list[str]:
    """n strings, character j of string i being `columns[j][i]`, or `columns[j]` where that is a character.

    columns: code points as uint8[n] (ASCII) or little-endian uint32[n].
    """
    width = len(columns)
    if not width:
        return [""] * n
    out: list[str] = []
    for start in range(0, n, _BLOCK):
        text = joined(columns, start, min(start + _BLOCK, n))
        out.extend([text[i : i + width] for i in range(0, len(text), width)])
    return out


def joined(columns: Sequence[NDArray[Any] | str], start: int, stop: int) -> str:
    """The strings of `strings` from number `start` to `stop` (excluded), one after another."""
    import numpy as np

    wide = any(ord(c) > 127 if isinstance(c, str) else c.dtype != np.uint8 for c in columns)
    matrix = np.empty((stop - start, len(columns)), dtype="<u4" if wide else np.uint8)
    for j, column in enumerate(columns):
        matrix[:, j] = ord(column) if isinstance(column, str) else column[start:stop]
    return matrix.tobytes().decode("utf-32-le" if wide else "ascii")
