"""A project folder with data files, and sources read from it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.zstd import CompressionParameter, ZstdCompressor
from synthdsl.dataset.store import StoredTable
from synthdsl.sources.contract import SourceCall, SourceError
from synthdsl.sources.describe import describe
from synthdsl.sources.load import load
from synthdsl.types.terms import Field, RecordType, Type


@dataclass
class Project:
    """A folder `root` with the project's files; tables go to `spill`."""

    root: Path
    spill: Path
    numbers: Any = field(default_factory=count)

    def write(self, name: str, content: str | bytes) -> str:
        """Write a file, compressed as its suffix says; gives its name."""
        data = content.encode() if isinstance(content, str) else content
        if name.endswith(".gz"):
            data = gzip.compress(data, mtime=0)
        elif name.endswith(".zst"):
            press = ZstdCompressor(options={CompressionParameter.checksum_flag: 1})
            data = press.compress(data, ZstdCompressor.FLUSH_FRAME)
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    def call(self, reader: str, path: str, *steps: tuple[str, dict[str, Any]], **arguments: Any) -> SourceCall:
        """A call as the compiler would make it."""
        return SourceCall(
            reader, (("path", path), *arguments.items()), tuple((name, tuple(a.items())) for name, a in steps)
        )

    def describe(self, call: SourceCall, **declared: Type) -> tuple[RecordType, list[Diagnostic]]:
        """The row type, columns declared by name, and the findings."""
        return describe(call, record(**declared) if declared else None, self.root)

    def types(self, call: SourceCall) -> dict[str, Type]:
        """The inferred types; there must be no finding."""
        row, findings = self.describe(call)
        assert findings == []
        return {f.name: f.type for f in row.fields}

    def table(self, call: SourceCall, **declared: Type) -> StoredTable:
        """The table, with the columns declared or inferred."""
        row = record(**declared) if declared else describe(call, None, self.root)[0]
        return load(call, row, self.root, self.spill / str(next(self.numbers)), inferred=not declared)

    def rows(self, call: SourceCall, **declared: Type) -> list[dict[str, Any]]:
        """The rows of the table."""
        table = self.table(call, **declared)
        columns = [table.column(name) for name in table.names]
        return [dict(zip(table.names, row, strict=True)) for row in zip(*columns, strict=True)]

    def refusal(self, call: SourceCall, **declared: Type) -> Diagnostic:
        """Why the source cannot be loaded."""
        with pytest.raises(SourceError) as caught:
            self.table(call, **declared)
        return caught.value.diagnostic

    def refused_alike(self, call: SourceCall, **declared: Type) -> Diagnostic:
        """Why it cannot be loaded, and that a look before the run says the same."""
        found = self.refusal(call, **declared)
        assert [(d.code, d.message) for d in self.describe(call, **declared)[1]] == [(found.code, found.message)]
        return found


def record(**fields: Type) -> RecordType:
    """A row type."""
    return RecordType(tuple(Field(name, type_) for name, type_ in fields.items()))
