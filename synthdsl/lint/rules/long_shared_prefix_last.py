"""`long-shared-prefix-last`: a part of the prompt that is paid for each time."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        users = [p for p in asked.call.prompts if p.role == "user"]
        if len(asked.call.prompts) != 1 or not users or users[0].text.span.file != subject.file:
            continue
        text = subject.written(users[0].text.span)
        at = text.find("{{")
        rest = text[text.rfind("}}") + 2 :] if at >= 0 else ""
        if 0 <= at < 200 and len(rest) > 1_200:
            message = (
                f"The prompt of '{asked.column.name}' begins with the row and ends with {len(rest):,} fixed characters."
            )
            yield Finding(
                users[0].text.span, message, ("Servers keep what prompts begin with: put the fixed part first.",)
            )


RULE = Rule("L0206", look)
