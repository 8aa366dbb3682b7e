"""`quantile_uniform`: the quantile function of the even distribution between two bounds."""

from __future__ import annotations

from synthdsl.ops.numbers.bounds import ordered
from synthdsl.ops.numbers.quantiles import quantile

OPERATOR = quantile(
    "quantile_uniform",
    ("low", "high"),
    "The value below which a share `u` of what is spread evenly from `low` to `high` lies.",
    ordered,
    lambda u, low, high: low + u * (high - low),
    lambda u, low, high: low + u * (high - low),
    ("quantile_uniform(0.25, low=0, high=20)", 5.0),
    lambda low, high: low <= high,
)
