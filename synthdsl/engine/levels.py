"""Trees: the rows of one level are what the rows of the next are made from.

In: a plan whose rows have levels, and what makes all children of a table of parents. Out: the rows of each level. One
level at a time is held in memory. A row's key comes from its parent's and its place among that one's items, so it does
not depend on the other branches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from synthdsl.dataset.vector import Vector, concat, take, to_list
from synthdsl.dataset.views import Held, Part
from synthdsl.engine.compared import KEEP_BEST, compared
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.rows import Fate
from synthdsl.model.levels import LEVEL, PARENT_RECORD
from synthdsl.plan.steps import ArchivePlan, DatasetPlan, DerivedPlan
from synthdsl.types.terms import RecordType

ABOVE = "#above"
"""The table of the rows above, by a name that no dataset has."""

MakeLevel = Callable[[DatasetPlan, Mapping[str, Any]], Any]
"""Makes all children of the rows in the table `ABOVE` of the tables; gives their table, read by batches."""


@dataclass(frozen=True, slots=True)
class Level:
    """The rows of one level. above: the table that they are made from. fates: what `keep best` did."""

    number: int
    above: Held
    rows: Held
    fates: dict[str, Fate]


@dataclass(frozen=True, slots=True)
class Climbing:
    """A tree, level by level. parent: the type of the record of the row above."""

    plan: DatasetPlan
    seed: int
    tables: Mapping[str, Any]
    parent: RecordType
    make: MakeLevel

    def levels(self) -> Iterator[Level]:
        """The levels, until the last one or one without rows."""
        rows = self.plan.rows
        assert isinstance(rows, DerivedPlan) and rows.levels is not None
        table: Any = self.tables[rows.parent]
        for number in range(1, rows.levels + 1):
            above = self._above(table, number)
            made = _held(self.make(self.once(), {**self.tables, ABOVE: above}), self.plan.row)
            fates: dict[str, Fate] = {}
            if self.plan.archive is not None:
                made = self._pruned(self.plan.archive, made, fates)
            yield Level(number, above, made, fates)
            if not made.rows:
                return
            table = made

    def once(self) -> DatasetPlan:
        """The plan of one level: rows from those above, each once."""
        rows = self.plan.rows
        assert isinstance(rows, DerivedPlan)
        names = tuple(f.name for f in self.plan.row.fields)
        return replace(self.plan, rows=replace(rows, parent=ABOVE, levels=None), keep=names, archive=None)

    def _above(self, table: Any, number: int) -> Held:
        """The rows above with what their children see of them: inherited columns, the record, the level."""
        rows = self.plan.rows
        assert isinstance(rows, DerivedPlan)
        whole = table.batch(0, table.rows)
        fields = [f.name for f in self.parent.fields]
        lists = [to_list(whole.columns[n], whole.n) if n in whole.columns else [None] * whole.n for n in fields]
        records = [dict(zip(fields, values, strict=True)) for values in zip(*lists, strict=True)]
        columns: dict[str, Vector] = {n: whole.columns[n] for n in rows.inherited if n in whole.columns}
        columns[PARENT_RECORD] = records if fields else [{} for _ in range(whole.n)]
        columns[LEVEL] = [number] * whole.n
        return Held(whole.keys, columns, _of_nothing)

    def _pruned(self, archive: ArchivePlan, made: Held, fates: dict[str, Fate]) -> Held:
        """Of the rows of a level with equal keys the one with the highest score, the first of equals."""
        import numpy as np

        frame = Frame(
            World(self.seed, self.tables), self.plan.address, made.rows, made.keys(), None, dict(made.columns)
        )
        best: dict[bytes, tuple[float, int]] = {}
        for at, (cell, score) in enumerate(compared(archive, frame, self.plan.id)):
            if cell not in best or score > best[cell][0]:
                best[cell] = (score, at)
        kept = np.array(sorted(at for _, at in best.values()), dtype=np.int64)
        fates[KEEP_BEST] = Fate(tried=frame.n, dropped=frame.n - len(kept))
        return Held(made.keys()[kept], {n: take(v, kept) for n, v in made.columns.items()}, _of_nothing)


def _held(table: Any, row: RecordType) -> Held:
    """A finished table in memory."""
    import numpy as np

    batches = list(table.batches(1 << 14))
    keys = np.concatenate([np.empty(0, dtype=np.uint64), *(b.keys for b in batches)])
    sizes = [b.n for b in batches]
    columns: dict[str, Vector] = {
        f.name: concat([b.columns[f.name] for b in batches], sizes) if batches else [] for f in row.fields
    }
    return Held(keys, columns, _of_nothing)


def _of_nothing(row: int) -> list[Part]:
    """What a row of a level was made from is told by the tree, not by its tables."""
    return []
