"""The samplers of numbers draw from the distributions they name, for any parameters, and refuse wrong ones."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import Constant, Records, Vector, to_list
from synthdsl.ops.contract import Argument, Between, CallSite, Finite, Problem, Undefined
from synthdsl.ops.numbers.correlated import cholesky
from synthdsl.ops.table import operator
from synthdsl.types.terms import FLOAT, Field, FloatType, IntType, RecordType

N = 50_000


def place(n: int = N, column: str = "c", attempts: Any = None) -> Draw:
    return Draw(stream(5, "numbers", column), number_keys(0, n), attempts)


def draw(name: str, *arguments: Any, n: int = N) -> np.ndarray:
    kernel = operator(name).kernel
    assert kernel is not None
    vectors = [a if isinstance(a, np.ndarray) else Constant(a) for a in arguments]
    return np.asarray(kernel(place(n, name), *vectors))


def site(**known: Any) -> CallSite:
    return CallSite(
        {name: Argument(FLOAT, None if value is None else Constant(value)) for name, value in known.items()}
    )


def problems(name: str, **known: Any) -> list[Problem]:
    check = operator(name).check
    assert check is not None
    return list(check(site(**known)))


# --- goodness of fit ------------------------------------------------------------------------------


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def gamma_cdf(a: float, x: float) -> float:
    """The regularised lower incomplete gamma function by its power series (Abramowitz and Stegun 6.5.29)."""
    term = total = 1.0 / a
    k = 0
    while term > total * 1e-15:
        k += 1
        term *= x / (a + k)
        total += term
    return total * math.exp(a * math.log(x) - x - math.lgamma(a)) if x > 0 else 0.0


def beta_cdf(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function by its power series (Abramowitz and Stegun 26.5.4)."""
    if x > (a + 1) / (a + b + 2):
        return 1.0 - beta_cdf(b, a, 1.0 - x)
    if x <= 0.0:
        return 0.0
    term = total = 1.0
    k = 0
    while term > total * 1e-15:
        term *= (a + b + k) / (a + 1 + k) * x
        total += term
        k += 1
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a * total


CONTINUOUS: list[tuple[str, tuple[float, ...], Callable[[float], float]]] = [
    ("uniform", (-3, 7), lambda x: (x + 3) / 10),
    ("normal", (41, 12), lambda x: normal_cdf((x - 41) / 12)),
    ("lognormal", (1, 0.5), lambda x: normal_cdf((math.log(x) - 1) / 0.5)),
    ("exponential", (0.5,), lambda x: -math.expm1(-0.5 * x)),
    ("gamma", (0.3, 2), lambda x: gamma_cdf(0.3, x / 2)),
    ("gamma", (1, 1), lambda x: -math.expm1(-x)),
    ("gamma", (7.5, 0.1), lambda x: gamma_cdf(7.5, x / 0.1)),
    ("gamma", (250, 1), lambda x: gamma_cdf(250, x)),
    ("beta", (2, 5), lambda x: beta_cdf(2, 5, x)),
    ("beta", (0.5, 0.5), lambda x: 2 / math.pi * math.asin(math.sqrt(x))),
    ("beta", (1, 3), lambda x: 1 - (1 - x) ** 3),
    ("beta", (40, 60), lambda x: beta_cdf(40, 60, x)),
]


@pytest.mark.parametrize(("name", "parameters", "cdf"), CONTINUOUS, ids=lambda p: str(p) if not callable(p) else "")
def test_a_continuous_sampler_fits_its_distribution(
    name: str, parameters: tuple[float, ...], cdf: Callable[[float], float]
) -> None:
    """Kolmogorov-Smirnov: D * sqrt(n) exceeds 1.95 once in a thousand."""
    values = np.sort(draw(name, *parameters)[:20_000])
    n = len(values)
    expected = np.array([cdf(v) for v in values.tolist()])
    above = (np.arange(1, n + 1) / n - expected).max()
    below = (expected - np.arange(n) / n).max()
    assert max(above, below) * math.sqrt(n) < 1.95


