"""`filter`: rows for which a condition holds."""

from __future__ import annotations

from synthdsl.dataset.vector import to_array
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, same_row


def _work(given: StepInput) -> Chosen:
    import numpy as np

    found: list[np.ndarray] = [np.empty(0, dtype=np.int64)]
    start = 0
    for n, values in given.values("condition"):
        found.append(np.flatnonzero(to_array(values, n)) + start)
        start += n
    return Chosen(np.concatenate(found))


STEP = StepOperator(
    name="filter",
    kind="step",
    doc="Keeps the rows for which a condition holds, in their order.",
    parameters=(StepParameter("condition", "condition", "What holds for a row that stays.", None, True, True),),
    result=same_row,
    example="filter(x > 1)",
    work=_work,
)
