"""Files of rows with separated fields: csv and tsv.

Quotes as in RFC 4180, strictly: a quote that is never closed, or text after a closing one, is an error and not a guess.
Blank lines are skipped. Blocks of text without quotes are split by the separator at once, several times as fast as the
`csv` module, which takes over for the rest of the file where the first quote shows up.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any

from synthdsl.sources.contract import PREFIX_BYTES, PREFIX_ROWS, Block, Request
from synthdsl.sources.places import Place
from synthdsl.sources.streams import Guard, is_encoding, open_text
from synthdsl.sources.suffixes import Finding
from synthdsl.types.terms import RecordType

FIELD_LIMIT = 10 << 20
"""The most characters in one field."""

_BLOCK_CHARS = 1 << 18
_BLOCK_ROWS = 2_048

Cells = Sequence[Sequence[str]]
"""Some rows, as one sequence of cells a column."""


def check_delimited(arguments: dict[str, Any]) -> Iterator[Finding]:
    """What is wrong with the arguments of csv and tsv: E0309."""
    delimiter, encoding = arguments["delimiter"], arguments["encoding"]
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        yield "E0309", "The delimiter is one character, and no quote or line break.", ('As in delimiter=";".',)
    if not is_encoding(encoding):
        yield "E0309", f"There is no text encoding '{encoding}'.", ("As in utf-8, utf-16, latin-1, cp1252.",)


class DelimitedInput:
    """An opened csv or tsv file; see `Input`.

    names: from the header, blanks around them left out; without a header those declared, or `column_1` and so on.
    A name that the header holds twice is an error only where it is wanted. Columns without a name are left out.
    """

    def __init__(self, place: Place, request: Request) -> None:
        self.file = place
        self.request = request
        self.encoding: str = request.arguments["encoding"]
        self.header: bool = request.arguments["header"]
        self._dialect: dict[str, Any] = {
            "delimiter": request.arguments["delimiter"],
            "quoting": csv.QUOTE_MINIMAL if request.arguments["quotes"] else csv.QUOTE_NONE,
            "strict": True,
        }
        # The limit is the process's; it is only ever raised, so that two readers do not disturb each other.
        csv.field_size_limit(max(csv.field_size_limit(), FIELD_LIMIT))
        first = next(self._rows(), None)
        if first is None:
            raise request.error("E0607", f"'{place.shown}' is empty.")
        self.width = len(first[1])
        self.names = self._header_names(first[1]) if self.header else self._given_names()

    def inferred(self) -> RecordType | None:
        """Nothing: cells have no types."""
        return None

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The rows as text cells."""
        position = {name: i for i, name in enumerate(self.names) if name}
        wanted = {name: position[name] for name in (position if names is None else names)}
        seen = 0
        with open_text(self.file, self.encoding, self.request) as (stream, guard):
            for cells in self._cells(stream, guard):
                yield Block(len(cells[0]), {name: cells[i] for name, i in wanted.items()})
                seen += len(cells[0])
                if self.request.prefix and (seen >= PREFIX_ROWS or guard.count >= PREFIX_BYTES):
                    return

    def place(self, row: int) -> str:
        """The file and the line on which a row begins."""
        line, _ = next(islice(self._rows(), row + self.header, None), (0, []))
        return f"{self.file.shown}:{line}"

    # --- names

    def _header_names(self, first: list[str]) -> tuple[str, ...]:
        names = tuple(name.strip() for name in first)
        declared = self.request.declared
        for name in names:
            wanted = name if declared is None else declared.field(name)
            if wanted and names.count(name) > 1:
                message = f"{self.file.shown}:1: the header holds '{name}' more than once."
                raise self.request.error("E0604", message)
        return names

    def _given_names(self) -> tuple[str, ...]:
        declared = self.request.declared
        if declared is None:
            return tuple(f"column_{i + 1}" for i in range(self.width))
        if len(declared.fields) != self.width:
            message = f"{self.file.shown} has {self.width} fields a row, {len(declared.fields)} columns are declared."
            note = "Without a header the declaration names all fields, in their order."
            raise self.request.error("E0604", message, note)
        return tuple(f.name for f in declared.fields)

    # --- rows

    def _cells(self, stream: io.TextIOWrapper, guard: Guard) -> Iterator[Cells]:
        """Blocks of the rows below the header."""
        if self.header:
            next(filter(None, csv.reader(stream, **self._dialect)), None)
        quotes = self._dialect["quoting"] == csv.QUOTE_MINIMAL
        row = 0
        while text := stream.read(PREFIX_BYTES // 8 if self.request.prefix else _BLOCK_CHARS):
            text += "" if text.endswith("\n") else stream.readline()
            plain = text.replace("\r\n", "\n")
            if (quotes and '"' in text) or "\r" in plain or len(text) > FIELD_LIMIT:
                yield from self._parse(chain(io.StringIO(text, newline=""), stream), row, guard)
                return
            columns = self._split(plain, row)
            if columns:
                row += len(columns[0])
                yield columns

    def _split(self, text: str, row: int) -> Cells:
        """The columns of a block of whole lines without quotes; nothing for blank lines."""
        delimiter: str = self._dialect["delimiter"]
        lines = list(filter(None, text.split("\n")))
        if not lines:
            return ()
        counts = list(map(str.count, lines, repeat(delimiter)))
        if set(counts) != {self.width - 1}:
            at = next(i for i, count in enumerate(counts) if count != self.width - 1)
            raise self._wrong_width(row + at, counts[at] + 1)
        cells = delimiter.join(lines).split(delimiter)
        return [cells[i :: self.width] for i in range(self.width)]

    def _parse(self, lines: Iterable[str], row: int, guard: Guard) -> Iterator[Cells]:
        """The columns of the remaining lines, by the `csv` module."""
        reader = csv.reader(lines, **self._dialect)
        size, before = 64, guard.count
        while True:
            try:
                read = list(islice(reader, size))
            except csv.Error:
                raise self._malformed() from None
            if not read:
                return
            rows = list(filter(None, read))
            if not rows:
                continue
            if set(map(len, rows)) != {self.width}:
                at = next(i for i, r in enumerate(rows) if len(r) != self.width)
                raise self._wrong_width(row + at, len(rows[at]))
            row += len(rows)
            yield list(zip(*rows, strict=True))
            # About as many rows as fit into a quarter of a million characters: rows may be large.
            large = max((guard.count - before) / size, 1)
            size, before = max(1, min(size * 4, _BLOCK_ROWS, int(_BLOCK_CHARS / large))), guard.count

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """All rows, the header too, each with the line it begins on: slow, for the header and for messages."""
        with open_text(self.file, self.encoding, self.request) as (stream, _):
            reader = csv.reader(stream, **self._dialect)
            line = 1
            while True:
                try:
                    row = next(reader, None)
                except csv.Error as error:
                    message = f"{self.file.shown}:{line}: {_words(str(error))}."
                    raise self.request.error("E0604", message, *_notes(str(error))) from None
                if row is None:
                    return
                if row:
                    yield line, row
                line = reader.line_num + 1

    def _malformed(self) -> Exception:
        """The exception for the row that the `csv` module refuses; reads the file again to find where it begins."""
        try:
            for _ in self._rows():
                pass
        except Exception as error:
            return error
        return self.request.error("E0604", f"'{self.file.shown}' changed while it was read.")

    def _wrong_width(self, row: int, found: int) -> Exception:
        unit = "field" if found == 1 else "fields"
        wanted = "the header has" if self.header else "the first row has"
        message = f"{self.place(row)}: {found} {unit}, where {wanted} {self.width}."
        note = "A field that holds the separator itself stands in quotes."
        return self.request.error("E0604", message, note)


def _words(error: str) -> str:
    if "field larger" in error:
        return f"a field has more than {FIELD_LIMIT >> 20} million characters"
    if "unexpected end of data" in error:
        return "the quote that opens here is never closed"
    if "expected after" in error:
        return "a closing quote is followed by more text"
    return error.rstrip(".")


def _notes(error: str) -> tuple[str, ...]:
    if "field larger" in error or "unexpected end" in error:
        return ("A quote inside a quoted field is written twice; quotes=false reads quotes as plain text.",)
    if "expected after" in error:
        return ("A quote inside a quoted field is written twice.",)
    return ()
