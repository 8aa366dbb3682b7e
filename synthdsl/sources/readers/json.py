"""`json`: one JSON list of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from synthdsl.dataset.validate import shorten
from synthdsl.dataset.values import no_constant
from synthdsl.sources.contract import PREFIX_BYTES, PREFIX_ROWS, Block, Reader, Request
from synthdsl.sources.places import Place, named_file, only_file
from synthdsl.sources.records import columns_of
from synthdsl.sources.streams import LINE_LIMIT, Guard, open_text
from synthdsl.sources.suffixes import check_suffix
from synthdsl.types.terms import RecordType

_READ = 1 << 16
_BLOCK_ROWS = 1_024
_BLOCK_BYTES = 1 << 20
_LONGEST_TOKEN = 16
_BLANK = re.compile(r"[ \t\r\n]*")


class JsonInput:
    """An opened file that holds one list of objects, read item by item; see `Input`."""

    names = None

    def __init__(self, place: Place, request: Request) -> None:
        self.file = place
        self.request = request

    def inferred(self) -> RecordType | None:
        """Nothing: the values tell."""
        return None

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The objects, column by column."""
        records: list[dict[str, Any]] = []
        seen = before = 0
        with open_text(self.file, "utf-8", self.request) as (stream, guard):
            for _, record in self._items(stream, guard):
                records.append(record)
                seen += 1
                if len(records) >= _BLOCK_ROWS or guard.count - before >= _BLOCK_BYTES:
                    yield columns_of(records, names)
                    records, before = [], guard.count
                if self.request.prefix and (seen >= PREFIX_ROWS or guard.count >= PREFIX_BYTES):
                    break
        if records:
            yield columns_of(records, names)

    def place(self, row: int) -> str:
        """The file and the line on which an item begins."""
        with open_text(self.file, "utf-8", self.request) as (stream, guard):
            line, _ = next(islice(self._items(stream, guard), row, None), (0, {}))
        return f"{self.file.shown}:{line}"

    def _items(self, stream: Any, guard: Guard) -> Iterator[tuple[int, dict[str, Any]]]:
        """The items of the list, each with the line it begins on."""
        text = _Window(stream, self)
        if text.next_char() == "":
            raise self.request.error("E0607", f"'{self.file.shown}' is empty.")
        if text.next_char() != "[":
            raise self.error(text.line, "the file is not a list", "The file holds one list of objects: [{...}, {...}].")
        text.skip(1)
        if text.next_char() == "]":
            return
        while True:
            text.next_char()
            line = text.line
            value = text.value()
            if not isinstance(value, dict):
                raise self.error(line, f"{shorten(value)} is no JSON object")
            yield line, value
            mark = text.next_char()
            if mark not in (",", "]"):
                raise self.error(text.line, "a comma or the end of the list is missing")
            text.skip(1)
            if mark == "]":
                break
        if text.next_char():
            raise self.error(text.line, "there is more text after the list")

    def error(self, line: int, why: str, *notes: str) -> Exception:
        """The exception for a malformed file."""
        return self.request.error("E0604", f"{self.file.shown}:{line}: {why}.", *notes)


class _Window:
    """A text stream seen through a window that moves on from value to value.

    line: the number of the line on which the next character stands.
    """

    def __init__(self, stream: Any, source: JsonInput) -> None:
        self._stream = stream
        self._source = source
        self._decoder = json.JSONDecoder(parse_constant=no_constant)
        self._text = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def next_char(self) -> str:
        """The next character that is no blank, not yet passed; empty at the end."""
        while True:
            found = _BLANK.match(self._text, self._at)
            assert found is not None
            self.skip(found.end() - self._at)
            if self._at < len(self._text) or not self._more(_READ):
                return self._text[self._at : self._at + 1]

    def skip(self, count: int) -> None:
        """Pass characters."""
        self.line += self._text.count("\n", self._at, self._at + count)
        self._at += count

    def value(self) -> Any:
        """The JSON value that begins here."""
        ask = _READ
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._source.error(self.line, "the values are nested too deeply") from None
            except ValueError as error:
                # Ask for twice as much each time, so that a large value is tried a few times only.
                if self._is_cut(error) and len(self._text) - self._at < LINE_LIMIT and self._more(ask):
                    ask *= 2
                    continue
                at = error.pos if isinstance(error, json.JSONDecodeError) else self._at
                line = self.line + self._text.count("\n", self._at, at)
                raise self._source.error(line, "this is no JSON") from None
            if end == len(self._text) and self._more(_READ):
                continue
            self.skip(end - self._at)
            return value

    def _is_cut(self, error: ValueError) -> bool:
        """Whether the value may be cut off by the window's end, and not be wrong."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - _LONGEST_TOKEN

    def _more(self, size: int) -> bool:
        """Whether there was more text to take in."""
        if self._ended:
            return False
        block = self._stream.read(size)
        self._ended = not block
        self._text = self._text[self._at :] + block
        self._at = 0
        return bool(block)


READER = Reader(
    name="json",
    signatures=("json(const path: text, *, const key: text? = null) -> dataset",),
    doc=(
        "The objects of a file that holds one JSON list, in UTF-8, also compressed as `.json.gz` or `.json.zst`.\n\n"
        "It is read item by item, so it may be larger than the memory. As `jsonl` in everything else."
    ),
    examples=('json("products.json")', 'json("products.json.gz", key="sku")'),
    open=lambda request: JsonInput(named_file(request), request),
    files=only_file,
    check=check_suffix("json"),
)
