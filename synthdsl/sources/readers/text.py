"""`text`: whole documents, one a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from synthdsl.sources.contract import PREFIX_BYTES, PREFIX_ROWS, Block, Reader, Request
from synthdsl.sources.glob import find_files
from synthdsl.sources.places import Place
from synthdsl.sources.streams import is_encoding, open_text
from synthdsl.sources.suffixes import Finding, chain, check_suffix
from synthdsl.types.terms import STR, Field, RecordType

DOCUMENT_LIMIT = 100 << 20
"""The most characters in one document: a row is held in memory."""

_BLOCK_CHARS = 1 << 20


class TextInput:
    """The documents that a pattern names, sorted by path; see `Input`."""

    names = ("document", "text")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.files = find_files(str(request.arguments["path"]), request)

    def inferred(self) -> RecordType:
        """The two columns."""
        return RecordType(
            (
                Field("document", STR, "The path of the file in the project."),
                Field("text", STR, "Its content."),
            )
        )

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """The documents; the text is read where it is wanted only."""
        wanted = self.names if names is None else names
        documents: list[str] = []
        texts: list[str] = []
        size = total = 0
        for seen, place in enumerate(self.files, 1):
            documents.append(place.shown)
            texts.append(self._content(place) if "text" in wanted else "")
            size += len(texts[-1])
            total += len(texts[-1])
            ended = self.request.prefix and (seen >= PREFIX_ROWS or total >= PREFIX_BYTES)
            if size >= _BLOCK_CHARS or len(documents) >= PREFIX_ROWS or ended or seen == len(self.files):
                columns: dict[str, Sequence[Any]] = {"document": documents, "text": texts}
                yield Block(len(documents), {name: columns[name] for name in wanted})
                documents, texts, size = [], [], 0
            if ended:
                return

    def place(self, row: int) -> str:
        """The document's path."""
        return self.files[row].shown

    def _content(self, place: Place) -> str:
        with open_text(place, self.request.arguments["encoding"], self.request) as (stream, _):
            text = stream.read(DOCUMENT_LIMIT + 1)
        if len(text) > DOCUMENT_LIMIT:
            message = f"'{place.shown}' has more than {DOCUMENT_LIMIT >> 20} million characters."
            raise self.request.error("E0602", message)
        return text.replace("\r\n", "\n")


def _files(request: Request) -> list[tuple[str, Path]]:
    return [(p.shown, p.path) for p in find_files(str(request.arguments["path"]), request)]


def _check(arguments: dict[str, Any]) -> Iterator[Finding]:
    if not is_encoding(arguments["encoding"]):
        yield "E0309", f"There is no text encoding '{arguments['encoding']}'.", ("As in utf-8, utf-16, latin-1.",)


READER = Reader(
    name="text",
    signatures=('text(const path: text, *, const encoding: text = "utf-8") -> dataset',),
    doc=(
        "The documents that a pattern names, one a row, sorted by path: `document` is the file's path in the "
        "project, `text` its content.\n\n"
        "`*` and `?` stay within one folder, `**/` is any number of folders. Files and folders whose names begin "
        "with a dot are left out. Compressed documents (`.gz`, `.zst`) are read too. "
        "`|> chunk(...)` cuts documents into pieces."
    ),
    examples=('text("docs/**/*.md")', 'text("letters/*.txt", encoding="latin-1") |> chunk(words=200)'),
    open=TextInput,
    files=_files,
    check=chain(check_suffix("text"), _check),
)
