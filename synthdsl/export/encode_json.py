"""Rows as JSON lines, column by column.

The layout is flattened into constant texts and columns of texts; columns with few values take their neighbours into
themselves; the rest is laid side by side in one list and joined once. So a row costs a few dozen nanoseconds a column
and no Python object of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Records
from synthdsl.export.cells import Cells, Few, cells, json_texts
from synthdsl.export.layout import Compact, KeyRef, Layout, ListLayout, ObjectLayout, OptionalItem, OrElse, Text, Turns
from synthdsl.export.problems import Unwritable
from synthdsl.export.rewrite import rewritten, to_turns, without_nulls
from synthdsl.types.relations import without_null
from synthdsl.types.terms import JSON, STR, RecordType, Type

if TYPE_CHECKING:
    from synthdsl.dataset.vector import Vector

SLICE = 16_384
"""Rows encoded at a time, as many as a batch of the engine has. The bytes do not depend on it."""

_FOLD = 256
"""Two columns of few values are joined into one while the product of their numbers stays within this."""


class JsonEncoder:
    """Rows of one layout as JSON lines; `types` are the types of its keys."""

    def __init__(self, layout: ObjectLayout, types: Mapping[str, Type]) -> None:
        self._layout = layout
        self._types = types

    def encode(self, columns: Mapping[str, Vector], n: int) -> bytes:
        """n rows as UTF-8 lines, each ended by a line break. Raises Unwritable for a value JSON cannot hold."""
        return b"".join(
            encoded_slice(columns, start, min(start + SLICE, n), self._lines) for start in range(0, n, SLICE)
        )

    def _lines(self, columns: Mapping[str, Vector], n: int) -> bytes:
        return joined([*self._pieces(self._layout, columns, n), "\n"], n).encode()

    def _pieces(self, layout: Layout, columns: Mapping[str, Vector], n: int) -> list[Cells]:
        match layout:
            case Text(text):
                return [_constant(text)]
            case KeyRef(key):
                return self._value(columns[key], self._types[key], n, key)
            case OrElse(key, otherwise):
                default = _constant(otherwise) if otherwise else ('""' if otherwise == "" else "[]")
                found = cells(columns[key], self._types[key], n, key)
                return [each(found, lambda cell: default if cell == "null" else cell)]
            case Compact(key):
                return [cells(rewritten(columns[key], n, without_nulls), self._types[key], n, key)]
            case Turns(key):
                return [cells(rewritten(columns[key], n, to_turns), JSON, n, key)]
            case ObjectLayout(fields):
                pieces: list[Cells] = []
                for at, (name, inner) in enumerate(fields):
                    pieces.append(f"{',' if at else '{'}{_constant(name)}:")
                    pieces.extend(self._pieces(inner, columns, n))
                return [*pieces, "}"] if fields else ["{}"]
            case ListLayout(items):
                return self._list(items, columns, n)

    def _list(self, items: Sequence[Layout | OptionalItem], columns: Mapping[str, Vector], n: int) -> list[Cells]:
        pieces: list[Cells] = ["["]
        for at, item in enumerate(items):
            if isinstance(item, OptionalItem):
                pieces.append(self._optional(item, columns, n))
            else:
                pieces.extend(self._pieces(item, columns, n))
                pieces.append("," if at < len(items) - 1 else "")
        return [*pieces, "]"]

    def _optional(self, item: OptionalItem, columns: Mapping[str, Vector], n: int) -> Cells:
        """The item and a comma, or nothing where the key is null."""
        around = self._pieces(item.item, {item.key: []}, 0)
        at = next(i for i, piece in enumerate(around) if isinstance(piece, list))
        before = "".join(p for p in around[:at] if isinstance(p, str))
        after = "".join(p for p in around[at + 1 :] if isinstance(p, str)) + ","
        found = cells(columns[item.key], self._types[item.key], n, item.key)
        return each(found, lambda cell: "" if cell == "null" else before + cell + after)

    def _value(self, vector: Vector, type_: Type, n: int, key: str) -> list[Cells]:
        if not isinstance(vector, Records) or not vector.fields:
            return [cells(vector, type_, n, key)]
        record = without_null(type_)
        pieces: list[Cells] = []
        for name, inner in vector.fields.items():
            pieces.append(f"{',' if pieces else '{'}{_constant(name)}:")
            field = record.field(name) if isinstance(record, RecordType) else None
            pieces.extend(self._value(inner, field.type if field else JSON, n, f"{key}.{name}"))
        return [*pieces, "}"]


def _constant(value: Any) -> str:
    return json_texts([value], STR, "")[0]


def each(found: Cells, change: Any) -> Cells:
    """The cells with every text changed by a function of it."""
    if isinstance(found, str):
        return str(change(found))
    if isinstance(found, Few):
        return Few(found.codes, [change(v) for v in found.values])
    return [change(v) for v in found]


def joined(pieces: Sequence[Cells], n: int) -> str:
    """The rows' texts one after another; each row is the texts of its pieces in order."""
    import numpy as np

    parts = folded(pieces)
    head, tail = parts[0], parts[-1]
    if len(parts) == 1 and isinstance(head, str):
        return head * n
    wrapped = isinstance(head, str) and isinstance(tail, str) and n > 0
    if isinstance(head, str) and isinstance(tail, str):
        # The end of a row and the beginning of the next are one piece.
        parts = [*parts[1:-1], tail + head]
    side_by_side: list[str] = [""] * (n * len(parts))
    for at, part in enumerate(parts):
        if isinstance(part, Few):
            values = np.array(part.values, dtype=object)
            side_by_side[at :: len(parts)] = values[part.codes].tolist()
        else:
            side_by_side[at :: len(parts)] = [part] * n if isinstance(part, str) else part
    if wrapped:
        side_by_side[0] = f"{head}{side_by_side[0]}"
        side_by_side[-1] = str(tail)
    return "".join(side_by_side)


