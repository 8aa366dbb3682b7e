"""Outputs for the tests of this room: declared, checked, written and read back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from synthdsl.base.span import Span
from synthdsl.export.check import Declaration, GivenKey, check_output
from synthdsl.export.encode import encode_batch
from synthdsl.export.encode_json import rows as rows_of
from synthdsl.export.paths import resolve_output
from synthdsl.export.publish import publish
from synthdsl.export.report import DatasetFacts, ExpectationFacts, OutputReport, RuleFacts, RunFacts
from synthdsl.export.shards import ShardSize
from synthdsl.export.spec import OutputSpec
from synthdsl.export.writer import open_output
from synthdsl.types.terms import Field, RecordType, Type

PATH, FORMAT, WHOLE = Span("t.synth", 7, 20), Span("t.synth", 30, 34), Span("t.synth", 0, 90)

FACTS = RunFacts(
    spec="tickets.synth",
    digest="0123456789abcdef",
    edition=1,
    seed=42,
    params={"rows": 10, "locale": "en_US"},
    datasets=(
        DatasetFacts(
            "tickets",
            10,
            12,
            rules=(RuleFacts("adult", 12, redrawn=2),),
            expectations=(ExpectationFacts("enough", "count() >= 5", True, {"count()": 10}),),
        ),
    ),
    title="Tickets",
    description="Support tickets.",
)


def name_span(at: int) -> Span:
    return Span("t.synth", 100 + 20 * at, 105 + 20 * at)


def value_span(at: int) -> Span:
    return Span("t.synth", 110 + 20 * at, 115 + 20 * at)


def declared(
    path: str, format_name: str | None, keys: Mapping[str, Type] | None, row: Mapping[str, Type] | None = None
) -> Declaration:
    """An output; its key number i stands at `name_span(i)` and `value_span(i)`."""
    columns = row if row is not None else (keys or {})
    given = None
    if keys is not None:
        given = {k: GivenKey(t, name_span(i), value_span(i), f"About {k}.") for i, (k, t) in enumerate(keys.items())}
    record = RecordType(tuple(Field(n, t, f"About {n}.") for n, t in columns.items()))
    return Declaration(path, PATH, "tickets", record, format_name, FORMAT, given, WHOLE)


def spec(path: str, format_name: str, keys: Mapping[str, Type], row: Mapping[str, Type] | None = None) -> OutputSpec:
    """A checked output that must be right."""
    found, diagnostics = check_output(declared(path, format_name, keys, row))
    assert diagnostics == []
    assert found is not None
    return found


def write(
    root: Path,
    output: OutputSpec,
    columns: Mapping[str, Any],
    n: int,
    *,
    splits: Any = None,
    batch: int = 7,
    facts: RunFacts = FACTS,
    size: ShardSize | None = None,
) -> tuple[Path, OutputReport]:
    """Writes n rows in batches and publishes them; gives the place and the report."""
    place = resolve_output(output.path, root)
    with contextlib.ExitStack() as stack:
        writer = stack.enter_context(open_output(output, place, size))
        for start, stop in batches(n, batch):
            part = {k: rows_of(v, start, stop) for k, v in columns.items()}
            part_splits = None if splits is None else rows_of(splits, start, stop)
            writer.append(encode_batch(output, part, stop - start, part_splits))
        report = writer.close()
        publish([(writer, report)], facts)
    return place, report


def batches(n: int, size: int) -> Iterable[tuple[int, int]]:
    return ((start, min(start + size, n)) for start in range(0, n, size))


def everything(folder: Path) -> list[str]:
    """All paths below a folder, hidden ones too."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))
