"""Drawing from where a rule holds gives the distribution that drawing again until it holds gives."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import synthdsl
from synthdsl.dataset.address import number_keys
from synthdsl.dataset.vector import to_array, to_list
from synthdsl.engine.estimate import with_acceptance
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.rows import Made, RunError, make_rows
from synthdsl.pipeline import compile_spec
from synthdsl.plan.codec import from_json, to_json
from synthdsl.plan.steps import DatasetPlan, DrawTogether, Plan

N = 20_000


def planned(tmp_path: Path, body: str) -> Plan:
    spec = tmp_path / "spec.synth"
    spec.write_text(f'synth 1\n\ndataset d of 1_000 {{\n{body}\n}}\n\noutput "d.jsonl" from d\n', encoding="utf-8")
    compiled = compile_spec(spec)
    assert compiled.plan is not None, compiled.diagnostics
    return compiled.plan


def plain(plan: DatasetPlan) -> DatasetPlan:
    """The same without windows."""
    return replace(plan, tasks=tuple(replace(t, windows=()) if isinstance(t, DrawTogether) else t for t in plan.tasks))


def windows(plan: Plan) -> dict[str, tuple[float, float] | None]:
    return {w.column: w.reach for t in plan.dataset("d").tasks if isinstance(t, DrawTogether) for w in t.windows}


def made(plan: DatasetPlan, seed: int = 0, start: int = 0, stop: int = N) -> Made:
    numbers = np.arange(start, stop, dtype=np.int64)
    return make_rows(plan, Frame(World(seed, {}), plan.address, len(numbers), number_keys(start, stop), numbers, {}))


def column(made: Made, name: str) -> Any:
    array = to_array(made.frame.columns[name], made.frame.n)
    return array.astype(np.int64) if array.dtype.kind == "M" else array


def distance(a: Any, b: Any) -> float:
    """Kolmogorov and Smirnov's D of two samples, times sqrt(nm / (n + m)): above 1.95 once in a thousand."""
    every = np.concatenate([a, b])
    one = np.searchsorted(np.sort(a), every, side="right") / len(a)
    two = np.searchsorted(np.sort(b), every, side="right") / len(b)
    return float(np.abs(one - two).max() * math.sqrt(len(a) * len(b) / (len(a) + len(b))))


