"""Lists of texts and nulls as bytes, laid out so that some texts are read without the others.

A block holds how many rows and nulls, bytes a character, and characters between two texts; where each text begins;
where the nulls are; then the characters at a fixed width, the narrowest that holds all. A character that stands in
none of the texts follows each of them, where there is one: the list is then read by one split.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEAD = struct.Struct("<QQQQ")
_CODECS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}

_BETWEEN = "\0"
"""Follows each text where none of them holds it."""

_SHORT = 96
"""Texts of this mean length in bytes are put together by one indexing of bytes, longer ones cut out one by one."""


def encode_texts(values: list[Any]) -> bytes | None:
    """The block of a list of texts and nulls; None where it holds anything else, or too much."""
    import numpy as np

    if not values or not isinstance(values[0] if values[0] is not None else values[-1], str | None):
        return None
    texts, nulls = values, []
    try:
        joined = _BETWEEN.join(texts)
    except TypeError:
        nulls = [i for i, v in enumerate(values) if v is None]
        if not nulls:
            return None
        texts = ["" if v is None else v for v in values]
        try:
            joined = _BETWEEN.join(texts)
        except TypeError:
            return None
    gap = 1
    if joined.count(_BETWEEN) == len(texts) - 1:
        joined += _BETWEEN
    else:
        joined, gap = "".join(texts), 0
    if len(joined) >= 1 << 32:
        return None
    width, raw = _characters(joined)
    starts = np.zeros(len(values) + 1, dtype="<u4")
    starts[1:] = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + gap)
    head = _HEAD.pack(len(values), len(nulls), width, gap)
    return b"".join((head, starts.tobytes(), np.array(nulls, dtype="<u4").tobytes(), raw))


def _characters(text: str) -> tuple[int, bytes]:
    """The narrowest fixed width in bytes that holds every character, and the characters in it."""
    try:
        return 1, text.encode("latin-1")
    except UnicodeEncodeError:
        pass
    try:
        raw = text.encode("utf-16-le")
        if len(raw) == 2 * len(text):
            return 2, raw
    except UnicodeEncodeError:
        # Half a surrogate pair. Two of them side by side would come back as one character from UTF-16.
        pass
    return 4, text.encode("utf-32-le", "surrogatepass")


def decode_texts(body: memoryview) -> list[Any]:
    """The list of a block."""
    texts = _opened(body)
    raw = texts.raw[: -texts.width] if texts.gap else texts.raw
    joined = str(raw, _CODECS[texts.width], "surrogatepass")
    cut = joined.split(_BETWEEN) if texts.gap else [joined[a:b] for a, b in pairwise(texts.starts.tolist())]
    values = cast(list[Any], cut)
    for at in texts.nulls.tolist():
        values[at] = None
    return values


def pick_texts(bodies: Sequence[memoryview], wanted: Sequence[NDArray[Any]]) -> list[Any]:
    """From each block the rows with the numbers `wanted` (integers), one block after another."""
    values: list[Any] = []
    for body, index in zip(bodies, wanted, strict=True):
        values += _picked(_opened(body), index)
    return values


@dataclass(frozen=True, slots=True)
class _Texts:
    """An opened block. starts: the character at which each text begins, and one more. raw: the characters."""

    starts: NDArray[Any]
    nulls: NDArray[Any]
    width: int
    gap: int
    raw: memoryview


def _opened(body: memoryview) -> _Texts:
    import numpy as np

    rows, nulls, width, gap = _HEAD.unpack_from(body)
    starts = np.frombuffer(body, "<u4", rows + 1, _HEAD.size)
    at = _HEAD.size + starts.nbytes
    return _Texts(starts, np.frombuffer(body, "<u4", nulls, at), width, gap, body[at + 4 * nulls :])


def _picked(texts: _Texts, index: NDArray[Any]) -> list[Any]:
    import numpy as np

    starts = texts.starts[index].astype(np.int64) * texts.width
    stops = texts.starts[index + 1].astype(np.int64) * texts.width
    codec = _CODECS[texts.width]
    if texts.gap and len(index) and int((stops - starts).sum()) <= _SHORT * len(index):
        sizes = stops - starts
        ends = np.cumsum(sizes)
        where = np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1])
        raw = np.frombuffer(texts.raw, np.uint8)[where].tobytes()
        values = cast(list[Any], str(raw[: -texts.width], codec, "surrogatepass").split(_BETWEEN))
    else:
        stops -= texts.gap * texts.width
        places = zip(starts.tolist(), stops.tolist(), strict=True)
        values = [str(texts.raw[a:b], codec, "surrogatepass") for a, b in places]
    if len(texts.nulls):
        for at in np.flatnonzero(np.isin(index, texts.nulls)).tolist():
            values[at] = None
    return values
