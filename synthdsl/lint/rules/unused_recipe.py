"""`unused-recipe`: a recipe for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.syntax import ast


def look(subject: Subject) -> Iterator[Finding]:
    module = subject.compiled.module
    if module is None or not subject.spec.outputs:
        return
    for item in module.items:
        if isinstance(item, ast.Recipe) and item.span.file == subject.file:
            rest = subject.text[: item.span.start] + subject.text[item.span.end :]
            if not re.search(rf"\b{re.escape(item.name.text)}\b", rest):
                yield Finding(item.name.span, f"The recipe '{item.name.text}' is never used.")


RULE = Rule("L0406", look)