CASES = {
    "normal from a constant": ("var x = normal(mean=1, sd=2)\nrule r: x > 2", {"x": None}),
    "normal between": ("var x = normal(mean=1, sd=2)\nrule r: -1 < x <= 2", {"x": None}),
    "lognormal": ("var x = lognormal(mean=1, sd=1)\nrule r: 2 <= x < 9", {"x": None}),
    "exponential": ("var x = exponential(rate=2)\nrule r: x > 0.5 and x < 2", {"x": None}),
    "uniform": ("var x = uniform(-3, 5)\nrule r: x >= 1", {"x": None}),
    "integer": ("var x = integer(1, 50_000)\nrule r: 20_000 < x < 30_000.5", {"x": None}),
    "date": ("var x = date(1950-01-01 .. 2020-01-01)\nrule r: x > 1990-05-05 and x <= 2001-01-01", {"x": None}),
    "timestamp": (
        "var x = timestamp(2000-01-01 .. 2020-01-01)\nrule r: x < make_timestamp(2003, 4, 5)",
        {"x": None},
    ),
    "another draw weighs": (
        "var x = uniform(0, 1)\nvar y = normal(mean=0, sd=1)\nrule r: y > x + 0.5",
        {"y": (0.5, math.inf)},
    ),
    "two limits": (
        "var x = uniform(0, 2)\nvar y = exponential(rate=1)\nrule low: y > x\nrule high: y < x + 1",
        {"y": (0.0, 3.0)},
    ),
    "a chain": (
        "var a = uniform(0, 1)\nvar b = normal(mean=0, sd=1)\nvar c = lognormal(mean=0, sd=1)\n"
        "rule r: 0.5 <= a <= b <= c",
        {"a": None, "b": (0.5, math.inf), "c": (0.5, math.inf)},
    ),
    "whole numbers": (
        "var a = integer(1, 6)\nvar b = integer(1, 9_000)\nrule r: 2 * b < 1_000 * a and b <= a * 600",
        {"b": (-math.inf, 3600.0)},
    ),
    "a finite draw beside": (
        'var kind: str = choice({"a": 9, "b": 1})\nvar x = normal(mean=0, sd=1)\n'
        'rule one: x > 0.3\nrule two: kind == "b" implies x > 1',
        {"x": None},
    ),
    "the distribution depends on a draw": (
        "var a = uniform(1, 2)\nvar x = normal(mean=0, sd=a)\nrule r: x > 1.5",
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_window_changes_no_distribution(name: str, tmp_path: Path) -> None:
    body, wanted = CASES[name]
    plan = planned(tmp_path, body)
    assert windows(plan) == wanted
    assert from_json(to_json(plan)) == plan
    dataset = plan.dataset("d")
    one, two = made(dataset, 1), made(plain(dataset), 2)
    names = [c for c in one.frame.columns if c != "kind"]
    for column_ in names:
        assert distance(column(one, column_), column(two, column_)) < 1.95
    for first, second in pairwise(names):
        # The joint distribution, seen from two sides.
        a, b = (column(m, second) - column(m, first) for m in (one, two))
        assert distance(a, b) < 1.95
        assert distance(a * column(one, first), b * column(two, first)) < 1.95
    if "kind" in one.frame.columns:
        shares = [to_list(m.frame.columns["kind"], N).count("b") / N for m in (one, two)]
        assert abs(shares[0] - shares[1]) < 4 * math.sqrt(2 * 0.1 * 0.9 / N)


def test_what_no_drawing_again_would_reach(tmp_path: Path) -> None:
    """Seven standard deviations out: one draw in 800 thousand millions."""
    plan = planned(tmp_path, "  var x = normal(mean=10, sd=2)\n  rule tail: x > 24")
    done = made(plan.dataset("d"))
    deviates = np.sort((column(done, "x") - 10) / 2)
    tail = np.array([math.erfc(v / math.sqrt(2)) for v in deviates.tolist()]) / math.erfc(7 / math.sqrt(2))
    expected = 1 - tail
    assert np.abs(expected - np.arange(N) / N).max() * math.sqrt(N) < 1.95
    assert (done.fates["tail"].tried, done.fates["tail"].redrawn) == (N, 0)
    task = with_acceptance(plan).dataset("d").tasks[0]
    assert isinstance(task, DrawTogether)
    assert task.acceptance == 1.0


def test_the_widest_window_scales_what_counts(tmp_path: Path) -> None:
    """Both need some five standard deviations, so a window is never wider than that tail."""
    plan = planned(tmp_path, "  var x = uniform(5, 5.2)\n  var y = normal(mean=0, sd=1)\n  rule r: y > x")
    done = made(plan.dataset("d"))
    fate = done.fates["r"]
    assert (column(done, "y") > column(done, "x")).all()
    assert fate.tried == N + fate.redrawn
    assert fate.redrawn < N


def test_counts_of_tries_add_up(tmp_path: Path) -> None:
    plan = planned(tmp_path, "  var x = uniform(0, 1)\n  var y = normal(mean=0, sd=1)\n  rule r: y > x + 0.5")
    fate = made(plan.dataset("d")).fates["r"]
    assert fate.tried == N + fate.redrawn
    rate, known = N / fate.tried, 0.0
    for i in range(1000):
        known += 0.5 * math.erfc(((i + 0.5) / 1000 + 0.5) / math.sqrt(2)) / 1000
    assert rate == pytest.approx(known / (0.5 * math.erfc(0.5 / math.sqrt(2))), abs=0.01)


def test_rows_do_not_depend_on_the_rows_beside_them(tmp_path: Path) -> None:
    body = """
  var x = uniform(0, 1)
  var y = normal(mean=0, sd=1)
  rule r: y > x + 0.5
  violate r 20%
"""
    dataset = planned(tmp_path, body).dataset("d")
    whole, parts = made(dataset, 0, 0, 500), [made(dataset, 0, i, i + 50) for i in range(0, 500, 50)]
    for name in ("x", "y"):
        assert column(whole, name).tobytes() == np.concatenate([column(p, name) for p in parts]).tobytes()
    assert sum(p.fates["r"].tried for p in parts) == whole.fates["r"].tried


def test_rules_are_violated_outside_of_their_window(tmp_path: Path) -> None:
    body = "  var x = normal(mean=0, sd=1)\n  rule high: x > 1\n  rule low: x < 2\n  violate high 30%"
    done = made(planned(tmp_path, body).dataset("d"))
    x, broken = column(done, "x"), np.array([v == "high" for v in to_list(done.frame.columns["violated"], N)])
    assert 0.28 < broken.mean() < 0.32
    assert (x[broken] <= 1).all()
    assert ((x[~broken] > 1) & (x[~broken] < 2)).all()


def test_a_window_that_depends_on_a_source_is_drawn_at_once(tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text("".join(f'{{"age": {a}}}\n' for a in (20, 19, 60)), encoding="utf-8")
    (tmp_path / "spec.synth").write_text(
        'synth 1\nsource people: { age: int } = jsonl("people.jsonl")\n'
        "dataset d of 400 from people {\n  var tenure = uniform(0, 50)\n  rule adult: tenure <= age - 18\n}\n"
        'output "d.jsonl" from d\n',
        encoding="utf-8",
    )
    result = synthdsl.load(tmp_path / "spec.synth").run()
    rows = list(result.rows())
    assert len(rows) == 1200
    for age in (20, 19, 60):
        seen = [r["tenure"] for r in rows if r["age"] == age]
        assert max(seen) <= age - 18
        assert sum(seen) / len(seen) == pytest.approx((age - 18) / 2, rel=0.1)


def test_a_window_without_any_chance_stops_the_run_at_once(tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text('{"age": 40}\n{"age": 12}\n', encoding="utf-8")
    (tmp_path / "spec.synth").write_text(
        'synth 1\nsource people: { age: int } = jsonl("people.jsonl")\n'
        "dataset d from people {\n  var tenure = uniform(0, 50)\n  rule adult: tenure <= age - 18\n}\n"
        'output "d.jsonl" from d\n',
        encoding="utf-8",
    )
    with pytest.raises(RunError) as stopped:
        synthdsl.load(tmp_path / "spec.synth").run()
    assert stopped.value.diagnostic.code == "E0802"
