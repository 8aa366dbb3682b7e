"""`bernoulli`: true with a probability."""

from __future__ import annotations

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Domain, Finite, Operator
from synthdsl.ops.numbers.bounds import probability
from synthdsl.ops.numbers.drawing import floats
from synthdsl.ops.rows import require


def _kernel(draw: Draw, p: Vector) -> Vector:
    chance = floats(p, draw.n)
    require((chance >= 0.0) & (chance <= 1.0), "A probability lies between 0 and 1.")
    return draw.uniform() < chance


def _domain(call: CallSite) -> Domain | None:
    p = call.constant("p")
    if p is None:
        return None
    outcomes = ((True, float(p)), (False, 1.0 - p))
    return Finite(tuple((value, chance) for value, chance in outcomes if chance))


OPERATOR = Operator(
    name="bernoulli",
    family="numbers",
    kind="sampler",
    signatures=("bernoulli(p: number) -> bool",),
    doc="True with probability `p`, else false.",
    examples=(("bernoulli(0.8)", None),),
    check=probability("p"),
    kernel=_kernel,
    domain=_domain,
)
