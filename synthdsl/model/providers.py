"""The providers of models: which settings each takes, of what type. Checked here, called elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.llm.request import Env
from synthdsl.llm.settings import COMMON as _COMMON
from synthdsl.llm.table import PROVIDERS as CALLABLE
from synthdsl.llm.table import outside
from synthdsl.model.program import Report
from synthdsl.syntax import ast

SETTINGS: dict[str, Any] = _COMMON
"""What may also stand in a long `llm` body, with bounds or kind."""

PROVIDERS: dict[str, tuple[str | None, Mapping[str, Any]]] = {
    name: (kind.first, kind.settings) for name, kind in CALLABLE.items()
}

_OUTSIDE: tuple[str | None, Mapping[str, Any]] = ("name", {"api_key": "key", "name": "text", **_COMMON})
"""Of a provider of another package, whose own settings are not known before its code runs: they may be any constant."""

_SECRET = re.compile(r"^(sk-|sk_|hf_|gsk_|xai-|AIza|ghp_|Bearer )|^[A-Za-z0-9_\-]{32,}$")


def check_model(
    function: ast.NameRef,
    positional: Sequence[tuple[Any, ast.Argument]],
    named: Mapping[str, tuple[Any, ast.Argument]],
    span: Span,
    report: Report,
) -> dict[str, Any]:
    """The settings of a model by name, reported where wrong."""
    foreign = {} if function.name in PROVIDERS else outside()
    if function.name not in PROVIDERS and function.name not in foreign:
        names = (*PROVIDERS, *foreign)
        near = nearest(function.name, names)
        fixes = (Fix(f"Write '{near[0]}'", (Edit(function.span, near[0]),)),) if near else ()
        message = f"There is no provider '{function.name}'."
        notes = (*did_you_mean(function.name, names), f"There are {', '.join(names)}.")
        report(Diagnostic("E0215", message, function.span, notes, (), fixes))
        return {}
    first, known = PROVIDERS.get(function.name, _OUTSIDE)
    given = dict(named)
    for i, pair in enumerate(positional):
        if i == 0 and first is not None:
            given.setdefault(first, pair)
        else:
            report(Diagnostic("E0209", f"'{function.name}' takes its settings by name.", pair[1].span))
    if first is not None and first not in given:
        message = f"'{function.name}' lacks the {'name of the model' if first == 'name' else 'path of the model'}."
        report(Diagnostic("E0208", message, span))
    result: dict[str, Any] = {}
    for name, (value, argument) in given.items():
        if name not in known and not foreign:
            place = argument.name.span if argument.name else argument.span
            report(unknown_setting(name, place, known))
            continue
        kind = known.get(name, "constant")
        reason = setting_problem(name, value, kind)
        if reason:
            code = "E0316" if kind == "key" else "E0309"
            notes = ('Write `api_key=env("NAME")`.',) if code == "E0316" else ()
            report(Diagnostic(code, reason, argument.value.span, notes))
        elif value is not None:
            result[name] = value
    return result


def unknown_setting(name: str, span: Span, known: Mapping[str, Any]) -> Diagnostic:
    """The finding for a setting that is none."""
    near = nearest(name, known)
    fixes = (Fix(f"Write '{near[0]}'", (Edit(span, near[0]),)),) if near else ()
    return Diagnostic("E0221", f"There is no setting '{name}'.", span, did_you_mean(name, known), (), fixes)


def setting_problem(name: str, value: Any, kind: Any) -> str:
    """Why a value cannot be that setting; empty when it can, or was reported already (None)."""
    if value is None:
        return ""
    if kind == "key":
        return "" if isinstance(value, Env) else "A key stands in the environment, never in a spec."
    if kind == "constant" and not isinstance(value, str):
        return ""
    if kind in ("text", "constant"):
        if isinstance(value, Env):
            return ""
        if not isinstance(value, str):
            return f"'{name}' is a text."
        return "This looks like a key; it must not stand in a spec." if _looks_secret(name, value) else ""
    if kind == "texts":
        good = isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))
        return "" if good else f"'{name}' is a text or a list of texts."
    if kind == "price":
        good = isinstance(value, dict) and set(value) <= {"input", "output", "cached"}
        return "" if good else '\'price\' is {"input": ..., "output": ...}, per million tokens.'
    low, high = kind
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"'{name}' is a number."
    if isinstance(low, int) and not isinstance(value, int):
        return f"'{name}' is an integer."
    return "" if low <= value <= high else f"'{name}' lies between {low} and {high}."


def _looks_secret(name: str, value: str) -> bool:
    return name != "name" and name != "path" and "/" not in value and bool(_SECRET.match(value))
