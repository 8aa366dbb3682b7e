"""Where rules are judged: as soon as what they read is settled, so that a row which is dropped costs nothing more.

Rules that ask again (`retry`, `repair`) settle before those that judge what they may change, upstream targets first;
what is left open goes by name: the first rule that a row breaks is the one that drops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from synthdsl.graph.link import DatasetGraph, columns_in
from synthdsl.model.spec import Dataset, Rule
from synthdsl.model.work import expressions
from synthdsl.plan.show import show_expr
from synthdsl.plan.steps import Ask, DrawTogether, Judge, Make, Task

ASKING = ("retry", "repair")


def judged(tasks: Sequence[Task], dataset: Dataset, graph: DatasetGraph) -> tuple[Task, ...]:
    """The tasks with a `Judge` for each rule that judges, each at its place."""
    own = {c.name for c in dataset.columns}
    above = {name: ancestors((name,), graph.needs, own) for name in own}
    place = {name: i for i, name in enumerate(graph.order)}
    rules = sorted((r for r in dataset.rules if r.action != "redraw"), key=lambda r: (*_first(r, place), r.name))
    reads = {r.name: _reads(r) & own for r in rules}
    before: dict[str, list[str]] = {}
    for at, rule in enumerate(rules):
        others = rules[:at] if rule.action in ASKING else rules
        inputs = {n for read in columns_in(rule.condition) if read in own for n in above[read]}
        before[rule.name] = [o.name for o in others if o is not rule and o.action in ASKING and o.target in inputs]
    waiting = list(rules)
    made: set[str] = set()
    placed: set[str] = set()
    result: list[Task] = []

    def settle() -> None:
        while True:
            for rule in waiting:
                if reads[rule.name] <= made and placed.issuperset(before[rule.name]):
                    waiting.remove(rule)
                    placed.add(rule.name)
                    result.append(_judge(rule))
                    break
            else:
                return

    settle()
    for task in tasks:
        result.append(task)
        made |= makes(task)
        settle()
    return tuple(result)


def _first(rule: Rule, place: Mapping[str, int]) -> tuple[int, int]:
    """Rules that ask again come first, those of upstream targets before the others."""
    return (0, place.get(rule.target or "", 0)) if rule.action in ASKING else (1, 0)


def _reads(rule: Rule) -> set[str]:
    found = set(columns_in(rule.condition))
    if rule.repair is not None:
        found.update(n for e in expressions(rule.repair) for n in columns_in(e))
    return found | ({rule.target} if rule.target else set())


def _judge(rule: Rule) -> Judge:
    assert rule.action != "redraw"
    text = show_expr(rule.condition) if rule.action in ASKING else ""
    return Judge(rule.name, rule.condition, rule.action, text, rule.target, rule.times, rule.repair)


def makes(task: Task) -> set[str]:
    """The columns that a task makes."""
    match task:
        case Make(column):
            return {column}
        case Ask(column, work):
            from synthdsl.model.bodies import STEPS
            from synthdsl.model.work import Iterate

            return {column, column + STEPS} if isinstance(work, Iterate) else {column}
        case DrawTogether(columns):
            return {c.column for c in columns}
        case Judge():
            return set()


def ancestors(start: Iterable[str], needs: Mapping[str, Sequence[str]], own: set[str]) -> set[str]:
    """The columns themselves and all that they are made from."""
    found: set[str] = set()
    stack = [n for n in start if n in own]
    while stack:
        name = stack.pop()
        if name not in found:
            found.add(name)
            stack.extend(n for n in needs.get(name, ()) if n in own)
    return found
