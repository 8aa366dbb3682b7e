"""Estimates how many draws satisfy rules that could not be enumerated: a few thousand rows, each drawn once.

The same addresses as in the run are drawn, so the estimate is part of what the run will find.
"""

from __future__ import annotations

from dataclasses import replace

from synthdsl.dataset.address import number_keys
from synthdsl.engine.evaluate import conform, evaluate, mask_of
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.window import draw_within
from synthdsl.ops.contract import Undefined
from synthdsl.plan.parts import runs_code
from synthdsl.plan.steps import Ask, DatasetPlan, DrawTogether, FreshPlan, Judge, Make, Plan, Task

SAMPLE = 4_096
"""Rows drawn: the estimate of a rare acceptance p is off by about sqrt(p / SAMPLE)."""


def with_acceptance(plan: Plan) -> Plan:
    """The plan with `acceptance` filled in for groups of fresh datasets that stand on their own."""
    return replace(plan, datasets=tuple(_estimated(plan, d) for d in plan.datasets))


def _estimated(plan: Plan, dataset: DatasetPlan) -> DatasetPlan:
    import numpy as np

    if runs_code(dataset) or not isinstance(dataset.rows, FreshPlan) or not any(_open(t) for t in dataset.tasks):
        return dataset
    world = World(plan.seed, {})
    numbers = np.arange(SAMPLE, dtype=np.int64)
    frame = Frame(world, dataset.address, SAMPLE, number_keys(0, SAMPLE), numbers, {})
    tasks = list(dataset.tasks)
    for i, task in enumerate(tasks):
        try:
            frame, rate = _once(task, frame)
        except (KeyError, Undefined):
            # It needs another dataset, an answer, or a value that only rows which pass the rules have.
            return replace(dataset, tasks=tuple(tasks))
        if rate is not None and isinstance(task, DrawTogether) and task.acceptance is None:
            tasks[i] = replace(task, acceptance=rate)
    return replace(dataset, tasks=tuple(tasks))


def _open(task: Task) -> bool:
    return isinstance(task, DrawTogether) and task.outcomes is None


def _once(task: Task, frame: Frame) -> tuple[Frame, float | None]:
    import numpy as np

    if isinstance(task, Judge | Ask):
        # What models write is not there; what is made from it is not either.
        return frame, None
    windows = {w.column: w for w in task.windows} if isinstance(task, DrawTogether) else {}
    holds = np.ones(frame.n, dtype=np.bool_)
    for make in task.columns if isinstance(task, DrawTogether) else (task,):
        window = windows.get(make.column)
        if window is None:
            vector = conform(evaluate(make.expr, frame.for_column(make.address)), make.type)
        else:
            vector, counts = draw_within(window, make, frame)
            holds &= counts
        frame = replace(frame, columns={**frame.columns, make.column: vector})
    if isinstance(task, Make):
        return frame, None
    for condition in task.rules:
        holds &= mask_of(evaluate(condition.condition, frame), frame.n)
    return frame, float(holds.mean())
