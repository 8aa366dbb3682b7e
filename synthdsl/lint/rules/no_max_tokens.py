"""`no-max-tokens`: answers of any length."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    asked = {
        m.name for a in subject.calls if "max_tokens" not in dict(a.call.settings) for m in subject.models_of(a.call)
    }
    for model in subject.models:
        settings = dict(model.arguments)
        if model.name in asked and "max_tokens" not in settings and model.provider != "simulated":
            message = f"The model '{model.name}' has no `max_tokens`: one answer may cost any amount."
            yield Finding(
                model.span, message, ("`max_tokens=400` bounds answers, and what `plan` says of their cost.",)
            )


RULE = Rule("L0103", look)
