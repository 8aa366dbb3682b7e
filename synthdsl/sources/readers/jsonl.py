"""`jsonl`: a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from synthdsl.dataset.validate import shorten
from synthdsl.dataset.values import no_constant
from synthdsl.sources.contract import PREFIX_BYTES, PREFIX_ROWS, Block, Reader, Request
from synthdsl.sources.places import Place, named_file, only_file
from synthdsl.sources.records import columns_of
from synthdsl.sources.streams import bad_encoding, open_bytes
from synthdsl.sources.suffixes import check_suffix
from synthdsl.types.terms import RecordType

_BLOCK_BYTES = 1 << 20
_BLOCK_ROWS = 2_048
_BOM = b"\xef\xbb\xbf"


class JsonLinesInput:
    """An opened file of JSON lines; see `Input`. Only the lines tell which columns there are."""

    names = None

    def __init__(self, place: Place, request: Request) -> None:
        self.file = place
        self.request = request

    def inferred(self) -> RecordType | None:
        """Nothing: the values tell."""
        return None

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The objects, column by column."""
        loads = self._loads()
        records: list[dict[str, Any]] = []
        size = seen = total = 0
        for number, line in self._lines():
            records.append(self._record(number, line, loads))
            size += len(line)
            if len(records) >= _BLOCK_ROWS or size >= _BLOCK_BYTES:
                yield columns_of(records, names)
                records, total, size, seen = [], total + size, 0, seen + len(records)
            if self.request.prefix and (seen + len(records) >= PREFIX_ROWS or total + size >= PREFIX_BYTES):
                break
        if records:
            yield columns_of(records, names)

    def place(self, row: int) -> str:
        """The file and the line of a row."""
        number, _ = next(islice(self._lines(), row, None), (0, b""))
        return f"{self.file.shown}:{number}"

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """The lines that hold something, each with its number."""
        with open_bytes(self.file, self.request) as stream:
            for number, line in enumerate(stream, 1):
                if number == 1 and line.startswith(_BOM):
                    line = line[len(_BOM) :]
                if not line.isspace() and line:
                    yield number, line

    def _loads(self) -> Callable[[bytes], Any]:
        """The quick parser for a run; the standard one for a look, which saves loading the other."""
        if not self.request.prefix:
            import orjson

            return orjson.loads
        return lambda line: json.loads(line.decode(), parse_constant=no_constant)

    def _record(self, number: int, line: bytes, loads: Callable[[bytes], Any]) -> dict[str, Any]:
        try:
            value = loads(line)
        except (ValueError, RecursionError) as error:
            raise self._malformed(number, line, error) from None
        if isinstance(value, dict):
            return value
        message = f"{self.file.shown}:{number}: {shorten(value)} is no JSON object."
        raise self.request.error("E0604", message, 'A row is an object, as in {"name": "Ada", "age": 36}.')

    def _malformed(self, number: int, line: bytes, error: Exception) -> Exception:
        try:
            line.decode()
        except UnicodeDecodeError:
            return bad_encoding(self.file, "utf-8", self.request)
        where = f", character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        why = "the values are nested too deeply" if isinstance(error, RecursionError) else "this is no JSON"
        return self.request.error("E0604", f"{self.file.shown}:{number}{where}: {why}.", *_hint(line))


def _hint(line: bytes) -> tuple[str, ...]:
    start = line.lstrip()[:1]
    if start == b"[" or line.strip() == b"{":
        return ("A file that is one JSON list is read by json(...).",)
    return ("NaN and Infinity are no JSON.",) if b"NaN" in line or b"Infinity" in line else ()


READER = Reader(
    name="jsonl",
    signatures=("jsonl(const path: text, *, const key: text? = null) -> dataset",),
    doc=(
        "The objects of a file of JSON lines, in UTF-8, also compressed as `.jsonl.gz` or `.jsonl.zst`.\n\n"
        "A field that is missing or null is null where the type is optional. Dates and timestamps are texts in "
        "ISO 8601. Lists and records nest. Fields that are not declared are left out. Blank lines are skipped."
    ),
    examples=('jsonl("topics.jsonl")', 'jsonl("replies.jsonl.zst", key="id")'),
    open=lambda request: JsonLinesInput(named_file(request), request),
    files=only_file,
    check=check_suffix("jsonl"),
)
