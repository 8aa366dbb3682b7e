"""`same-prompt-for-every-row`: rows that ask the same."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, varies


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        call = asked.call
        if call.is_completion or call.items is not None or call.examples is not None:
            continue
        if not any(varies(p.text) for p in call.prompts):
            message = f"The prompt of '{asked.column.name}' does not use the row: all rows ask the same."
            yield Finding(call.prompts[-1].text.span, message, ("Let it say something of the row, for other answers.",))


RULE = Rule("L0201", look)
