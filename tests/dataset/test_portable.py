"""The portable functions: accurate, and the same bits from the scalar and the array form."""

from __future__ import annotations

import math
import random
import statistics
import struct
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest

from synthdsl.dataset import portable, portable_arrays

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 1 - 2**-53, 5e-324, 1e308, -745.2, -745.1, 709.78, 709.79]
EDGES += [math.inf, -math.inf, math.nan]


def _values(seed: int) -> list[float]:
    chance = random.Random(seed)
    near = [chance.uniform(0, 3) for _ in range(800)]
    wide = [math.exp(chance.uniform(-700, 700)) for _ in range(800)]
    signed = [chance.uniform(-720, 720) for _ in range(800)]
    return near + wide + signed + EDGES


def _bits(x: float) -> bytes:
    return b"nan" if x != x else struct.pack("<d", x)


def _ulps(found: float, exact: Decimal) -> float:
    return float(abs(Decimal(found) - exact) / Decimal(math.ulp(float(exact))))


@pytest.mark.parametrize(
    ("scalar", "array"),
    [
        (portable.log, portable_arrays.log),
        (portable.exp, portable_arrays.exp),
        (portable.log1p, portable_arrays.log1p),
        (portable.expm1, portable_arrays.expm1),
        (portable.normal_ppf, portable_arrays.normal_ppf),
        (portable.log_gamma, portable_arrays.log_gamma),
    ],
)
def test_the_array_form_has_the_bits_of_the_scalar_form(
    scalar: Callable[[float], float], array: Callable[[np.ndarray], np.ndarray]
) -> None:
    values = _values(1) + [random.Random(2).random() for _ in range(800)]
    assert [_bits(x) for x in array(np.array(values)).tolist()] == [_bits(scalar(v)) for v in values]


def test_power_has_the_same_bits_in_both_forms() -> None:
    chance = random.Random(3)
    pairs = [(math.exp(chance.uniform(-20, 20)), chance.uniform(-40, 40)) for _ in range(1500)]
    odd = [*EDGES, -2.0, -3.5, 2.0, 3.0, -3.0, 8.0, 9.0, -9.0, 8.5, 2.0**54]
    pairs += [(a, b) for a in odd for b in odd]
    pairs += [(float(chance.randint(-40, 40)), float(chance.randint(-60, 60))) for _ in range(1500)]
    found = portable_arrays.power(np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]))
    assert [_bits(x) for x in found.tolist()] == [_bits(portable.power(a, b)) for a, b in pairs]


def test_block_borders_change_nothing() -> None:
    x = np.random.default_rng(4).random(20_001)
    whole = portable_arrays.normal_ppf(x)
    parts = np.concatenate([portable_arrays.normal_ppf(x[i : i + 777]) for i in range(0, len(x), 777)])
    assert whole.tobytes() == parts.tobytes()
    assert portable_arrays.log(np.array([])).shape == (0,)


def test_log_and_exp_are_within_one_ulp() -> None:
    with localcontext() as context:
        context.prec = 45
        for x in _values(5)[:1600]:
            if x != 1.0:
                assert _ulps(portable.log(x), Decimal(x).ln()) < 1.0
        for x in _values(6)[1600:2400]:
            if -708 < x < 709:
                assert _ulps(portable.exp(x), Decimal(x).exp()) < 1.0


def test_power_is_within_a_few_ulp() -> None:
    chance = random.Random(7)
    with localcontext() as context:
        context.prec = 45
        for _ in range(800):
            x, y = math.exp(chance.uniform(-20, 20)), chance.uniform(-30, 30)
            assert _ulps(portable.power(x, y), (Decimal(x).ln() * Decimal(y)).exp()) < 2.0
        for _ in range(300):
            x, y = chance.uniform(0.9, 1.1), chance.uniform(-6000, 6000)
            assert _ulps(portable.power(x, y), (Decimal(x).ln() * Decimal(y)).exp()) < 8.0


@pytest.mark.parametrize(
    ("x", "y"), [(10.0, 3.0), (2.0, 8.0), (-3.0, 3.0), (0.5, -7.0), (7.0, 1.0), (2.0, 60.0), (10.0, 15.0), (-3.0, 33.0)]
)
def test_whole_powers_are_exact(x: float, y: float) -> None:
    assert portable.power(x, y) == x**y


def test_subnormal_results_are_correctly_scaled() -> None:
    assert portable.exp(-745.0) == 5e-324
    assert portable.exp(-720.5) == pytest.approx(math.exp(-720.5), rel=1e-9)
    assert portable.exp(-800.0) == 0.0
    assert portable.exp(800.0) == math.inf


def test_the_normal_quantile_agrees_with_the_standard_library() -> None:
    chance = random.Random(8)
    inverse = statistics.NormalDist().inv_cdf
    for p in [chance.random() for _ in range(2000)] + [10 ** chance.uniform(-300, 0) for _ in range(500)]:
        assert portable.normal_ppf(p) == pytest.approx(inverse(p), rel=5e-15, abs=1e-16)
    assert portable.normal_ppf(0.0) == -math.inf
    assert portable.normal_ppf(1.0) == math.inf
    assert portable.normal_ppf(0.25) == -portable.normal_ppf(0.75)


def test_log_gamma_agrees_with_the_standard_library() -> None:
    chance = random.Random(9)
    for x in [chance.uniform(0, 20) for _ in range(1000)] + [10 ** chance.uniform(-10, 10) for _ in range(1000)]:
        assert portable.log_gamma(x) == pytest.approx(math.lgamma(x), rel=2e-14, abs=2e-14)


def test_small_arguments_keep_their_digits() -> None:
    chance = random.Random(10)
    for x in [chance.uniform(-0.9, 3) for _ in range(500)] + [10 ** chance.uniform(-300, 0) for _ in range(500)]:
        assert portable.log1p(x) == pytest.approx(math.log1p(x), rel=9e-16, abs=0)
        assert portable.expm1(x) == pytest.approx(math.expm1(x), rel=9e-16, abs=0)


def test_the_scalar_forms_need_no_numpy() -> None:
    code = "import sys; from synthdsl.dataset import portable as p; p.power(2.5, 3.1); print('numpy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
