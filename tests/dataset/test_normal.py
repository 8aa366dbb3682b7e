"""Tails of the normal distribution and draws from between two bounds."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from synthdsl.dataset.normal import normal_between, normal_cdf_array


def test_tails_keep_their_digits() -> None:
    chance = random.Random(3)
    points = [chance.uniform(-37, 9) for _ in range(3000)] + [-2.0, 2.0, math.nextafter(-2.0, 0.0), 0.0, -1e-9]
    for x, found in zip(points, normal_cdf_array(np.array(points)).tolist(), strict=True):
        assert found == pytest.approx(0.5 * math.erfc(-x / math.sqrt(2)), rel=3e-13, abs=0)
    assert normal_cdf_array(np.array([-math.inf, math.inf, -400.0])).tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("low", "high"), [(-1.0, 2.0), (5.0, 6.0), (-30.0, -20.0), (35.0, math.inf), (0.5, 0.5 + 1e-9)]
)
def test_a_window_is_inverted(low: float, high: float) -> None:
    u = np.linspace(0.001, 0.999, 777)
    found, mass = normal_between(u, np.full(777, low), np.full(777, high))
    assert (found >= low).all()
    assert (found <= high).all()
    assert (np.diff(found) >= 0).all() or (np.diff(found) <= 0).all()
    side = -1 if low > 0 else 1
    start, stop = sorted((side * low, side * high))
    whole = 0.5 * (math.erfc(-stop / math.sqrt(2)) - math.erfc(-start / math.sqrt(2)))
    assert mass == pytest.approx(whole, rel=1e-6)
    if high - low > 1e-6:
        shares = (normal_cdf_array(side * found) - 0.5 * math.erfc(-start / math.sqrt(2))) / whole
        assert shares == pytest.approx(u, abs=1e-9)
