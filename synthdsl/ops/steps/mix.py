"""`mix`: rows of several datasets in given shares."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Dropped, Formed, StepInput, StepOperator, StepParameter, StepSite
from synthdsl.ops.steps.shares import check_shares, largest, parts_of
from synthdsl.ops.steps.union import ORIGIN, salts, stacked_row
from synthdsl.types.terms import BOOL, INT


def _check(site: StepSite) -> Iterator[Problem]:
    names = [name for name, _ in site.rows]
    shares = site.constant("shares")
    if shares is None or len(shares) != len(names):
        note = 'As in `mix({"real": 70%, "clean": 30%})`.'
        yield Problem("E0208", "'mix' takes a map from datasets to their shares.", None, (note,))
        return
    if len(set(names)) < len(names):
        yield Problem("E0225", "A dataset is mixed with itself.", "shares")
    yield from check_shares(dict(zip(names, shares, strict=True)), "shares")
    total = site.constant("total")
    if isinstance(total, int) and total < 0:
        yield Problem("E0309", f"A number of rows is not negative, this is {total}.", "total")


def _bounds(site: StepSite, low: int, high: int | None) -> tuple[int, int | None]:
    total = site.constant("total")
    return (total, total) if isinstance(total, int) else (0, high)


def _work(given: StepInput) -> Formed:
    import numpy as np

    from synthdsl.dataset.address import item_keys
    from synthdsl.dataset.vector import Coded
    from synthdsl.dataset.views import Beside, Rows
    from synthdsl.dataset.views_of_many import Stacked

    names = [name for name, _ in given.tables]
    tables: list[Rows] = [table for _, table in given.tables]
    shares = [float(s) for s in given.constant("shares")]
    rows = [table.rows for table in tables]
    total = given.constant("total")
    again = bool(given.constant("repeat"))
    if total is None:
        total = largest(rows, shares)
    wanted = parts_of(total, shares)
    parts, numbers, repeats, ranks = [], [], [], []
    dropped = []
    marks = salts(names)
    for at, (name, n, want) in enumerate(zip(names, rows, wanted, strict=True)):
        if want > n and (not again or not n):
            message = f"The mix takes {want:,} rows of '{name}', which has {n:,}."
            note = "A smaller `total`, a smaller share, or `repeat=true` to take rows more than once."
            raise given.no_value(message, "total" if given.has("total") else "shares", "E0816", note)
        bits = given.draw_for(tables[at], at).bits()
        order = np.argsort(bits, kind="stable")
        times = -(-want // n) if n else 0
        chosen = np.tile(order, times)[:want]
        copy = np.repeat(np.arange(times, dtype=np.int64), n)[:want]
        if want < n:
            dropped.append(Dropped(f"of {name} left over", n - want))
        parts.append(np.full(want, at, dtype=np.int64))
        numbers.append(chosen)
        repeats.append(copy)
        ranks.append(item_keys(item_keys(bits[chosen], copy), np.full(want, marks[at], dtype=np.int64)))
    turn = np.argsort(np.concatenate(ranks), kind="stable")
    part, row, repeat = (np.concatenate(x)[turn] for x in (parts, numbers, repeats))
    columns = list(dict.fromkeys(c for t in tables for c in t.names if not c.startswith("#") and c != ORIGIN))
    stacked = Stacked(tables, marks, part, row, columns, repeat)
    return Formed(Beside(stacked, {ORIGIN: Coded(part, names)}), tuple(dropped))


STEP = StepOperator(
    name="mix",
    kind="head",
    doc=(
        'Rows of several datasets in given shares, in random order: `mix({"real": 70%, "clean": 30%}, total=1_000)`. '
        "Without `total` as many as the datasets allow. Which rows of a dataset are taken follows from hashes of their "
        "keys. A column that a dataset lacks is null in its rows; the column `origin` names the dataset that a row "
        "comes from."
    ),
    parameters=(
        StepParameter("shares", "constant", "The shares of the datasets, which sum to 1."),
        StepParameter("total", "constant", "How many rows in all.", INT),
        StepParameter(
            "repeat", "constant", "Whether rows are taken again where they are too few.", BOOL, default=False
        ),
    ),
    result=stacked_row,
    example='mix({"a": 70%, "b": 30%})',
    check=_check,
    bounds=_bounds,
    lineage=False,
    work=_work,
)
