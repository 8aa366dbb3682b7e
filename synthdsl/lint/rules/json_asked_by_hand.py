"""`json-asked-by-hand`: jSON that is asked for in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthdsl.base.span import Span
from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, is_text, prompts_written

_ASKS = re.compile(r"\b(?:as|in|with|return|give|valid|output|reply|respond)\b[^.\n]{0,40}\bJSON\b", re.IGNORECASE)


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        for span, text in prompts_written(subject, asked):
            found = _ASKS.search(text)
            if found is None:
                continue
            place = Span(span.file, span.start + found.start(), span.start + found.end())
            if is_text(asked.base):
                message = f"The prompt of '{asked.column.name}' asks for JSON, its type is text: nobody reads it."
                yield Finding(place, message, ("A record type is sent as a schema, tested, and asked for again.",))
            else:
                message = (
                    f"The type of '{asked.column.name}' is sent as a schema already; the prompt need not ask for JSON."
                )
                yield Finding(place, message, ("Say what the fields mean in `##` comments of the type.",))


RULE = Rule("L0203", look)
