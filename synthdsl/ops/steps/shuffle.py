"""`shuffle`: the rows in random order."""

from __future__ import annotations

from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, same_row


def _work(given: StepInput) -> Chosen:
    import numpy as np

    return Chosen(np.argsort(given.draw().bits(), kind="stable"))


STEP = StepOperator(
    name="shuffle",
    kind="step",
    doc=(
        "Puts the rows in random order, the same for the same seed. The place of a row follows from a hash of its key, "
        "so two rows keep their order when others are added."
    ),
    parameters=(),
    result=same_row,
    example="shuffle()",
    bounds=lambda site, low, high: (low, high),
    work=_work,
)
