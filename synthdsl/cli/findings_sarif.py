"""Diagnostics in the Static Analysis Results Interchange Format, for code scanning.

Source: OASIS SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from synthdsl.base.codes import CODES
from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.cli.findings import Texts
from synthdsl.cli.json_text import json_text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(diagnostics: Iterable[Diagnostic], texts: Texts, version: str) -> str:
    """One run with its results. version: of the compiler."""
    found = list(diagnostics)
    codes = sorted({d.code for d in found})
    rules = [_rule(code) for code in codes]
    driver = {"name": "synthc", "version": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, codes.index(d.code), texts) for d in found],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> dict[str, Any]:
    name = "".join(part.capitalize() for part in CODES[code].name.split("-"))
    text = CODES[code].name.replace("-", " ").capitalize()
    return {"id": code, "name": name, "shortDescription": {"text": f"{text}."}}


def _result(diagnostic: Diagnostic, rule: int, texts: Texts) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": " ".join([diagnostic.message, *diagnostic.notes])},
    }
    if diagnostic.span.file:
        result["locations"] = [{"physicalLocation": location(diagnostic.span, texts)}]
    related = [
        {"id": i, "physicalLocation": location(label.span, texts), "message": {"text": label.message}}
        for i, label in enumerate(diagnostic.labels)
        if label.span.file
    ]
    if related:
        result["relatedLocations"] = related
    fixes = [_fix(f, texts) for f in diagnostic.fixes if f.edits and all(e.span.file in texts for e in f.edits)]
    if fixes:
        result["fixes"] = fixes
    return result


def location(span: Span, texts: Texts) -> dict[str, Any]:
    """A place in a file."""
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(span.file)}}
    if span.file in texts:
        location["region"] = _region(span, texts)
    return location


def _region(span: Span, texts: Texts) -> dict[str, int]:
    source = texts[span.file]
    line, column = source.position(span.start)
    end_line, end_column = source.position(max(span.start, span.end))
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _fix(fix: Fix, texts: Texts) -> dict[str, Any]:
    by_file: dict[str, list[Edit]] = {}
    for edit in fix.edits:
        by_file.setdefault(edit.span.file, []).append(edit)
    return {
        "description": {"text": fix.message},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": quote(file)},
                "replacements": [
                    {"deletedRegion": _region(e.span, texts), "insertedContent": {"text": e.text}} for e in edits
                ],
            }
            for file, edits in by_file.items()
        ],
    }
