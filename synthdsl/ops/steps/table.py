"""All steps and heads of pipelines, by name: the one place that lists them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from synthdsl.ops.steps.contract import StepOperator

STEPS: tuple[str, ...] = (
    "antijoin",
    "balance",
    "decontaminate",
    "dedup",
    "filter",
    "group",
    "neighbours",
    "quality",
    "regroup",
    "review",
    "sample",
    "schedule",
    "select",
    "shuffle",
    "sort",
    "split",
    "take",
)

HEADS: tuple[str, ...] = ("join", "mix", "union")


@cache
def step(name: str) -> StepOperator:
    """The step or head of that name. Raises KeyError when there is none."""
    if name not in STEPS and name not in HEADS:
        raise KeyError(name)
    found = import_module(f"synthdsl.ops.steps.{name}").STEP
    assert isinstance(found, StepOperator)
    return found
