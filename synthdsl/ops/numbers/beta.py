"""`beta`: the beta distribution."""

from __future__ import annotations

from synthdsl.dataset import portable_arrays
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Operator
from synthdsl.ops.numbers.bounds import checks, positive
from synthdsl.ops.numbers.drawing import floats
from synthdsl.ops.numbers.gamma import gamma_parts
from synthdsl.ops.rows import require
from synthdsl.types.terms import FloatType, Type


def _kernel(draw: Draw, a: Vector, b: Vector) -> Vector:
    import numpy as np

    first, second = floats(a, draw.n), floats(b, draw.n)
    require(first > 0.0, "'a' of a beta distribution is above 0.")
    require(second > 0.0, "'b' of a beta distribution is above 0.")
    x, up = gamma_parts(draw.below("a"), first)
    y, down = gamma_parts(draw.below("b"), second)
    # X / (X + Y), with the larger power of e divided out of both, so that small shapes do not give 0 / 0.
    if up.any() or down.any():
        top = np.maximum(up, down)
        x, y = x * portable_arrays.exp(up - top), y * portable_arrays.exp(down - top)
    return x / (x + y)


def _domain(call: CallSite) -> Domain | None:
    return Between(0.0, 1.0)


def _result(call: CallSite, type_: Type) -> Type:
    return FloatType(0.0, 1.0)


OPERATOR = Operator(
    name="beta",
    family="numbers",
    kind="sampler",
    signatures=("beta(a: number, b: number) -> float",),
    doc="A float between 0 and 1 from the beta distribution; its mean is a / (a + b).",
    examples=(("beta(a=2, b=5)", None),),
    source="Marsaglia and Tsang 2000, by two gamma deviates",
    check=checks(positive("a"), positive("b")),
    result=_result,
    kernel=_kernel,
    domain=_domain,
)
