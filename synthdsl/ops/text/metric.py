"""The arguments `metric` and `model` of functions that compare texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from synthdsl.base.suggest import did_you_mean
from synthdsl.ops.contract import CallSite, Problem, Undefined
from synthdsl.ops.text.likeness import MEASURES


def metric_problems(call: CallSite) -> Iterator[Problem]:
    """Whether the metric is known, and one that this version can compute."""
    metric = call.constant("metric")
    if metric == "embedding" or call.arguments["model"].given:
        place = "metric" if metric == "embedding" else "model"
        message = "Texts cannot be compared by embeddings in this version."
        yield Problem("E0911", message, place, (f"Without a model there are: {_names()}.",))
    elif metric not in MEASURES:
        notes = (*did_you_mean(str(metric), MEASURES), f"There are: {_names()}.")
        yield Problem("E0309", f"There is no metric '{metric}'.", "metric", notes)


def measure(metric: str) -> Callable[[str, str], float]:
    """The measure of that name. Raises `Undefined` when there is none."""
    found = MEASURES.get(metric)
    if found is None:
        raise Undefined(f"There is no metric '{metric}'.")
    return found


def _names() -> str:
    return ", ".join(f'"{name}"' for name in MEASURES)
