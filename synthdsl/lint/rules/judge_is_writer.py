"""`judge-is-writer`: a judge that is the writer."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, columns_of
from synthdsl.model.spec import Model


def look(subject: Subject) -> Iterator[Finding]:
    writers: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
    for asked in subject.calls:
        writers.setdefault((asked.dataset.id, asked.column.name), set()).update(
            map(_known, subject.models_of(asked.call))
        )
    for asked in subject.calls:
        if not asked.is_verdict:
            continue
        own = set(map(_known, subject.models_of(asked.call)))
        for name in sorted({c for p in asked.call.prompts for c in columns_of(p.text)}):
            if own & writers.get((asked.dataset.id, name), set()):
                message = f"'{asked.column.name}' judges '{name}' by the model that wrote it."
                yield Finding(asked.call.model.span, message, ("Models prefer their own answers: ask another one.",))
                break


def _known(model: Model) -> tuple[str, str, str]:
    settings = dict(model.arguments)
    return model.provider, repr(settings.get("base_url")), str(settings.get("name", model.name))


RULE = Rule("L0101", look)
