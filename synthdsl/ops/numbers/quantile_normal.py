"""`quantile_normal`: the quantile function of the normal distribution."""

from __future__ import annotations

from synthdsl.dataset import portable, portable_arrays
from synthdsl.ops.numbers.bounds import at_least_zero
from synthdsl.ops.numbers.quantiles import quantile

OPERATOR = quantile(
    "quantile_normal",
    ("mean", "sd"),
    "The value below which a share `u` of a normal distribution lies.",
    at_least_zero("sd"),
    lambda u, mean, sd: mean + sd * portable.normal_ppf(u),
    lambda u, mean, sd: mean + sd * portable_arrays.normal_ppf(u),
    ("quantile_normal(0.5, mean=41, sd=12)", 41.0),
    lambda mean, sd: sd >= 0,
)
