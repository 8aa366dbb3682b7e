"""`samples-at-zero-temperature`: several samples where all are equal."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        if (asked.call.samples or 1) > 1 and any(t == 0 for t in subject.setting(asked.call, "temperature")):
            message = f"'{asked.column.name}' asks for {asked.call.samples} samples at temperature 0: all are the same."
            yield Finding(asked.column.span, message, ("Raise the temperature, or leave out `n`.",))


RULE = Rule("L0102", look)
