"""The commonest rule over a pool, `max_similarity(text, seeds.text + pool.text) < 0.7`, without comparing all pairs.

The highest similarity to a union is the highest of those to its parts: to the pool as it was when the round began,
prepared once, and to the rows of the round, of which those accepted so far count. The result is exactly that of the
function over the whole list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synthdsl.base.record import record
from synthdsl.dataset.vector import Constant, to_list
from synthdsl.engine.evaluate import mask_of
from synthdsl.engine.failing import evaluated
from synthdsl.engine.frame import Frame
from synthdsl.model.expr import Apply, ColumnRef, Expr, LocalRef, Value, WholeColumn, WholeDataset
from synthdsl.model.walk import rewrite, walk
from synthdsl.ops.text.corpus import among
from synthdsl.types.terms import FLOAT

NEAREST = "nearest#pool"


@record
class Form:
    """A condition with one `max_similarity` over a list that the pool is part of.

    old: the similarity as it stands. column: of the pool, whose values count. outer: the condition with the local
    `NEAREST` in its place.
    """

    old: Apply
    column: str
    outer: Expr


def novelty_of(condition: Expr, pool: str) -> Form | None:
    """The form of a condition; None where it looks at the pool in another way."""
    looks = [e for e in walk(condition) if isinstance(e, WholeColumn | WholeDataset) and e.dataset == pool]
    found = [e for e in walk(condition) if isinstance(e, Apply) and e.operator == "max_similarity"]
    found = [e for e in found if looks and any(part is looks[0] for part in walk(e.arguments[1]))]
    if len(looks) != 1 or len(found) != 1 or not isinstance(looks[0], WholeColumn):
        return None
    (similarity,) = found
    metric = similarity.arguments[2]
    if not isinstance(metric, Value) or not _is_union(similarity.arguments[1], looks[0]):
        return None

    def change(node: Expr) -> Expr:
        return LocalRef(NEAREST, FLOAT, node.span) if node == similarity else node

    return Form(similarity, looks[0].column, rewrite(condition, change))


def _is_union(texts: Expr, pool: WholeColumn) -> bool:
    """Whether a list is the pool's column, or lists added up of which that is one; the others are the same for all."""
    if texts is pool:
        return True
    if isinstance(texts, Apply) and texts.operator == "add":
        left, right = texts.arguments
        if any(part is pool for part in walk(left)):
            left, right = right, left
        return not any(isinstance(e, ColumnRef | LocalRef) for e in walk(left)) and _is_union(right, pool)
    return False


@dataclass(slots=True, init=False)
class Novelty:
    """One rule over the rows of a round."""

    frame: Frame
    subject: str
    outer: Expr
    before: list[float]
    nearest: Callable[[int, list[int]], float]

    def __init__(self, form: Form, frame: Frame, subject: str) -> None:
        self.frame = frame
        self.subject = subject
        self.outer = form.outer
        # The similarity to the pool as it was: one list for all rows, so it is prepared once.
        self.before = to_list(evaluated(subject, form.old, frame), frame.n)
        texts: list[str] = to_list(evaluated(subject, form.old.arguments[0], frame), frame.n)
        values: list[Any] = to_list(frame.columns[form.column], frame.n)
        metric = form.old.arguments[2]
        assert isinstance(metric, Value)
        self.nearest = among(texts, ["" if v is None else v for v in values], metric.value)

    def holds(self, at: int, accepted: list[int]) -> bool:
        """Whether the rule holds for a row of the round, after these were accepted."""
        import numpy as np

        value = max(self.before[at], self.nearest(at, accepted))
        one = self.frame.at(np.array([at])).with_local(NEAREST, Constant(value))
        return bool(mask_of(evaluated(self.subject, self.outer, one), 1)[0])
