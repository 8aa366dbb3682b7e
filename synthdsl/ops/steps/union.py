"""`union`: the rows of several tables under one another."""

from __future__ import annotations

from synthdsl.base.digest import hash64
from synthdsl.ops.steps.contract import Formed, StepInput, StepOperator, StepSite
from synthdsl.types.relations import join, optional
from synthdsl.types.terms import UNKNOWN, Field, LiteralType, RecordType, Type

ORIGIN = "origin"


def stacked_row(site: StepSite) -> RecordType:
    """All columns of all tables, null where one has it not, and `origin`: the name of the table a row comes from."""
    fields: dict[str, Type] = {}
    docs: dict[str, str] = {}
    for number, (_, row) in enumerate(site.rows):
        for found in row.fields:
            docs.setdefault(found.name, found.doc)
            if found.name not in fields:
                fields[found.name] = optional(found.type) if number else found.type
                continue
            both = join(fields[found.name], found.type)
            fields[found.name] = UNKNOWN if both is None else both
        for name in fields:
            if row.field(name) is None:
                fields[name] = optional(fields[name])
    names = tuple(dict.fromkeys(name for name, _ in site.rows))
    fields[ORIGIN] = LiteralType(names)
    return RecordType(tuple(Field(n, t, docs.get(n, "")) for n, t in fields.items()))


def salts(names: list[str]) -> list[int]:
    """What tells the keys of tables apart, by their names."""
    return [hash64("origin", name) >> 1 for name in names]


def _work(given: StepInput) -> Formed:
    import numpy as np

    from synthdsl.dataset.vector import Coded
    from synthdsl.dataset.views import Beside, Rows
    from synthdsl.dataset.views_of_many import Stacked

    sizes = [table.rows for _, table in given.tables]
    names = [name for name, _ in given.tables]
    part = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    row = np.concatenate([np.arange(n, dtype=np.int64) for n in sizes])
    tables: list[Rows] = [table for _, table in given.tables]
    columns = list(dict.fromkeys(c for t in tables for c in t.names if not c.startswith("#") and c != ORIGIN))
    stacked = Stacked(tables, salts(names), part, row, columns)
    return Formed(Beside(stacked, {ORIGIN: Coded(part, names)}))


STEP = StepOperator(
    name="union",
    kind="head",
    doc=(
        "The rows of all tables, one table after another. A column that a table lacks is null in its rows; the column "
        "`origin` names the table that a row comes from."
    ),
    parameters=(),
    result=stacked_row,
    example="union(a, b)",
    bounds=None,
    lineage=False,
    work=_work,
)
