"""A plan kept in a file: what a person saw and approved before a run, and whether a run still fits it.

The file names the digest of the compiled spec, the seed, the facts of the lock file by their digest, the prices, how
many calls each statement makes of each model, and the most that the run may cost. A digest of all of it shows whether
the file is as it was written. A run fits when nothing of that is another and no statement needs more calls.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.digest import digest
from synthdsl.base.span import NOWHERE
from synthdsl.llm.prices import price_of
from synthdsl.lockfile import LOCK, Lock, lock_text, read_lock

if TYPE_CHECKING:
    from synthdsl.engine.survey import Asked
    from synthdsl.plan.steps import Plan

KIND = "synthdsl/plan-of-calls"
VERSION = 2

_UNLIKE = {
    "digest": "The spec is not that of the plan",
    "seed": "The seed is not that of the plan",
    "lock": f"What '{LOCK}' says of the spec is not what the plan",
}


def plan_text(plan: Plan, asked: Sequence[Asked], root: Path, spec: str, max_cost: float | None) -> str:
    """The file's text. spec: the name of the spec in its project folder `root`. max_cost: None without a limit."""
    calls = [
        {"column": a.column, "model": a.model, "calls": a.calls, "more": a.more, "stored": a.stored} for a in asked
    ]
    whole = {**_identity(plan, root, spec), "prices": _prices(plan, asked), "budget": max_cost, "calls": calls}
    return json.dumps({**whole, "approval": _seal(whole)}, indent=2) + "\n"


def _identity(plan: Plan, root: Path, spec: str) -> dict[str, Any]:
    lock, _, _ = read_lock(root)
    known = None if lock is None else lock.specs.get(spec)
    locked = None if known is None else digest(lock_text(Lock({}, {spec: known})))
    return {
        "kind": KIND,
        "version": VERSION,
        "spec": plan.file,
        "digest": plan.digest,
        "seed": plan.seed,
        "lock": locked,
    }


def _prices(plan: Plan, asked: Sequence[Asked]) -> dict[str, Any]:
    """The prices of the models that are called, for a million tokens."""
    models = {m.alias: m for m in plan.models}
    found: dict[str, Any] = {}
    for alias in sorted({a.model for a in asked} & models.keys()):
        price = price_of(models[alias])
        found[alias] = None if price is None else {k: float(f"{v:.10g}") for k, v in asdict(price).items()}
    return found


def _seal(whole: dict[str, Any]) -> str:
    return digest(json.dumps(whole, sort_keys=True))


def budget_of(text: str) -> float | None:
    """The most that a run may cost by a file that fits it; None without a limit."""
    found = _read(text)
    return None if found is None else found["budget"]


def misfit(
    text: str, path: Path, plan: Plan, asked: Sequence[Asked], root: Path, spec: str, max_cost: float | None
) -> Diagnostic | None:
    """Why a run that may cost `max_cost` does not fit the plan of a file; None when it does."""
    found = _read(text)
    notes = (f"Look at the new plan and keep it: `synthc plan {plan.file} -o {path.name}`.",)

    def refused(message: str) -> Diagnostic:
        return Diagnostic("E0814", message, NOWHERE, notes)

    if found is None:
        return refused(f"'{path.name}' is no plan of this program.")
    if found.pop("approval") != _seal(found):
        return refused(f"'{path.name}' is not as it was written: somebody changed it by hand.")
    now = _identity(plan, root, spec)
    for key, words in _UNLIKE.items():
        if found[key] != now[key]:
            return refused(f"{words} in '{path.name}'.")
    for model, price in _prices(plan, asked).items():
        approved = found["prices"].get(model)
        if price != approved:
            return refused(f"The price of '{model}' is {_said(price)}, the plan has {_said(approved)}.")
    budget = found["budget"]
    if budget is not None and max_cost is not None and max_cost > budget:
        return refused(f"The run may cost {max_cost:g}, the plan allows {budget:g}.")
    planned = {(c["column"], c["model"]): c for c in found["calls"]}
    for one in asked:
        known = planned.get((one.column, one.model))
        most = 0 if known is None else known["calls"]
        bound = None if known is not None and known["more"] is None else most + (known or {"more": 0})["more"]
        if bound is not None and one.calls > bound:
            return refused(f"'{one.column}' needs {one.calls:,} calls of '{one.model}', the plan has {bound:,}.")
    return None


def _said(price: dict[str, float] | None) -> str:
    return "not known" if price is None else f"{price['input']:g} in and {price['output']:g} out"


def _read(text: str) -> dict[str, Any] | None:
    """What a file says; None where it is no plan."""
    try:
        found = json.loads(text)
        if found["kind"] != KIND or found["version"] != VERSION:
            return None
        for call in found["calls"]:
            if not isinstance(call["calls"], int) or not isinstance(call["more"], int | None):
                return None
            str(call["column"]), str(call["model"])
        str(found["digest"]), int(found["seed"]), str(found["approval"]), found["lock"]
        known = all(p is None or {"input", "output"} <= p.keys() for p in found["prices"].values())
        if not known or not isinstance(found["budget"], int | float | None):
            return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(found)
