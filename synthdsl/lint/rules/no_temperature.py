"""`no-temperature`: what a server decides."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    own = {
        m.name for a in subject.calls if "temperature" not in dict(a.call.settings) for m in subject.models_of(a.call)
    }
    for model in subject.models:
        if model.name in own and model.provider != "simulated" and "temperature" not in dict(model.arguments):
            message = f"The model '{model.name}' has no `temperature`: each server takes another one."
            yield Finding(model.span, message, ("`temperature=0.8` for variety, `temperature=0` for one answer.",))


RULE = Rule("L0109", look)
