"""Rows as CSV by RFC 4180: commas, CRLF, quotes where needed, UTF-8.

Null is an empty cell, empty text is `""`, so that readers which can tell them apart do. Text that a spreadsheet
would take for a formula (it begins with one of = + - @, a tab or a line break) gets an apostrophe in front, as OWASP
advises ("CSV Injection"); numbers and dates are left alone. This changes such texts: JSON lines and Parquet do not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, to_list
from synthdsl.export.cells import Cells, Few, cells
from synthdsl.export.encode_json import SLICE, each, encoded_slice, joined
from synthdsl.export.layout import KeyRef, Layout, ObjectLayout, OrElse, Text
from synthdsl.export.problems import Unwritable
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import Type

if TYPE_CHECKING:
    from synthdsl.dataset.vector import Vector

_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_TO_QUOTE = re.compile(r'[",\r\n]')


class CsvEncoder:
    """Rows of one flat layout as CSV; `types` are the types of its keys."""

    def __init__(self, layout: ObjectLayout, types: Mapping[str, Type]) -> None:
        self._fields = layout.fields
        self._types = types

    def header(self) -> bytes:
        """The first line: the names of the columns."""
        return (",".join(cell(name) for name, _ in self._fields) + "\r\n").encode()

    def encode(self, columns: Mapping[str, Vector], n: int) -> bytes:
        """n rows as lines. Raises Unwritable for a value a cell cannot hold."""
        return b"".join(
            encoded_slice(columns, start, min(start + SLICE, n), self._lines) for start in range(0, n, SLICE)
        )

    def _lines(self, columns: Mapping[str, Vector], n: int) -> bytes:
        # A line of one null would be a blank line, which readers skip; empty text stands for it there.
        null = '""' if len(self._fields) == 1 else ""
        pieces: list[Cells] = []
        for _, layout in self._fields:
            pieces.extend((self._column(layout, columns, n, null), ","))
        pieces[-1] = "\r\n"
        try:
            return joined(pieces, n).encode()
        except UnicodeEncodeError:
            raise self._culprit(columns, n) from None

    def _column(self, layout: Layout, columns: Mapping[str, Vector], n: int, null: str) -> Cells:
        match layout:
            case Text(text):
                return cell(text)
            case KeyRef(key):
                return self._cells(columns[key], key, n, null)
            case OrElse(key, otherwise):
                return self._cells(columns[key], key, n, cell(str(otherwise)) if otherwise else '""')
            case _:
                raise TypeError("a nested layout has no CSV form; the check of outputs refuses it")

    def _cells(self, vector: Vector, key: str, n: int, null: str) -> Cells:
        type_ = self._types[key]
        if not is_text(without_null(type_)):
            return each(cells(vector, type_, n, key), lambda text: null if text == "null" else text.strip('"'))
        if isinstance(vector, Constant):
            return cell(vector.value, null)
        if isinstance(vector, Coded) and len(vector.values) <= n:
            return Few(vector.codes, [cell(v, null) for v in vector.values])
        return [cell(v, null) for v in to_list(vector, n)]

    def _culprit(self, columns: Mapping[str, Vector], n: int) -> Unwritable:
        for key, type_ in self._types.items():
            if is_text(without_null(type_)):
                row = _not_unicode(to_list(columns[key], n))
                if row is not None:
                    reason = "text with half of a surrogate pair, which is no Unicode"
                    return Unwritable(f"The key '{key}' cannot be written: {reason}.", key, row)
        return Unwritable("A text cannot be written: it is no Unicode.", "", None)


def _not_unicode(values: Sequence[Any]) -> int | None:
    for row, value in enumerate(values):
        try:
            (value or "").encode()
        except UnicodeEncodeError:
            return row
    return None


def cell(text: str | None, null: str = "") -> str:
    """The text as a cell: harmless in a spreadsheet, quoted where RFC 4180 asks for it; `null` for None."""
    if text is None:
        return null
    if not text:
        return '""'
    if text[0] in _FORMULA:
        text = "'" + text
    if _TO_QUOTE.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text
