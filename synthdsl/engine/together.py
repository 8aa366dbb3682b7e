"""Draws columns that rules join: exactly from the joint distribution where it is known, else again until all hold.

Each attempt has an address of its own, so a row's values do not depend on the rows beside it. Rejection gives the
exact conditional distribution: an accepted draw is a fresh draw given that the rules hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw, stream
from synthdsl.dataset.vector import Coded, Vector, scatter, take
from synthdsl.engine.evaluate import conform, evaluate, mask_of, tidy
from synthdsl.engine.frame import Frame
from synthdsl.engine.window import draw_within
from synthdsl.model.expr import Expr
from synthdsl.model.walk import free_columns
from synthdsl.ops.contract import Undefined
from synthdsl.plan.steps import Condition, DrawTogether, Make, Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_ATTEMPTS = 10_000
"""A row is drawn at most so often. A rule that one draw in a thousand satisfies exceeds this once in 20,000 rows."""

GIVE_UP_AFTER = 300
"""When not one of the first batch's rows was accepted after so many attempts, the rule is taken for impossible."""


@dataclass(slots=True)
class Tries:
    """How a rule fared: draws judged, and those it refused (each is drawn again)."""

    tried: int = 0
    refused: int = 0


class NeverHolds(Exception):  # noqa: N818 (becomes a diagnostic)
    """Rows for which no attempt satisfied the rules."""

    def __init__(self, rules: tuple[str, ...], row: int, tries: dict[str, Tries]) -> None:
        super().__init__(f"no draw satisfied {', '.join(rules)}")
        self.rules = rules
        self.row = row
        self.tries = tries


class NoValue(Exception):  # noqa: N818 (becomes a diagnostic)
    """A column of the group, or the condition of a rule of it, has no value in some row of `frame`."""

    def __init__(self, reason: Undefined, expr: Expr, frame: Frame, column: str = "", rule: str = "") -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.expr = expr
        self.frame = frame
        self.column = column
        self.rule = rule


@dataclass(slots=True)
class Drawn:
    """The columns of a group for a frame's rows, and the tries of each rule."""

    columns: dict[str, Vector] = field(default_factory=dict)
    tries: dict[str, Tries] = field(default_factory=dict)


def draw_together(task: DrawTogether, frame: Frame, broken: Mapping[str, NDArray[Any]]) -> Drawn:
    """Draw a group. broken: for rules violated on purpose, a mask of the rows that must break them."""
    concerned = {rule: mask for rule, mask in broken.items() if any(c.rule == rule for c in task.rules) and mask.any()}
    if task.outcomes is not None and all(rule in dict(task.broken) for rule in concerned):
        return _from_outcomes(task, frame, concerned)
    if task.windows and concerned:
        return _apart(task, frame, concerned)
    return _by_rejection(task, frame, concerned)


def _apart(task: DrawTogether, frame: Frame, broken: Mapping[str, NDArray[Any]]) -> Drawn:
    """Rows that break a rule on purpose lie outside of its window: they are drawn without windows."""
    import numpy as np

    chosen = np.logical_or.reduce(list(broken.values()))
    drawn = Drawn(tries={c.rule: Tries() for c in task.rules})
    parts: list[tuple[NDArray[Any], Drawn]] = []
    for index, how in ((np.flatnonzero(~chosen), task), (np.flatnonzero(chosen), replace(task, windows=()))):
        if len(index):
            masks = {rule: mask[index] for rule, mask in broken.items()}
            try:
                parts.append((index, _by_rejection(how, frame.at(index), masks)))
            except NeverHolds as stuck:
                raise NeverHolds(stuck.rules, int(index[stuck.row]), stuck.tries) from stuck
        for rule, tries in parts[-1][1].tries.items() if len(index) else ():
            drawn.tries[rule].tried += tries.tried
            drawn.tries[rule].refused += tries.refused
    for make in task.columns:
        drawn.columns[make.column] = scatter(frame.n, [(index, part.columns[make.column]) for index, part in parts])
    return drawn


