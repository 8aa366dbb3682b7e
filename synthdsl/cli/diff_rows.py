"""Rows before and after a change, side by side: drawn ones, and written ones where all answers are stored."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthdsl.diff.changes import DatasetChange, Difference
from synthdsl.pipeline import Compiled

MOST_SHOWN = 300
"""Characters of a value."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row in both runs, by the columns that differ: (column, before, after). A side that lacks the row has None."""

    key: str
    values: tuple[tuple[str, str | None, str | None], ...]


def rows_apart(found: Difference, old: Compiled, new: Compiled, wanted: int) -> dict[str, list[Pair]]:
    """For each dataset that changes and both sides have, the first rows that differ, at most `wanted`.

    Nobody is asked: a side of which answers are missing has no rows, and its datasets are left out.
    """
    changed = [d for d in found.data if d.level not in ("none", "added", "removed")]
    assert old.plan is not None and new.plan is not None
    names = [d.dataset for d in changed if d.dataset in old.plan.rows and d.dataset in new.plan.rows]
    before, after = _tables(old, names, wanted), _tables(new, names, wanted)
    by_name = {d.dataset: d for d in changed}
    pairs = {n: _pairs(by_name[n], before[n], after[n], wanted) for n in names if n in before and n in after}
    return {name: some for name, some in pairs.items() if some}


Table = dict[int, dict[str, Any]]


def _tables(side: Compiled, names: Sequence[str], wanted: int) -> dict[str, Table]:
    """The first rows by their keys."""
    from synthdsl.engine.failing import RunError
    from synthdsl.pipeline import RunSettings, run
    from synthdsl.plan.parts import made_in, runs_code

    assert side.plan is not None
    if not names or any(runs_code(made) for made in made_in(side.plan)):
        # No code of others runs for a comparison.
        return {}
    try:
        ran = run(side, RunSettings(collect=tuple(names), limit=20 * wanted, write=False, frozen=True))
    except RunError:
        return {}
    try:
        found: dict[str, Table] = {}
        for name, table in ran.outcome.tables.items():
            columns = {c: table.column(c) for c in table.names if not c.startswith("#")}
            keys = table.batch(0, table.rows).keys.tolist()
            found[name] = {key: {c: values[i] for c, values in columns.items()} for i, key in enumerate(keys)}
        return found
    finally:
        if ran.folder is not None:
            shutil.rmtree(ran.folder, ignore_errors=True)


def _pairs(change: DatasetChange, old: Table, new: Table, wanted: int) -> list[Pair]:
    renamed = {c.column: c.before for c in change.columns if c.before}
    pairs: list[Pair] = []
    for key, row in new.items():
        was = old.get(key)
        values = tuple(_apart(row, was, renamed))
        if values:
            pairs.append(Pair(f"{key:016x}", values))
        if len(pairs) == wanted:
            return pairs
    for key, row in old.items():
        if key not in new and len(pairs) < wanted:
            pairs.append(Pair(f"{key:016x}", tuple((c, _shown(v), None) for c, v in row.items())))
    return pairs


def _apart(
    row: Mapping[str, Any], was: Mapping[str, Any] | None, renamed: Mapping[str, str]
) -> list[tuple[str, str | None, str | None]]:
    if was is None:
        return [(c, None, _shown(v)) for c, v in row.items()]
    found: list[tuple[str, str | None, str | None]] = []
    for column, value in row.items():
        before = renamed.get(column, column)
        if before not in was:
            found.append((column, None, _shown(value)))
        elif was[before] != value:
            found.append((column, _shown(was[before]), _shown(value)))
    return found


def _shown(value: Any) -> str:
    from synthdsl.plan.show import show_value

    text = value if isinstance(value, str) else "null" if value is None else show_value(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