def fits(values: np.ndarray, chance: Callable[[int], float]) -> None:
    """Chi-square over values expected at least 20 times, and all others as one."""
    counts = Counter(values.tolist())
    n = len(values)
    statistic, cells, rest_seen, rest_wanted = 0.0, 0, n, float(n)
    for k in range(int(values.min()), int(values.max()) + 1):
        wanted = chance(k) * n
        if wanted >= 20:
            statistic += (counts[k] - wanted) ** 2 / wanted
            cells, rest_seen, rest_wanted = cells + 1, rest_seen - counts[k], rest_wanted - wanted
    if rest_wanted >= 5:
        statistic += (rest_seen - rest_wanted) ** 2 / rest_wanted
        cells += 1
    assert cells >= 2
    assert statistic < cells - 1 + 4 * math.sqrt(2 * cells)


@pytest.mark.parametrize("mean", [0.2, 3.5, 31.9, 32.0, 120.0, 5000.0])
def test_poisson_fits(mean: float) -> None:
    fits(draw("poisson", mean), lambda k: math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)))


@pytest.mark.parametrize(("n", "p"), [(10, 0.3), (10, 0.9), (100, 0.05), (25, 0.4), (1000, 0.7), (10**6, 2e-6)])
def test_binomial_fits(n: int, p: float) -> None:
    def chance(k: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))

    fits(draw("binomial", n, p), chance)


@pytest.mark.parametrize(("s", "n"), [(0, 20), (0.7, 100), (1, 1000), (1.1, 50), (2.5, 10**12), (1, 1)])
def test_zipf_fits(s: float, n: int) -> None:
    total = math.fsum(k**-s for k in range(1, min(n, 200_000) + 1))
    values = draw("zipf", s, n)
    assert values.min() >= 1
    assert values.max() <= n
    if n > 1:
        fits(values, lambda k: k**-s / total)


@pytest.mark.parametrize(("low", "high"), [(1, 6), (-5, 5), (0, 255)])
def test_integer_is_even(low: int, high: int) -> None:
    fits(draw("integer", low, high), lambda k: 1 / (high - low + 1))


