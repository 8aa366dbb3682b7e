"""Two plans compared: what changes for the readers of outputs, and which values of which columns.

In: the plans of the old and the new spec. Out: a `Difference`. A column changes directly when what makes it changed,
and by inheritance when something it is made from did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthdsl.diff.changes import ColumnChange, ContractChange, DatasetChange, Difference, Effect, Level
from synthdsl.diff.prints import INHERITED, ColumnPrint, DatasetPrint, prints
from synthdsl.plan.steps import OutputPlan, Plan
from synthdsl.types.relations import assignable
from synthdsl.types.show import show
from synthdsl.types.terms import LiteralType, Type

TRAINED = ("chat", "prompt_completion", "preference", "kto", "prompt_only", "alpaca", "sharegpt", "tools")
"""Formats whose keys a trainer reads."""


@dataclass(slots=True)
class _Known:
    """What is known to change so far. stale: columns and datasets whose values are others. moving: datasets of which
    rows come and go, while those that stay are as they were."""

    stale: set[str] = field(default_factory=set)
    moving: set[str] = field(default_factory=set)

    def changed(self, column: ColumnPrint, own: str) -> list[str]:
        """The inputs of a column that change. A whole column of another dataset changes with its rows."""
        found = []
        for name in column.inputs:
            other = name.rpartition(".")[0] or name
            whole = column.made != INHERITED and other != own
            if name in self.stale or (whole and (other in self.moving or other in self.stale)):
                found.append(name)
        return found


def compare(old: Plan, new: Plan, changed_files: frozenset[str] = frozenset()) -> Difference:
    """What the change from one plan to another means. changed_files: sources whose content is another."""
    before, after = prints(old), prints(new)
    data: dict[str, DatasetChange] = {}
    known = _Known()
    for name, fresh in after.items():
        change = _dataset(before.get(name), fresh, known, name in changed_files)
        if change is not None:
            data[name] = change
    for name, gone in before.items():
        if name not in after:
            data[name] = DatasetChange(name, gone.kind, "removed", (), ())
    return Difference(tuple(_contract(old, new)), tuple(data.values()))


def _dataset(old: DatasetPrint | None, new: DatasetPrint, known: _Known, other_file: bool) -> DatasetChange | None:
    """How a dataset changes; what of it changes is added to what is known."""
    if old is None:
        known.stale.add(new.id)
        known.stale.update(f"{new.id}.{c.name}" for c in new.columns)
        return DatasetChange(new.id, new.kind, "added", (), ())
    why: list[str] = []
    level: Level = "none"
    if old.rows != new.rows:
        level, why = "full", ["its rows come from elsewhere, or otherwise"]
    elif any(parent in known.stale for parent in new.parents):
        level, why = "full", [f"all rows of {p} are others" for p in new.parents if p in known.stale]
    columns = _columns(old, new, known, level == "full")
    if level == "none":
        level = _level(old, new, columns, why)
    if other_file:
        why.append("its file has other content; rows that are in both stay as they are")
        level = "append" if level in ("none", "partial") else level
    come_and_go = [p for p in new.parents if p in known.moving]
    if come_and_go and level != "full":
        why.append(f"rows of {', '.join(come_and_go)} come and go")
        level = "append" if level in ("none", "partial") else level
    touched = known.stale | {f"{new.id}.{c.column}" for c in columns if c.kind in ("direct", "inherited", "added")}
    for what, inputs in new.chosen:
        read = [i for i in inputs if i in touched]
        if read and level != "full":
            why.append(f"{what} reads {', '.join(i.rpartition('.')[2] for i in read)}, which changes")
            level = "full" if what.startswith("each ") else "filter" if level in ("none", "partial") else level
    known.stale.update(f"{new.id}.{c.column}" for c in columns if c.kind != "renamed")
    if level == "full":
        known.stale.add(new.id)
        known.stale.update(f"{new.id}.{c.name}" for c in new.columns)
    elif level in ("filter", "append"):
        known.moving.add(new.id)
    if level == "none" and not columns and not why:
        return None
    return DatasetChange(new.id, new.kind, level, tuple(why), columns)


def _level(old: DatasetPrint, new: DatasetPrint, columns: tuple[ColumnChange, ...], why: list[str]) -> Level:
    """The level of a dataset whose rows still come from where they came from; says why."""
    level: Level = "partial" if any(c.kind != "renamed" for c in columns) else "none"
    before, after = dict(old.judges), dict(new.judges)
    for rule in sorted(before.keys() | after.keys()):
        if before.get(rule) == after.get(rule):
            continue
        what = "is new" if rule not in before else "is gone" if rule not in after else "is another"
        why.append(f"rule {rule} {what}")
        level = "filter" if level == "none" else level
    if old.steps != new.steps:
        why.append(_steps(old, new))
        level = "filter" if level == "none" else level
    if old.parents != new.parents:
        why.append(f"it is made from {', '.join(new.parents)}, not from {', '.join(old.parents)}")
        level = "full"
    if old.count != new.count and level in ("none", "filter"):
        level = "append" if level == "none" else level
    if old.count != new.count:
        per = " for each row" if new.kind == "dataset" and new.parents else ""
        why.append(f"{old.count or 'one'} rows become {new.count or 'one'}{per}")
    return level


def _steps(old: DatasetPrint, new: DatasetPrint) -> str:
    names = [name for name, _ in old.steps], [name for name, _ in new.steps]
    if names[0] != names[1]:
        return f"its steps are {' |> '.join(names[1]) or 'none'}, not {' |> '.join(names[0]) or 'none'}"
    other = [a for (a, x), (_, y) in zip(old.steps, new.steps, strict=True) if x != y]
    return f"{', '.join(other)} {'has' if len(other) == 1 else 'have'} other arguments"


def _columns(old: DatasetPrint, new: DatasetPrint, known: _Known, all_stale: bool) -> tuple[ColumnChange, ...]:
    by_address = {c.address: c for c in old.columns}
    matched: set[str] = set()
    found: list[ColumnChange] = []
    so_far = _Known(set(known.stale), known.moving)
    for column in _in_order(new):
        before = by_address.get(column.address) or old.column(column.name)
        if before is None or before.name in matched:
            found.append(ColumnChange(column.name, "added", "new", asks=bool(column.asks)))
            so_far.stale.add(f"{new.id}.{column.name}")
            continue
        matched.add(before.name)
        change = _column(before, column, so_far.changed(column, new.id), all_stale)
        if change is not None:
            found.append(change)
            if change.kind in ("direct", "inherited"):
                so_far.stale.add(f"{new.id}.{column.name}")
    found += [ColumnChange(c.name, "removed", "gone") for c in old.columns if c.name not in matched]
    place = {c.name: i for i, c in enumerate(new.columns)}
    return tuple(sorted(found, key=lambda c: place.get(c.column, len(place))))


def _in_order(dataset: DatasetPrint) -> list[ColumnPrint]:
    """Columns, each after those of the same row that it is made from."""
    left = {f"{dataset.id}.{c.name}": c for c in dataset.columns}
    done: list[ColumnPrint] = []
    while left:
        ready = [k for k, c in left.items() if not any(i in left and i != k for i in c.inputs)] or [next(iter(left))]
        done += [left.pop(k) for k in ready]
    return done


def _column(old: ColumnPrint, new: ColumnPrint, changed: list[str], all_stale: bool) -> ColumnChange | None:
    types = (old.type, new.type) if old.type != new.type else None
    before = old.name if old.name != new.name else ""
    if old.made != new.made:
        why = "the prompt, the model or its settings changed" if new.asks or old.asks else "its expression changed"
        if types is not None and old.type != new.type:
            why = f"its type is {new.type}, not {old.type}"
        return ColumnChange(new.name, "direct", why, before, types, bool(new.asks))
    if changed or all_stale:
        shown = ", ".join(dict.fromkeys(i.rpartition(".")[2] if "." in i else i for i in changed))
        why = f"made from {shown}" if changed else "its row is another"
        return ColumnChange(new.name, "inherited", why, before, types, bool(new.asks))
    if before:
        return ColumnChange(new.name, "renamed", f"was {before}; draws and answers stay", before, types, bool(new.asks))
    return None


# --- contracts -----------------------------------------------------------------------------------


def _contract(old: Plan, new: Plan) -> list[ContractChange]:
    before = {o.path: o for o in old.outputs}
    after = {o.path: o for o in new.outputs}
    found = [ContractChange(path, "breaking", "is no longer written") for path in before if path not in after]
    found += [ContractChange(path, "additive", "is new") for path in after if path not in before]
    for path in after:
        if path in before:
            found += _output(before[path], after[path])
    return found


def _output(old: OutputPlan, new: OutputPlan) -> list[ContractChange]:
    if old.format != new.format:
        return [ContractChange(new.path, "training", f"has the format {new.format}, not {old.format}")]
    trained = new.format in TRAINED
    before: Mapping[str, Type] = {name: expr.type for name, expr in old.keys}
    after: Mapping[str, Type] = {name: expr.type for name, expr in new.keys}
    found: list[ContractChange] = []
    for name in before.keys() - after.keys():
        effect: Effect = "training" if trained else "breaking"
        found.append(ContractChange(new.path, effect, f"has no '{name}' any more"))
    for name in after.keys() - before.keys():
        found.append(ContractChange(new.path, "additive", f"has a new '{name}': {show(after[name])}"))
    for name in before.keys() & after.keys():
        if show(before[name]) == show(after[name]):
            continue
        what = f"'{name}' is {show(after[name])}, not {show(before[name])}"
        labels = isinstance(before[name], LiteralType) and isinstance(after[name], LiteralType)
        if assignable(after[name], before[name]):
            found.append(ContractChange(new.path, "additive", f"{what}: narrower"))
        else:
            found.append(ContractChange(new.path, "training" if trained or labels else "breaking", what))
    order = {"training": 0, "breaking": 1, "additive": 2}
    return sorted(found, key=lambda change: (order[change.effect], change.what))
