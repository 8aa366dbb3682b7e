"""What a reader of sources is, and what it is asked and gives.

A reader opens its input (`Reader.open`) and gives the raw rows in blocks, column by column, without numpy: text cells
(csv) or values (JSON, databases). Typing, keys, steps and storage are the same for all and stand in `describe.py` and
`load.py`. What is wrong with the data is raised as `SourceError`, with the place in the file in its message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Span
from synthdsl.types.terms import RecordType

Arguments = tuple[tuple[str, Any], ...]
"""Constant arguments by name; those left out have the default of the signature."""

PREFIX_ROWS = 1_000
PREFIX_BYTES = 1 << 20
"""How much of a source is looked at before the run: whichever of rows and bytes is reached first."""


class Call(Protocol):
    """How a source is read; the compiler's own `SourceCall` is one too.

    arguments: of the reader. steps: names and arguments of what follows `|>`.
    folder: the folder of the declaring file, relative to the project's; paths resolve from there.
    span: the place of the declaration, for diagnostics.
    """

    @property
    def reader(self) -> str: ...

    @property
    def arguments(self) -> Arguments: ...

    @property
    def steps(self) -> tuple[tuple[str, Arguments], ...]: ...

    @property
    def folder(self) -> str: ...

    @property
    def span(self) -> Span: ...


@dataclass(frozen=True, slots=True)
class SourceCall:
    """A `Call` as plain data."""

    reader: str
    arguments: Arguments = ()
    steps: tuple[tuple[str, Arguments], ...] = ()
    folder: str = ""
    span: Span = NOWHERE


class SourceError(Exception):
    """The data, or their place, are broken; carries the diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class TooSlow(SourceError):  # noqa: N818 (a kind of source error)
    """A query was stopped because its time was up."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a reader is asked for.

    arguments: of the call, defaults filled in. root: the project's folder. folder: see `Call`.
    declared: the row type, None where it is to be inferred. scratch: a private folder for temporary files, None
    before the run. prefix: only the beginning will be read, and quickly.
    """

    arguments: dict[str, Any]
    root: Path
    folder: str
    span: Span
    declared: RecordType | None = None
    scratch: Path | None = None
    prefix: bool = False

    def error(self, code: str, message: str, *notes: str) -> SourceError:
        """The exception for a finding about this source."""
        return SourceError(Diagnostic(code, message, self.span, notes))


@dataclass(frozen=True, slots=True)
class Block:
    """n consecutive rows: a sequence of n raw values a column."""

    n: int
    columns: dict[str, Sequence[Any]]


class Input(Protocol):
    """An opened source.

    names: the columns that the file says it has; None where only the rows can tell (JSON lines).
    """

    @property
    def names(self) -> tuple[str, ...] | None: ...

    def blocks(self, names: Sequence[str] | None) -> Iterator[Block]:
        """All rows from the first one, with the columns named or all of them; a fresh iteration each time.

        A column that a row lacks is None there. Blocks are small where rows are large.
        """

    def place(self, row: int) -> str:
        """Where row number `row` (from 0) stands, as `towns.csv:12`. May read the file again."""

    def inferred(self) -> RecordType | None:
        """The row type where the input knows it without a look at values (parquet); None elsewhere."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of source.

    name: as written in a spec. signatures: in the notation of `ops/signature.py`. doc: Markdown, first sentence the
    summary. examples: calls as a spec would hold them. cells: whether raw values are text cells.
    check: what is wrong with the arguments alone: `(code, message, notes)`.
    files: the files that make up the content. open: the input. remote: nothing is fetched before the run.
    """

    name: str
    signatures: tuple[str, ...]
    doc: str
    examples: tuple[str, ...]
    open: Callable[[Request], Input]
    files: Callable[[Request], list[tuple[str, Path]]]
    check: Callable[[dict[str, Any]], Iterable[tuple[str, str, tuple[str, ...]]]] = lambda arguments: ()
    cells: bool = False
    remote: bool = False
