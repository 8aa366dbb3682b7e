"""Diagnostics as workflow commands, which GitHub shows beside the lines of a pull request.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.cli.findings import Texts
from synthdsl.cli.findings_json import place
from synthdsl.cli.text import escape


def as_github(diagnostics: Iterable[Diagnostic], texts: Texts) -> str:
    """One command a line."""
    return "\n".join(_command(d, texts) for d in diagnostics)


def _command(diagnostic: Diagnostic, texts: Texts) -> str:
    at = place(diagnostic.span, texts)
    properties: list[tuple[str, object]] = []
    if at["file"] is not None:
        properties.append(("file", at["file"]))
    if at["line"] is not None:
        properties += [("line", at["line"]), ("endLine", at["end_line"])]
        if at["line"] == at["end_line"]:
            # GitHub ignores columns of a place over several lines.
            properties += [("col", at["col"]), ("endColumn", max(at["col"], at["end_col"] - 1))]
    properties.append(("title", f"{diagnostic.code} {diagnostic.name}"))
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties)
    return f"::{diagnostic.severity.value} {written}::{_data(' '.join([diagnostic.message, *diagnostic.notes]))}"


def _data(text: str) -> str:
    return escape(text, keep="\r\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
