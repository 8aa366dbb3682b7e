"""`uniform`: a float between two bounds."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector, to_array
from synthdsl.ops.contract import Between, CallSite, Domain, Operator, Problem


def _check(call: CallSite) -> Iterator[Problem]:
    low, high = call.constant("low"), call.constant("high")
    if low is not None and high is not None and low > high:
        yield Problem("E0309", f"The lower bound {low} is above the upper bound {high}.", "low")


def _kernel(draw: Draw, low: Vector, high: Vector) -> Vector:
    a, b = to_array(low, draw.n), to_array(high, draw.n)
    return a + draw.uniform() * (b - a)


def _domain(call: CallSite) -> Domain | None:
    if call.known("low", "high"):
        return Between(call.constant("low"), call.constant("high"))
    return None


OPERATOR = Operator(
    name="uniform",
    family="numbers",
    kind="sampler",
    signatures=("uniform(low: number, high: number) -> float",),
    doc="A float drawn evenly from `low` (included) to `high` (excluded).",
    examples=(("uniform(0, 20)", None),),
    check=_check,
    kernel=_kernel,
    domain=_domain,
)
