"""Makes a batch of a dataset: frame in, finished rows out, with what the rules did to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.dataset.address import Draw, stream
from synthdsl.dataset.validate import fits
from synthdsl.dataset.vector import Coded, Constant, Vector, to_list
from synthdsl.engine.evaluate import conform, mask_of
from synthdsl.engine.failing import RunError, evaluated, row_name, value_failed
from synthdsl.engine.frame import Frame
from synthdsl.engine.together import NeverHolds, NoValue, Tries, draw_together
from synthdsl.plan.steps import Ask, DatasetPlan, DrawTogether, Judge, Make

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(slots=True)
class Fate:
    """What a rule did: draws judged and refused (drawn again), rows dropped, flagged, asked about again."""

    tried: int = 0
    redrawn: int = 0
    dropped: int = 0
    flagged: int = 0
    again: int = 0

    def add(self, other: Fate) -> None:
        """Sum, field by field."""
        self.tried += other.tried
        self.redrawn += other.redrawn
        self.dropped += other.dropped
        self.flagged += other.flagged
        self.again += other.again


@dataclass(slots=True)
class Made:
    """Finished rows: their columns in the order of the dataset's row, and the fate of each rule."""

    frame: Frame
    fates: dict[str, Fate] = field(default_factory=dict)


def make_rows(plan: DatasetPlan, frame: Frame) -> Made:
    """Run a dataset's tasks over a frame that holds the inherited columns. Raises `RunError`."""
    made = Made(frame)
    broken = _violations(plan, frame)
    flags: dict[str, NDArray[Any]] = {}
    if broken:
        made.frame = replace(frame, columns={**frame.columns, "violated": _violated(broken, frame.n)})
    masks: Mapping[str, NDArray[Any]] = broken
    for task in plan.tasks:
        if not made.frame.n:
            break
        match task:
            case Make():
                vector = _make(plan, task, made.frame)
                made.frame = replace(made.frame, columns={**made.frame.columns, task.column: vector})
            case DrawTogether():
                _together(plan, task, made, masks)
            case Judge():
                masks, flags = _judge(plan, task, made, masks, flags)
            case Ask():
                raise TypeError("what models write is not made here")
    if plan.flags:
        _set_flags(made, flags)
    return made


def _make(plan: DatasetPlan, task: Make, frame: Frame) -> Vector:
    subject = f"{plan.id}.{task.column}"
    vector = conform(evaluated(subject, task.expr, frame.for_column(task.address)), task.type)
    if task.validate:
        _validate(plan, task, vector, frame)
    return vector


def _validate(plan: DatasetPlan, task: Make, vector: Vector, frame: Frame) -> None:
    """Values of a declared type are tested; few distinct ones are tested once each."""
    if isinstance(vector, Constant):
        values: list[Any] = [vector.value]
    elif isinstance(vector, Coded):
        used = set(vector.codes.tolist()) if len(vector.values) > 64 else range(len(vector.values))
        bad = {i: r for i in used if (r := fits(vector.values[i], task.type))}
        at = next((k for k, c in enumerate(vector.codes.tolist()) if c in bad), None) if bad else None
        if at is not None:
            raise _misfit(plan, task, frame, at, bad[int(vector.codes[at])])
        return
    else:
        if _fits_all(vector, task):
            return
        values = to_list(vector, frame.n)
    for i, value in enumerate(values):
        reason = fits(value, task.type)
        if reason:
            raise _misfit(plan, task, frame, i, reason)


def _fits_all(vector: Vector, task: Make) -> bool:
    """Quick, sufficient test: arrays within the bounds of a numeric type, text without refinement."""
    import numpy as np

    from synthdsl.types.terms import BoolType, DateType, FloatType, IntType, StrType, TimestampType

    if isinstance(vector, np.ndarray) and len(vector):
        match task.type:
            case IntType(low, high) | FloatType(low, high):
                finite = vector.dtype.kind == "i" or bool(np.isfinite(vector).all())
                return (
                    finite
                    and (low is None or bool(vector.min() >= low))
                    and (high is None or bool(vector.max() <= high))
                )
            case BoolType() | DateType() | TimestampType():
                return True
            case _:
                return False
    return isinstance(task.type, StrType) and task.type == StrType()


def _misfit(plan: DatasetPlan, task: Make, frame: Frame, at: int, reason: str) -> RunError:
    message = f"{plan.id}.{task.column}, {row_name(frame, at)}: {reason}."
    notes = ("The column's declared type is tested on every value; widen it, or clamp the value.",)
    return RunError(Diagnostic("E0809", message, task.expr.span, notes))


