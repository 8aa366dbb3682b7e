"""`lognormal`: the log-normal distribution."""

from __future__ import annotations

import math

from synthdsl.dataset import portable
from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import Between, CallSite, Domain, Operator
from synthdsl.ops.numbers.bounds import at_least_zero
from synthdsl.ops.numbers.drawing import floats, standard_normal
from synthdsl.ops.rows import require
from synthdsl.ops.symbols.exact import finite


def _kernel(draw: Draw, mean: Vector, sd: Vector) -> Vector:
    import numpy as np

    centre, spread = floats(mean, draw.n), floats(sd, draw.n)
    require(spread >= 0.0, "A standard deviation is not negative.")
    with np.errstate(over="ignore"):
        return finite(portable.exp_array(centre + spread * standard_normal(draw)))


def _domain(call: CallSite) -> Domain | None:
    return Between(0.0, math.inf)


OPERATOR = Operator(
    name="lognormal",
    family="numbers",
    kind="sampler",
    signatures=("lognormal(mean: number, sd: number) -> float",),
    doc=(
        "A float whose logarithm is normal with this mean and standard deviation: `mean` and `sd` describe the "
        "logarithm, so the median of the values is `exp(mean)` and their mean `exp(mean + sd * sd / 2)`."
    ),
    examples=(("lognormal(mean=3, sd=0.5)", None),),
    check=at_least_zero("sd"),
    kernel=_kernel,
    domain=_domain,
)
