"""`single-braces`: placeholders of another language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthdsl.base.span import Span
from synthdsl.lint.contract import Finding, Rule, unsafe
from synthdsl.lint.subject import Subject, prompts_written

_SINGLE = re.compile(r"(?<![{%])\{\s*([a-z_][a-z0-9_]*)\s*\}(?!\})")


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        known = {f.name for f in asked.dataset.row.fields}
        for span, text in prompts_written(subject, asked):
            for match in _SINGLE.finditer(text):
                if match[1] in known:
                    place = Span(span.file, span.start + match.start(), span.start + match.end())
                    message = f"`{match[0]}` stands in the prompt as it is; the column is `{{{{ {match[1]} }}}}`."
                    fix = unsafe(f"Write `{{{{ {match[1]} }}}}`", place, f"{{{{ {match[1]} }}}}")
                    yield Finding(place, message, (), fix)


RULE = Rule("L0202", look)