@pytest.mark.parametrize(
    ("low", "high"), [(-(2**63), 2**63 - 1), (0, 2**62 + 2**61), (-(2**52), 2**52), (2**63 - 3, 2**63 - 1)]
)
def test_integer_reaches_over_wide_ranges(low: int, high: int) -> None:
    values = draw("integer", low, high, n=20_000).tolist()
    assert low <= min(values)
    assert max(values) <= high
    counts = Counter((v - low) * 3 // (high - low + 1) for v in values)
    assert all(abs(counts[third] - 20_000 / 3) < 400 for third in range(3))


def test_bernoulli_holds_its_share() -> None:
    assert abs(draw("bernoulli", 0.3).mean() - 0.3) < 0.01
    assert not draw("bernoulli", 0).any()
    assert draw("bernoulli", 1).all()


# --- parameters by row ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("uniform", (0, 5.5), (3.0, 9.0)),
        ("integer", (0, 5), (-(2**62), 2**62)),
        ("bernoulli", (0.2,), (0.9,)),
        ("normal", (0, 1), (50, 0.5)),
        ("lognormal", (0, 1), (2, 0.5)),
        ("exponential", (1,), (20.5,)),
        ("gamma", (0.4, 1), (30, 2)),
        ("beta", (0.1, 0.2), (3, 4)),
        ("poisson", (2.5,), (400.0,)),
        ("binomial", (10, 0.3), (5000, 0.6)),
        ("zipf", (1.2, 50), (0.5, 10**6)),
    ],
)
def test_each_row_draws_by_its_own_parameters(name: str, first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    turn = np.arange(3000) % 3 == 0
    mixed = [np.where(turn, a, b) for a, b in zip(first, second, strict=True)]
    expected = np.where(turn, draw(name, *first, n=3000), draw(name, *second, n=3000))
    assert draw(name, *mixed, n=3000).tobytes() == expected.tobytes()


@pytest.mark.parametrize("name", ["poisson", "binomial"])
def test_many_distinct_parameters_give_what_few_give(name: str) -> None:
    means = np.random.default_rng(1).uniform(0, 31, 2000)
    arguments = (means,) if name == "poisson" else (np.full(2000, 30), means / 100)
    together = draw(name, *arguments, n=2000)
    kernel = operator(name).kernel
    assert kernel is not None
    alone = [
        int(kernel(place(2000, name).at(np.array([i])), *[Constant(a[i].item()) for a in arguments])[0])
        for i in range(0, 2000, 7)
    ]
    assert together[::7].tolist() == alone


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("uniform", (0, 1), (2, 1)),
        ("integer", (0, 1), (2, 1)),
        ("bernoulli", (0.5,), (1.5,)),
        ("normal", (0, 1), (0, -1)),
        ("lognormal", (0, 1), (0, -1)),
        ("lognormal", (0, 1), (2000, 1)),
        ("exponential", (1,), (0,)),
        ("gamma", (1, 1), (0, 1)),
        ("gamma", (1, 1), (1, -1)),
        ("beta", (1, 1), (0, 1)),
        ("beta", (1, 1), (1, -1)),
        ("poisson", (1,), (-1,)),
        ("poisson", (1,), (1e10,)),
        ("binomial", (1, 0.5), (-1, 0.5)),
        ("binomial", (1, 0.5), (1, 1.5)),
        ("zipf", (1, 5), (-1, 5)),
        ("zipf", (1, 5), (1, 0)),
    ],
)
def test_a_row_with_wrong_parameters_is_named(name: str, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    arguments = [np.array([a, a, b, a]) for a, b in zip(good, bad, strict=True)]
    with pytest.raises(Undefined) as caught:
        draw(name, *arguments, n=4)
    assert caught.value.at == 2


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("uniform", {"low": 2, "high": 1}),
        ("integer", {"low": 2, "high": 1}),
        ("bernoulli", {"p": 50}),
        ("bernoulli", {"p": -0.1}),
        ("normal", {"mean": 0, "sd": -1}),
        ("lognormal", {"mean": 0, "sd": -1}),
        ("exponential", {"rate": 0}),
        ("gamma", {"shape": 0, "scale": 1}),
        ("gamma", {"shape": 1, "scale": 0}),
        ("beta", {"a": 0, "b": 1}),
        ("poisson", {"mean": -1}),
        ("poisson", {"mean": 1e10}),
        ("binomial", {"n": -1, "p": 0.5}),
        ("binomial", {"n": 3, "p": 1.5}),
        ("zipf", {"s": 1, "n": 0}),
        ("zipf", {"s": -1, "n": 9}),
    ],
)
def test_known_parameters_out_of_range_are_found_before_the_run(name: str, known: dict[str, Any]) -> None:
    assert [p.code for p in problems(name, **known)] == ["E0309"]


@pytest.mark.parametrize("name", ["uniform", "normal", "exponential", "poisson", "binomial", "zipf", "gamma", "beta"])
def test_unknown_parameters_raise_no_problem(name: str) -> None:
    names = [part.split(":")[0].strip() for part in operator(name).signatures[0].split("(")[1].split(")")[0].split(",")]
    unknown = dict.fromkeys(names)
    assert problems(name, **unknown) == []
    domain = operator(name).domain
    assert domain is not None
    assert isinstance(domain(site(**unknown)), Between | None)


# --- extremes -------------------------------------------------------------------------------------


def test_small_shapes_of_beta_stay_numbers() -> None:
    values = draw("beta", 1e-5, 2e-5)
    assert np.isfinite(values).all()
    assert abs((values > 0.5).mean() - 1 / 3) < 0.02


def test_degenerate_parameters_give_their_one_value() -> None:
    assert set(draw("normal", 3, 0).tolist()) == {3.0}
    assert set(draw("uniform", 2, 2).tolist()) == {2.0}
    assert set(draw("poisson", 0).tolist()) == {0}
    assert set(draw("binomial", 7, 1).tolist()) == {7}
    assert set(draw("binomial", 0, 0.4).tolist()) == {0}
    assert set(draw("zipf", 3, 1).tolist()) == {1}


