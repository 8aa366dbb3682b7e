"""`quantile_exponential`: the quantile function of the exponential distribution."""

from __future__ import annotations

from synthdsl.dataset import portable, portable_arrays
from synthdsl.ops.numbers.bounds import positive
from synthdsl.ops.numbers.quantiles import quantile

OPERATOR = quantile(
    "quantile_exponential",
    ("rate",),
    "The waiting time below which a share `u` of all lies, where events happen `rate` times per unit of time.",
    positive("rate"),
    lambda u, rate: -portable.log1p(-u) / rate,
    lambda u, rate: -portable_arrays.log1p(-u) / rate,
    ("quantile_exponential(0.5, rate=1)", 0.6931471805599453),
    lambda rate: rate > 0,
)
