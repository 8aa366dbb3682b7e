"""Draws at different places are independent: streams, counters, attempts, rows, items and parts of samplers."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import Constant
from synthdsl.ops.table import operator

N = 1 << 16
CELLS = 256
LIMIT = CELLS - 1 + 6 * math.sqrt(2 * (CELLS - 1))


def sources() -> dict[str, np.ndarray]:
    """64 random bits for N rows, drawn at places that differ in one respect each."""
    keys = number_keys(0, N)
    here = Draw(stream(1, "d", "a"), keys)
    found = {f"column {name}": Draw(stream(1, "d", name), keys).bits() for name in ("a", "b", "aa")}
    found |= {f"seed {seed}": Draw(stream(seed, "d", "a"), keys).bits() for seed in (2, 3, 2**40)}
    found |= {f"dataset {name}": Draw(stream(1, name, "a"), keys).bits() for name in ("e", "f")}
    found |= {f"slot {slot}": Draw(stream(1, "d", "a", slot), keys).bits() for slot in (1, 2)}
    found |= {f"counter {counter}": here.bits(counter) for counter in (1, 2, 3, 64)}
    for attempt in (1, 2, 3, 100):
        found[f"attempt {attempt}"] = Draw(here.stream, keys, np.full(N, attempt, dtype=np.int64)).bits()
    found["next row"] = np.roll(here.bits(), -1)
    found["row far on"] = np.roll(here.bits(), -4096)
    found |= {f"part {name}": here.below(name).bits() for name in ("x", "y", 0, 1)}
    found |= {f"item {i}": here.items(np.full(N, 3, dtype=np.int64)).bits().reshape(N, 3)[:, i] for i in range(3)}
    return found


def statistic(x: np.ndarray, y: np.ndarray) -> float:
    """Chi-square of the pairs of residues modulo 16 against evenness."""
    pairs = (x % np.uint64(16)) * np.uint64(16) + y % np.uint64(16)
    counts = np.bincount(pairs.astype(np.int64), minlength=CELLS)
    wanted = len(x) / CELLS
    return float(((counts - wanted) ** 2 / wanted).sum())


def test_low_bits_of_any_two_places_fill_all_cells_evenly() -> None:
    places = sources()
    worst = max((statistic(places[a], places[b]), a, b) for a, b in combinations(places, 2))
    assert worst[0] < LIMIT, worst


def test_high_bits_of_any_two_places_fill_all_cells_evenly() -> None:
    places = {name: bits >> np.uint64(60) for name, bits in sources().items()}
    worst = max((statistic(places[a], places[b]), a, b) for a, b in combinations(places, 2))
    assert worst[0] < LIMIT, worst


def test_the_statistic_sees_dependence() -> None:
    bits = Draw(stream(1, "d", "a"), number_keys(0, N)).bits()
    assert statistic(bits, bits) > 100 * LIMIT
    assert statistic(bits, bits ^ (bits >> np.uint64(1))) > 10 * LIMIT


def test_two_columns_of_samplers_are_uncorrelated() -> None:
    """Correlations of N independent pairs have a standard deviation of 1 / sqrt(N)."""
    calls = [
        ("normal", (0, 1)),
        ("gamma", (0.5, 1)),
        ("beta", (2, 3)),
        ("poisson", (40,)),
        ("binomial", (100, 0.4)),
        ("zipf", (0.5, 100)),
        ("integer", (0, 999)),
    ]
    columns = []
    for name, arguments in calls:
        kernel = operator(name).kernel
        assert kernel is not None
        for column in ("a", "b"):
            place = Draw(stream(1, "d", f"{name} {column}"), number_keys(0, N))
            columns.append(np.asarray(kernel(place, *map(Constant, arguments)), dtype=np.float64))
    correlation = np.corrcoef(columns)
    np.fill_diagonal(correlation, 0.0)
    assert np.abs(correlation).max() < 5 / math.sqrt(N)


def test_neighbouring_rows_are_uncorrelated() -> None:
    kernel = operator("normal").kernel
    assert kernel is not None
    values = np.asarray(kernel(Draw(stream(1, "d", "a"), number_keys(0, N)), Constant(0), Constant(1)))
    for lag in (1, 2, 3, 16, 256, 1024):
        assert abs(np.corrcoef(values[:-lag], values[lag:])[0, 1]) < 5 / math.sqrt(N)
