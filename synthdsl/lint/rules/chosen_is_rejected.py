"""`chosen-is-rejected`: a preference for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    for output in subject.spec.outputs:
        keys = {k.name: k for k in output.keys}
        both = output.format == "preference" and {"chosen", "rejected"} <= keys.keys()
        if both and keys["chosen"].value == keys["rejected"].value:
            yield Finding(keys["rejected"].span, "'chosen' and 'rejected' are the same: nothing is preferred.")


RULE = Rule("L0308", look)
