"""`source-in-system-prompt`: text of strangers with the word of the system."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, columns_of


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        for prompt in asked.call.prompts:
            for name in sorted(columns_of(prompt.text)) if prompt.role == "system" else ():
                if subject.source_of(asked.dataset, name) is not None:
                    message = f"'{name}' comes from a file and stands in the system prompt: what it says is obeyed."
                    yield Finding(prompt.text.span, message, ("Put it into the user's message, between marks.",))


RULE = Rule("L0205", look)
