"""`hot-judge`: verdicts by chance."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        hot = [t for t in subject.setting(asked.call, "temperature") if t is not None and t > 0.5]
        if asked.is_verdict and hot and (asked.call.samples or 1) == 1:
            message = f"'{asked.column.name}' is a verdict at temperature {hot[0]:g}: it is another one each time."
            yield Finding(asked.call.model.span, message, ("`temperature = 0`, or a vote over `n = 5` verdicts.",))


RULE = Rule("L0108", look)