def test_another_attempt_draws_anew_and_only_there() -> None:
    kernel = operator("gamma").kernel
    assert kernel is not None
    tries = np.arange(1000) % 2
    first = kernel(place(1000), Constant(2), Constant(1))
    again = kernel(place(1000, attempts=tries), Constant(2), Constant(1))
    assert (first[tries == 0] == again[tries == 0]).all()
    assert (first[tries == 1] != again[tries == 1]).all()


def test_results_are_typed_by_known_bounds() -> None:
    bounded = operator("integer").result
    assert bounded is not None
    assert bounded(site(low=1, high=6), IntType()) == IntType(1, 6)
    assert bounded(site(low=1, high=None), IntType()) == IntType()
    flat = operator("uniform").result
    assert flat is not None
    assert flat(site(low=0, high=20), FLOAT) == FloatType(0.0, 20.0)


def test_domains_are_exact_where_they_are_finite() -> None:
    domain = operator("binomial").domain
    assert domain is not None
    found = domain(site(n=3, p=0.5))
    assert found == Finite(((0, 0.125), (1, 0.375), (2, 0.375), (3, 0.125)))
    assert domain(site(n=10**6, p=0.5)) == Between(0, 10**6)


# --- correlated -----------------------------------------------------------------------------------

COV = [[49.0, 30.0], [30.0, 100.0]]


def correlated(means: Vector, cov: Any) -> Records:
    kernel = operator("correlated").kernel
    assert kernel is not None
    found = kernel(place(N, "correlated"), means, Constant(cov))
    assert isinstance(found, Records)
    return found


def test_correlated_numbers_have_their_means_and_covariance() -> None:
    found = correlated(Constant({"height": 170, "weight": 70}), COV)
    assert list(found.fields) == ["height", "weight"]
    height, weight = (np.array(to_list(v, N)) for v in found.fields.values())
    assert abs(height.mean() - 170) < 0.2
    assert np.abs(np.cov(height, weight) - COV).max() < 2.5


def test_means_may_vary_by_row() -> None:
    tall = np.arange(N) % 2 == 0
    found = correlated(Records({"height": np.where(tall, 180.0, 165.0), "weight": Constant(70)}), COV)
    plain = correlated(Constant({"height": 180.0, "weight": 70}), COV)
    assert (np.asarray(found.fields["height"])[tall] == np.asarray(plain.fields["height"])[tall]).all()
    assert abs(np.asarray(found.fields["height"])[~tall].mean() - 165) < 0.2


def test_a_covariance_may_be_singular() -> None:
    found = correlated(Constant({"a": 0, "b": 0, "c": 5}), [[4.0, 6.0, 0.0], [6.0, 9.0, 0.0], [0.0, 0.0, 0.0]])
    a, b, c = (np.asarray(v) for v in found.fields.values())
    assert np.abs(b - 1.5 * a).max() < 1e-9
    assert set(c.tolist()) == {5.0}


@pytest.mark.parametrize(
    ("cov", "word"),
    [
        ([[1.0]], "2 lists of 2"),
        ([[1.0, 0.5], [0.4, 1.0]], "not symmetric"),
        ([[1.0, 2.0], [2.0, 1.0]], "semi-definite"),
        ([[-1.0, 0.0], [0.0, 1.0]], "semi-definite"),
        ([[0.0, 1.0], [1.0, 4.0]], "semi-definite"),
    ],
)
def test_an_impossible_covariance_is_refused(cov: list[list[float]], word: str) -> None:
    record = RecordType((Field("a", FLOAT), Field("b", FLOAT)))
    check = operator("correlated").check
    assert check is not None
    call = CallSite({"means": Argument(record), "cov": Argument(FLOAT, Constant(cov))})
    found = list(check(call))
    assert len(found) == 1
    assert word in found[0].message


def test_cholesky_multiplies_back() -> None:
    lower = np.array(cholesky([[4.0, 2.0, 0.4], [2.0, 5.0, 1.0], [0.4, 1.0, 3.0]]))
    assert np.abs(lower @ lower.T - [[4.0, 2.0, 0.4], [2.0, 5.0, 1.0], [0.4, 1.0, 3.0]]).max() < 1e-12
