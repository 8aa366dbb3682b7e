"""`undocumented-file`: a file that does not say what for."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.base.span import Span
from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject


def look(subject: Subject) -> Iterator[Finding]:
    if subject.spec.outputs and not subject.spec.doc.strip():
        note = "A `##` comment after `synth 1` tells what the spec is for; it goes into the dataset card."
        yield Finding(Span(subject.file, 0, len("synth 1")), "The file does not say what it makes.", (note,))


RULE = Rule("L0402", look)
