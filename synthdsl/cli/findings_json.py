"""Diagnostics as JSON: a list of objects, for editors and scripts.

Lines and columns count from 1, columns in Unicode code points; `end_line` and `end_col` are the place after the last
character. A place that is not in a file that was read has null for all four.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, Fix
from synthdsl.base.span import NOWHERE, Span
from synthdsl.cli.findings import Texts
from synthdsl.cli.json_text import json_text


def as_json(diagnostics: Iterable[Diagnostic], texts: Texts) -> str:
    """The list as text."""
    return json_text([as_object(d, texts) for d in diagnostics])


def as_object(diagnostic: Diagnostic, texts: Texts) -> dict[str, Any]:
    """One diagnostic."""
    return {
        **place(diagnostic.span, texts),
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "notes": list(diagnostic.notes),
        "labels": [{**place(label.span, texts), "message": label.message} for label in diagnostic.labels],
        "fixes": [_fix(f, texts) for f in diagnostic.fixes],
    }


def without_code(message: str, *notes: str) -> dict[str, Any]:
    """A failure that is no diagnostic: wrong usage, or a mistake of the compiler."""
    parts = {"severity": "error", "message": message, "notes": list(notes), "labels": [], "fixes": []}
    return {**place(NOWHERE, {}), "code": None, "name": None, **parts}


def _fix(fix: Fix, texts: Texts) -> dict[str, Any]:
    edits = [{**place(e.span, texts), "start": e.span.start, "stop": e.span.end, "text": e.text} for e in fix.edits]
    return {"message": fix.message, "safe": fix.safe, "edits": edits}


def place(span: Span, texts: Texts) -> dict[str, Any]:
    """Where a span is."""
    source = texts.get(span.file)
    if source is None:
        return {"file": span.file or None, "line": None, "col": None, "end_line": None, "end_col": None}
    line, column = source.position(span.start)
    end_line, end_column = source.position(max(span.start, span.end))
    return {"file": span.file, "line": line, "col": column, "end_line": end_line, "end_col": end_column}
