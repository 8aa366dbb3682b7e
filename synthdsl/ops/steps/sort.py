"""`sort`: the rows in the order of some values."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, StepSite, same_row
from synthdsl.types.relations import is_number, is_text, without_null
from synthdsl.types.terms import BOOL, BoolType, DateType, DurationType, RecordType, TimestampType, Type


def has_order(type_: Type) -> bool:
    """Whether values of the type, or null, can be put in order."""
    plain = without_null(type_)
    return is_number(plain) or is_text(plain) or isinstance(plain, BoolType | DateType | TimestampType | DurationType)


def _check(site: StepSite) -> Iterator[Problem]:
    by = site.given.get("by")
    if by is not None and isinstance(by.type, RecordType) and not all(has_order(f.type) for f in by.type.fields):
        yield Problem("E0301", "Rows are sorted by numbers, texts, dates or times.", "by")


def _work(given: StepInput) -> Chosen:
    from synthdsl.ops.steps.relational import ordered

    return Chosen(ordered(given, "by", bool(given.constant("descending"))))


STEP = StepOperator(
    name="sort",
    kind="step",
    doc=(
        "Puts the rows in the order of the values of `by`, or of several: `sort(by=[topic, score])`. Rows with equal "
        "values keep their order. Texts are in the order of their code points, nulls come last."
    ),
    parameters=(
        StepParameter("by", "columns", "What the rows are sorted by.", None, True, True),
        StepParameter("descending", "constant", "Whether the largest come first.", BOOL, default=False),
    ),
    result=same_row,
    example="sort(by=x, descending=true)",
    check=_check,
    bounds=lambda site, low, high: (low, high),
    work=_work,
)
