"""`moving-model-name`: a model that changes behind its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, plain

_DATED = re.compile(r"\d{4}-?\d{2}-?\d{2}|-\d{4}$|@\d+|:\w+$")


def look(subject: Subject) -> Iterator[Finding]:
    for model in subject.models:
        settings = dict(model.arguments)
        name = plain(settings.get("name"))
        hosted = model.provider in ("openai", "anthropic") and "base_url" not in settings
        if hosted and isinstance(name, str) and not _DATED.search(name):
            message = f"'{name}' is a name that moves: another model may answer to it tomorrow."
            yield Finding(model.span, message, ("Name a snapshot, as `gpt-4o-2024-08-06`.",))


RULE = Rule("L0105", look)
