"""What a change means, as results for code scanning: outputs and datasets at their places in the new spec.

Source: OASIS SARIF 2.1.0. What breaks readers or training is an error, other changes of data a note.
"""

from __future__ import annotations

from typing import Any

from synthdsl.base.span import Span
from synthdsl.cli.diff_render import EFFECTS, LEVELS, Told
from synthdsl.cli.findings_sarif import SCHEMA, location
from synthdsl.cli.json_text import json_text

_RULES = {
    "contract": "What readers of an output find there.",
    "data": "Which rows and values a change makes anew.",
}


def as_sarif(told: Told, version: str) -> str:
    """One run with its results."""
    assert told.new.spec is not None
    outputs = {o.path: o.path_span for o in told.new.spec.outputs}
    datasets = {d.id: d.span for d in (*told.new.spec.datasets, *told.new.spec.sources)}
    results: list[dict[str, Any]] = []
    for contract in told.found.contract:
        level = "note" if contract.effect == "additive" else "error"
        text = f"{contract.output} {contract.what} ({EFFECTS[contract.effect]})."
        results.append(_result("contract", level, text, outputs.get(contract.output), told))
    for data in told.found.data:
        columns = ", ".join(c.column for c in data.columns if c.kind in ("direct", "added", "removed"))
        reasons = "; ".join(data.why) or (f"by {columns}" if columns else "by what it is made from")
        text = f"'{data.dataset}': {LEVELS[data.level]}: {reasons}."
        results.append(_result("data", "note", text, datasets.get(data.dataset), told))
    rules = [
        {"id": name, "name": name.capitalize(), "shortDescription": {"text": text}} for name, text in _RULES.items()
    ]
    driver = {"name": "synthc diff", "version": version, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(rule: str, level: str, text: str, span: Span | None, told: Told) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": level,
        "message": {"text": text},
    }
    if span is not None and span.file in told.new.texts:
        found["locations"] = [{"physicalLocation": location(span, told.new.texts)}]
    return found