def _together(plan: DatasetPlan, task: DrawTogether, made: Made, broken: Mapping[str, NDArray[Any]]) -> None:
    try:
        drawn = draw_together(task, made.frame, broken)
    except NeverHolds as stuck:
        raise _never(plan, task, stuck, made.frame) from stuck
    except NoValue as failed:
        subject = f"Rule '{failed.rule}' of '{plan.id}'" if failed.rule else f"{plan.id}.{failed.column}"
        raise value_failed(subject, failed.expr, failed.frame, failed.reason) from failed
    made.frame = replace(made.frame, columns={**made.frame.columns, **drawn.columns})
    for make in task.columns:
        if make.validate:
            _validate(plan, make, drawn.columns[make.column], made.frame)
    for rule, tries in drawn.tries.items():
        made.fates.setdefault(rule, Fate()).add(Fate(tried=tries.tried, redrawn=tries.refused))


def _never(plan: DatasetPlan, task: DrawTogether, stuck: NeverHolds, frame: Frame) -> RunError:
    rates = [f"'{r}' refused {_share(stuck.tries[r])} of its draws" for r in stuck.rules]
    noun = "the rule" if len(stuck.rules) == 1 else "the rules"
    message = f"In '{plan.id}' no draw satisfied {noun} {', '.join(stuck.rules)} for {row_name(frame, stuck.row)}."
    notes = (*rates, "Loosen a rule, or draw from a range that can satisfy it.")
    first, *others = (c.condition.span for c in task.rules)
    return RunError(Diagnostic("E0802", message, first, notes, tuple(Label(span, "and this") for span in others)))


def _share(tries: Tries) -> str:
    return f"{tries.refused / tries.tried:.2%}" if tries.tried else "none"


def _violations(plan: DatasetPlan, frame: Frame) -> dict[str, NDArray[Any]]:
    """For each rule violated on purpose, a mask of the rows that break it; at most one rule a row."""
    if not plan.violations:
        return {}
    draw = Draw(stream(frame.world.seed, plan.address, "violated", 0), frame.keys)
    uniform = draw.uniform()
    masks: dict[str, NDArray[Any]] = {}
    start = 0.0
    for violation in plan.violations:
        masks[violation.rule] = (uniform >= start) & (uniform < start + violation.share)
        start += violation.share
    return masks


def _violated(broken: Mapping[str, NDArray[Any]], n: int) -> Vector:
    import numpy as np

    codes = np.zeros(n, dtype=np.int64)
    for i, mask in enumerate(broken.values(), 1):
        codes[mask] = i
    return Coded(codes, [None, *broken])


def _judge(
    plan: DatasetPlan,
    task: Judge,
    made: Made,
    masks: Mapping[str, NDArray[Any]],
    flags: dict[str, NDArray[Any]],
) -> tuple[Mapping[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    import numpy as np

    frame = made.frame
    holds = mask_of(evaluated(f"Rule '{task.rule}' of '{plan.id}'", task.condition, frame), frame.n)
    fate = made.fates.setdefault(task.rule, Fate())
    fate.tried += frame.n
    bad = int(frame.n - holds.sum())
    if task.action == "fail" and bad:
        at = int(np.flatnonzero(~holds)[0])
        message = f"The rule '{task.rule}' of '{plan.id}' does not hold for {row_name(frame, at)}."
        raise RunError(Diagnostic("E0804", message, task.condition.span, (_values(frame, at),)))
    if task.action == "flag":
        fate.flagged += bad
        return masks, {**flags, task.rule: ~holds}
    if not bad:
        return masks, flags
    fate.dropped += bad
    kept = np.flatnonzero(holds)
    made.frame = frame.at(kept)
    return {k: m[kept] for k, m in masks.items()}, {k: m[kept] for k, m in flags.items()}


def _values(frame: Frame, at: int) -> str:
    shown = []
    for name, vector in list(frame.columns.items())[:8]:
        text = repr(to_list(vector, frame.n)[at])
        shown.append(f"{name} = {text if len(text) <= 60 else text[:57] + '...'}")
    return "The row: " + ", ".join(shown) + "."


def _set_flags(made: Made, flags: Mapping[str, NDArray[Any]]) -> None:
    n = made.frame.n
    columns = [[rule if f else None for f in mask.tolist()] for rule, mask in sorted(flags.items())]
    rows: list[Any] = [[r for r in row if r is not None] for row in zip(*columns, strict=True)] if columns else []
    add_flags(made, rows or [[] for _ in range(n)])


def add_flags(made: Made, rows: Sequence[list[str]]) -> None:
    """Set the column `flags`: for each row those of its parent, then its own by name."""
    n = made.frame.n
    rows = [sorted(row) for row in rows]
    inherited = made.frame.columns.get("flags")
    if inherited is not None:
        rows = [[*before, *own] for before, own in zip(to_list(inherited, n), rows, strict=True)]
    made.frame = replace(made.frame, columns={**made.frame.columns, "flags": rows})
