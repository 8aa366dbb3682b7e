"""`flag-that-nobody-sees`: flags that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject, columns_of


def look(subject: Subject) -> Iterator[Finding]:
    for dataset in subject.datasets:
        flags = [r for r in dataset.rules if r.action == "flag"]
        outputs = [o for o in subject.spec.outputs if o.dataset == dataset.id]
        seen = any("flags" in columns_of(k.value) for o in outputs for k in o.keys)
        if flags and outputs and not seen:
            message = f"'{flags[0].name}' flags rows, and no output has the flags: they go out like all others."
            yield Finding(flags[0].span, message, ("Write `flags = flags`, or filter by them, or `else drop`.",))


RULE = Rule("L0405", look)
