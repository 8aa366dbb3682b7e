"""Draws that go together with any distributions: each keeps its own, ranks correlate as asked."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import Constant, Records, to_array, to_list
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.table import operator
from synthdsl.types.terms import STR

N = 40_000
MATRIX = [[1, 0.8, -0.3], [0.8, 1, 0.0], [-0.3, 0.0, 1]]


def copula(names: list[str], matrix: list[list[float]]) -> dict[str, Any]:
    kernel = operator("copula").kernel
    assert kernel is not None
    found = kernel(Draw(stream(1, "d", "u"), number_keys(0, N)), Constant(names), Constant(matrix))
    assert isinstance(found, Records)
    return {name: to_array(vector, N) for name, vector in found.fields.items()}


def ranks(values: Any) -> Any:
    return np.argsort(np.argsort(values))


def test_each_is_even_and_ranks_go_together() -> None:
    u = copula(["a", "b", "c"], MATRIX)
    names = list(u)
    for i, one in enumerate(names):
        ordered = np.sort(u[one])
        assert 0 < ordered[0] < ordered[-1] < 1
        assert np.abs(ordered - np.arange(N) / N).max() * math.sqrt(N) < 1.95
        for j, two in enumerate(names[:i]):
            wanted = 6 / math.pi * math.asin(MATRIX[i][j] / 2)
            assert np.corrcoef(ranks(u[one]), ranks(u[two]))[0, 1] == pytest.approx(wanted, abs=0.02)


def test_distributions_and_order_survive_the_quantiles() -> None:
    u = copula(["a", "b"], [[1, 0.6], [0.6, 1]])

    def applied(name: str, vector: Any, *given: Any) -> Any:
        kernel = operator(name).kernel
        assert kernel is not None
        return kernel(N, vector, *map(Constant, given))

    age = to_array(applied("quantile_normal", u["a"], 41, 12), N)
    wait = to_array(applied("quantile_exponential", u["b"], 0.5), N)
    assert age.mean() == pytest.approx(41, abs=0.3)
    assert age.std() == pytest.approx(12, abs=0.3)
    assert wait.mean() == pytest.approx(2, abs=0.05)
    assert (ranks(age) == ranks(u["a"])).all()
    level = to_list(applied("quantile_choice", u["b"], {"low": 6, "mid": 3, "high": 1}), N)
    assert level.count("low") / N == pytest.approx(0.6, abs=0.01)
    assert max(x for x, v in zip(wait.tolist(), level, strict=True) if v == "low") < min(
        x for x, v in zip(wait.tolist(), level, strict=True) if v == "high"
    )


def test_quantiles_invert_their_distributions() -> None:
    def at(name: str, *given: float) -> float:
        scalar = operator(name).scalar
        assert scalar is not None
        return float(scalar(*given))

    for u in (1e-12, 0.01, 0.3, 0.5, 0.99):
        normal = statistics.NormalDist(3, 2).inv_cdf(u)
        assert at("quantile_normal", u, 3, 2) == pytest.approx(normal)
        assert at("quantile_lognormal", u, 3, 2) == pytest.approx(math.exp(normal))
        assert at("quantile_exponential", u, 4) == pytest.approx(-math.log1p(-u) / 4)
        assert at("quantile_uniform", u, -1, 3) == pytest.approx(-1 + 4 * u)
    for u in (0, 1, -0.5, math.nan):
        with pytest.raises(Undefined):
            at("quantile_normal", u, 0, 1)
    with pytest.raises(Undefined):
        at("quantile_normal", 0.5, 0, -1)


@pytest.mark.parametrize(
    ("names", "matrix", "words"),
    [
        (["a", "b"], [[1, 0.5]], "2 lists of 2"),
        (["a", "b"], [[1, 0.5], [0.4, 1]], "not symmetric"),
        (["a", "b"], [[1, 0.5], [0.5, 2]], "goes with itself"),
        (["a", "b"], [[1, 1], [1, 1]], "between -1 and 1"),
        (["a", "b", "c"], [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]], "not positive definite"),
        (["a", "a"], [[1, 0], [0, 1]], "stands twice"),
        (["a b"], [[1]], "cannot be the name"),
        ([], [], "is empty"),
    ],
)
def test_what_is_wrong_is_said(names: list[str], matrix: list[list[float]], words: str) -> None:
    check = operator("copula").check
    assert check is not None
    given = {"names": Argument(STR, Constant(names)), "correlation": Argument(STR, Constant(matrix))}
    found = list(check(CallSite(given)))
    assert len(found) == 1
    assert words in found[0].message
