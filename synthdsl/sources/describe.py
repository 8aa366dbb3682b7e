"""What a source's rows are, found before the run from the beginning of the data.

In: a call, the declared row type if there is one, the project's folder. Out: the row type, and diagnostics. At most
a thousand rows or a megabyte are looked at, in pure Python: `check` loads numpy for no source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.dataset.moments import Unfit
from synthdsl.dataset.values import read_value
from synthdsl.sources.cells import read_cell
from synthdsl.sources.contract import PREFIX_ROWS, Call, Input, SourceError, TooSlow
from synthdsl.sources.infer import infer_row
from synthdsl.sources.misfit import key_again, key_missing, misfit
from synthdsl.sources.request import Work, check_columns, missing_column, prepare
from synthdsl.sources.steps import check_row
from synthdsl.types.relations import assignable
from synthdsl.types.show import show
from synthdsl.types.terms import OptionalType, RecordType


def describe(call: Call, declared: RecordType | None, root: Path) -> tuple[RecordType, list[Diagnostic]]:
    """The type of a row after all steps, declared or inferred, and what is wrong with the source.

    When the source cannot be read and nothing is declared, the row type has no fields.
    """
    known = declared or RecordType(())
    try:
        work = prepare(call, declared, root, prefix=True)
        opened = work.reader.open(work.request)
        check_columns(opened, work)
        row, findings = _look(opened, work)
        return _after_steps(row, declared, work), findings
    except TooSlow as error:
        return known, [] if declared is not None else [error.diagnostic]
    except SourceError as error:
        return known, [error.diagnostic]


def _look(opened: Input, work: Work) -> tuple[RecordType, list[Diagnostic]]:
    """The row type before all steps, and what is wrong with the first rows."""
    declared = work.request.declared
    inferred = opened.inferred() if declared is None else None
    n, columns = _first_rows(opened, work)
    row = declared or inferred or infer_row(columns.items(), cells=work.reader.cells)
    if work.reader.remote:
        return row, []
    if n == 0:
        shown = work.request.arguments["path"]
        raise work.request.error("E0607", f"'{shown}' has no rows.", *_header_note(opened))
    if opened.names is None:
        _check_found(columns, row, work)
    findings = list(_misfits(columns, row, opened, work)) if declared is not None else []
    if not findings and work.key is not None:
        findings = list(_key_findings(columns[work.key], opened, work))
    return row, findings


def _first_rows(opened: Input, work: Work) -> tuple[int, dict[str, list[Any]]]:
    """Their number and their raw columns: those wanted, or all."""
    declared = work.request.declared
    names: list[str] | None = None
    if opened.names is not None and declared is not None:
        names = list(dict.fromkeys([*(f.name for f in declared.fields), *([work.key] if work.key else [])]))
    n = 0
    columns: dict[str, list[Any]] = {}
    for block in opened.blocks(names):
        take = min(block.n, PREFIX_ROWS - n)
        for name in [*columns, *(name for name in block.columns if name not in columns)]:
            column = columns.setdefault(name, [None] * n)
            column.extend(block.columns.get(name, [None] * take)[:take])
        n += take
        if n == PREFIX_ROWS:
            break
    return n, columns


def _header_note(opened: Input) -> tuple[str, ...]:
    return (f"It has a header alone: {', '.join(opened.names)}.",) if opened.names else ()


def _check_found(columns: dict[str, list[Any]], row: RecordType, work: Work) -> None:
    """Where only rows tell the columns: raises for a wanted one that no row has."""
    wanted = [f.name for f in row.fields if not isinstance(f.type, OptionalType)]
    for name in [*wanted, *([work.key] if work.key else [])]:
        if name not in columns:
            raise missing_column(name, list(columns), work)


def _misfits(columns: dict[str, list[Any]], row: RecordType, opened: Input, work: Work) -> Iterator[Diagnostic]:
    """The first value of each column that does not fit."""
    read = read_cell if work.reader.cells else read_value
    for field in row.fields:
        checked: set[Any] = set()
        for at, raw in enumerate(columns.get(field.name, ())):
            if isinstance(raw, str):
                if raw in checked:
                    continue
                checked.add(raw)
            try:
                read(raw, field.type)
            except Unfit as unfit:
                yield misfit(opened.place(at), field.name, str(unfit), raw, work).diagnostic
                break


def _key_findings(keys: Sequence[Any], opened: Input, work: Work) -> Iterator[Diagnostic]:
    """A key that is missing or doubled among the first rows."""
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        if key is None or key == "":
            yield key_missing(opened.place(at), work).diagnostic
            return
        before = first.setdefault(str(key), at)
        if before != at:
            yield key_again(key, opened.place(before), opened.place(at), work).diagnostic
            return


def _after_steps(row: RecordType, declared: RecordType | None, work: Work) -> RecordType:
    """The row type after all steps; raises for a step that does not suit the rows."""
    for step, arguments in work.steps:
        for code, message, notes in check_row(step, arguments, row):
            raise work.request.error(code, message, *notes)
        row = RecordType((*row.fields, *step.adds), row.name)
    if declared is None:
        return row
    for field in declared.fields:
        made = row.field(field.name)
        if made is None or not assignable(made.type, field.type):
            wanted = show(field.type)
            raise work.request.error("E0301", f"'{field.name}' is {show((made or field).type)}, not {wanted}.")
    return declared