def _from_outcomes(task: DrawTogether, frame: Frame, broken: Mapping[str, NDArray[Any]]) -> Drawn:
    import numpy as np

    address = "+".join(m.address for m in task.columns)
    draw = Draw(stream(frame.world.seed, frame.dataset, address, 0), frame.keys)
    drawn = Drawn(tries={c.rule: Tries(frame.n, 0) for c in task.rules})
    assert task.outcomes is not None
    pieces: list[tuple[NDArray[Any], tuple[Outcome, ...]]] = []
    rest = np.ones(frame.n, dtype=np.bool_)
    tables = dict(task.broken)
    for rule, mask in broken.items():
        pieces.append((np.flatnonzero(mask), tables[rule]))
        rest &= ~mask
    pieces.append((np.flatnonzero(rest), task.outcomes))
    uniform = draw.uniform()
    for i, make in enumerate(task.columns):
        parts: list[tuple[NDArray[Any], Vector]] = []
        for index, outcomes in pieces:
            bounds = np.cumsum([o.probability for o in outcomes])
            picked = np.minimum(np.searchsorted(bounds / bounds[-1], uniform[index], side="right"), len(outcomes) - 1)
            values = tidy([o.values[i] for o in outcomes], make.type)
            vector = Coded(picked, values) if isinstance(values, list) else take(values, picked)
            parts.append((index, vector))
        drawn.columns[make.column] = scatter(frame.n, parts)
    return drawn


def _by_rejection(task: DrawTogether, frame: Frame, broken: Mapping[str, NDArray[Any]]) -> Drawn:
    import numpy as np

    tries = {c.rule: Tries() for c in task.rules}
    due = _due(task)
    windows = {w.column: w for w in task.windows}
    pieces: dict[str, list[tuple[NDArray[Any], Vector]]] = {m.column: [] for m in task.columns}
    left = np.arange(frame.n)
    here = frame
    attempt = 0
    while len(left):
        if attempt >= MAX_ATTEMPTS or (attempt >= GIVE_UP_AFTER and len(left) == frame.n):
            raise NeverHolds(tuple(c.rule for c in task.rules), int(left[0]), tries)
        if attempt:
            here = replace(here, attempts=np.full(here.n, attempt, dtype=np.int64))
        alive = np.arange(here.n)
        current = here
        for make, conditions in zip(task.columns, due, strict=True):
            window = windows.get(make.column)
            if window is None:
                vector = conform(_drawn(make, current.for_column(make.address)), make.type)
                current = replace(current, columns={**current.columns, make.column: vector})
            else:
                vector, counts = draw_within(window, make, current)
                current = replace(current, columns={**current.columns, make.column: vector})
                kept = np.flatnonzero(counts)
                lost = current.n - len(kept)
                if lost:
                    # The draw before it was less likely to be followed by one that holds: the rule refuses it.
                    blamed = tries[window.limits[0].rule]
                    blamed.tried += lost
                    blamed.refused += lost
                    if window.reach is None:
                        out = np.flatnonzero(~counts)
                        raise NeverHolds(tuple(c.rule for c in task.rules), int(left[alive][out[0]]), tries)
                    alive, current = alive[kept], current.at(kept)
            for condition in conditions:
                holds = mask_of(_judged(condition, current), current.n)
                if condition.rule in broken:
                    holds = holds ^ broken[condition.rule][left[alive]]
                tries[condition.rule].tried += current.n
                refused = current.n - int(holds.sum())
                tries[condition.rule].refused += refused
                if refused:
                    kept = np.flatnonzero(holds)
                    alive, current = alive[kept], current.at(kept)
        for make in task.columns:
            pieces[make.column].append((left[alive], current.columns[make.column]))
        open_ = np.ones(here.n, dtype=np.bool_)
        open_[alive] = False
        refused_rows = np.flatnonzero(open_)
        left, here = left[refused_rows], here.at(refused_rows)
        attempt += 1
    return Drawn({name: scatter(frame.n, parts) for name, parts in pieces.items()}, tries)


def _drawn(make: Make, frame: Frame) -> Vector:
    try:
        return evaluate(make.expr, frame)
    except Undefined as reason:
        raise NoValue(reason, make.expr, frame, column=make.column) from reason


def _judged(condition: Condition, frame: Frame) -> Vector:
    try:
        return evaluate(condition.condition, frame)
    except Undefined as reason:
        raise NoValue(reason, condition.condition, frame, rule=condition.rule) from reason


def _due(task: DrawTogether) -> list[list[Condition]]:
    """For each column of the group the rules that can be judged once it is made.

    A rule is judged as soon as its columns are there, so that later columns are computed for rows that pass it
    only: `rule some: n != 0` protects `total / n`.
    """
    names = [m.column for m in task.columns]
    due: list[list[Condition]] = [[] for _ in names]
    for condition in task.rules:
        reads = set(free_columns(condition.condition))
        last = max((i for i, name in enumerate(names) if name in reads), default=len(names) - 1)
        due[last].append(condition)
    return due
