"""`sequence`: numbered labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.identity import number_format

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_START = 10**15
MAX_STEP = 10**9


def _check(call: CallSite) -> Iterator[Problem]:
    fault = number_format.fault(call.constant("format"))
    if fault:
        yield Problem("E0320", fault, "format", ('As in `sequence("TCK-{:06d}")`; a brace itself is written `{{`.',))
    if call.constant("step") == 0:
        yield Problem("E0309", "With a step of 0 all rows get the same label.", "step")
    for name, bound in (("start", MAX_START), ("step", MAX_STEP)):
        value = call.constant(name)
        if value is not None and abs(value) > bound:
            yield Problem("E0309", f"'{name}' is {value}; it lies between -{bound:,} and {bound:,}.", name)


def _kernel(n: int, row: NDArray[Any], template: Vector, start: Vector, step: Vector) -> Vector:
    assert isinstance(template, Constant) and isinstance(start, Constant) and isinstance(step, Constant)
    numbers = (row * step.value + start.value).tolist()
    plain = number_format.padded(template.value)
    if plain is None:
        return list(map(template.value.format, numbers))
    before, width, after = plain
    # `%` formats integers twice as fast as `str.format`.
    place = f"%0{width}d" if width else "%d"
    pattern = before.replace("%", "%%") + place + after.replace("%", "%%")
    return list(map(pattern.__mod__, numbers))


OPERATOR = Operator(
    name="sequence",
    family="identity",
    kind="function",
    signatures=("sequence(const format: str, *, const start: int = 1, const step: int = 1) -> str",),
    doc=(
        "The label of the row: `start` for the first one, `step` more for each next, put in the place `{}` of "
        "`format`, which takes Python's formats of integers (`{:06d}`, `{:x}`). Only under `of N`; elsewhere "
        "`unique_id` gives labels."
    ),
    examples=(('sequence("TCK-{:06d}")', None), ('sequence("{}", start=100, step=10)', None)),
    check=_check,
    kernel=_kernel,
    needs_row=True,
)
