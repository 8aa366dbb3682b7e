"""A plan kept in a file: what a person saw before the run, and whether a run still fits it.

The file names the digest of the compiled spec, the seed, and how many calls each statement makes of each model. A run
fits when digest and seed are the same and no statement needs more calls than it was planned to.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE

if TYPE_CHECKING:
    from synthdsl.engine.survey import Asked
    from synthdsl.plan.steps import Plan

KIND = "synthdsl/plan-of-calls"


def plan_text(plan: Plan, asked: Sequence[Asked]) -> str:
    """The file's text."""
    calls = [
        {"column": a.column, "model": a.model, "calls": a.calls, "more": a.more, "stored": a.stored} for a in asked
    ]
    whole = {"kind": KIND, "version": 1, "spec": plan.file, "digest": plan.digest, "seed": plan.seed, "calls": calls}
    return json.dumps(whole, indent=2) + "\n"


def misfit(text: str, path: Path, plan: Plan, asked: Sequence[Asked]) -> Diagnostic | None:
    """Why a run does not fit the plan of a file; None when it does."""
    found = _read(text)
    notes = (f"Look at the new plan and keep it: `synthc plan {plan.file} -o {path.name}`.",)
    if found is None:
        return Diagnostic("E0814", f"'{path.name}' is no plan of this program.", NOWHERE, notes)
    if found["digest"] != plan.digest or found["seed"] != plan.seed:
        what = "The spec" if found["digest"] != plan.digest else "The seed"
        return Diagnostic("E0814", f"{what} is not that of the plan in '{path.name}'.", NOWHERE, notes)
    planned = {(c["column"], c["model"]): c for c in found["calls"]}
    for one in asked:
        known = planned.get((one.column, one.model))
        most = 0 if known is None else known["calls"]
        bound = None if known is not None and known["more"] is None else most + (known or {"more": 0})["more"]
        if bound is not None and one.calls > bound:
            message = f"'{one.column}' needs {one.calls:,} calls of '{one.model}', the plan has {bound:,}."
            return Diagnostic("E0814", message, NOWHERE, notes)
    return None


def _read(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
        if found["kind"] != KIND or found["version"] != 1:
            return None
        for call in found["calls"]:
            if not isinstance(call["calls"], int) or not isinstance(call["more"], int | None):
                return None
            str(call["column"]), str(call["model"])
        str(found["digest"]), int(found["seed"])
    except (ValueError, KeyError, TypeError):
        return None
    return dict(found)
