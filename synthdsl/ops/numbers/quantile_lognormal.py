"""`quantile_lognormal`: the quantile function of the log-normal distribution."""

from __future__ import annotations

from synthdsl.dataset import portable, portable_arrays
from synthdsl.ops.numbers.bounds import at_least_zero
from synthdsl.ops.numbers.quantiles import quantile

OPERATOR = quantile(
    "quantile_lognormal",
    ("mean", "sd"),
    "The value below which a share `u` of a log-normal distribution lies; `mean` and `sd` are those of the logarithm.",
    at_least_zero("sd"),
    lambda u, mean, sd: portable.exp(mean + sd * portable.normal_ppf(u)),
    lambda u, mean, sd: portable_arrays.exp(mean + sd * portable_arrays.normal_ppf(u)),
    ("quantile_lognormal(0.5, mean=0, sd=1)", 1.0),
    lambda mean, sd: sd >= 0,
)
