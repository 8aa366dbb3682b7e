"""Quantiles from counts by size against those of the sorted values."""

from __future__ import annotations

import random

import pytest

from synthdsl.llm.latency import Latencies


@pytest.mark.parametrize("share", [0.01, 0.5, 0.95, 1.0])
def test_quantiles_are_right_to_the_step(share: float) -> None:
    chance = random.Random(5)
    values = sorted(chance.lognormvariate(0.0, 2.0) for _ in range(5_000))
    kept = Latencies()
    for value in values:
        kept.add(value)
    found = kept.quantile(share)
    assert found == pytest.approx(values[round(share * 5_000) - 1], rel=0.03)
    assert len(kept.counts) < 400


def test_no_call_and_no_time() -> None:
    kept = Latencies()
    assert kept.quantile(0.5) is None
    kept.add(0.0)
    assert kept.quantile(0.5) == pytest.approx(1e-6, rel=0.03)