def folded(pieces: Sequence[Cells]) -> list[Cells]:
    """The same rows in fewer pieces: constants joined, and taken into a neighbour of few values."""
    out: list[Cells] = []
    for piece in pieces:
        if isinstance(piece, str) and not piece:
            continue
        last = out[-1] if out else None
        if isinstance(piece, str) and isinstance(last, str):
            out[-1] = last + piece
        elif isinstance(piece, str) and isinstance(last, Few):
            out[-1] = Few(last.codes, [v + piece for v in last.values])
        elif isinstance(piece, Few) and isinstance(last, str):
            out[-1] = Few(piece.codes, [last + v for v in piece.values])
            _join_last_two(out)
        else:
            out.append(piece)
            _join_last_two(out)
    return out or [""]


def _join_last_two(out: list[Cells]) -> None:
    import numpy as np

    if len(out) < 2:
        return
    left, right = out[-2], out[-1]
    if not isinstance(left, Few) or not isinstance(right, Few) or len(left.values) * len(right.values) > _FOLD:
        return
    codes = left.codes.astype(np.intp) * len(right.values) + right.codes
    out[-2:] = [Few(codes, [a + b for a in left.values for b in right.values])]


def encoded_slice(columns: Mapping[str, Vector], start: int, stop: int, encode: Any) -> bytes:
    """`encode(columns, n)` for the rows `start` to `stop`; a failure names its row of the whole batch."""
    try:
        done = encode({name: rows(vector, start, stop) for name, vector in columns.items()}, stop - start)
    except Unwritable as error:
        if error.row is None:
            raise
        raise Unwritable(error.message, error.key, error.row + start) from error
    assert isinstance(done, bytes)
    return done


def rows(vector: Vector, start: int, stop: int) -> Vector:
    """The rows `start` (included) to `stop` (excluded) of a vector."""
    if isinstance(vector, Constant):
        return vector
    if isinstance(vector, Coded):
        return Coded(vector.codes[start:stop], vector.values)
    if isinstance(vector, Records):
        return Records({name: rows(v, start, stop) for name, v in vector.fields.items()})
    return vector[start:stop]
