"""`typed-answer-without-retries`: rows that one slip of a model loses."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, is_text


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        if not is_text(asked.base) and 0 in subject.setting(asked.call, "retries"):
            message = f"'{asked.column.name}' is typed and asked once: each answer that does not fit loses its row."
            yield Finding(asked.column.span, message, ("`retries = 2` asks again, with what was wrong.",))


RULE = Rule("L0107", look)
