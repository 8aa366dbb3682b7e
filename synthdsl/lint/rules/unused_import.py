"""`unused-import`: an import for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.syntax import ast


def look(subject: Subject) -> Iterator[Finding]:
    module = subject.compiled.module
    for item in () if module is None else module.items:
        if not isinstance(item, ast.Import) or item.span.file != subject.file:
            continue
        rest = subject.text[: item.span.start] + subject.text[item.span.end :]
        for name in item.names:
            shown = (name.alias or name.name).text
            if not re.search(rf"\b{re.escape(shown)}\b", rest):
                yield Finding(name.name.span, f"'{shown}' is imported and never used.")


RULE = Rule("L0404", look)
