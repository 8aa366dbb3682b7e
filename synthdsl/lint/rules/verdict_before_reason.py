"""`verdict-before-reason`: reasons that come too late."""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.lint.contract import Finding, Rule
from synthdsl.lint.subject import Subject
from synthdsl.types.terms import BoolType, FloatType, IntType, LiteralType, RecordType

_REASONS = {"reason", "reasons", "reasoning", "rationale", "explanation", "why", "analysis", "thoughts", "critique"}


def look(subject: Subject) -> Iterator[Finding]:
    for asked in subject.calls:
        type_ = asked.base
        if not isinstance(type_, RecordType):
            continue
        names = [f.name for f in type_.fields]
        verdicts = [f.name for f in type_.fields if isinstance(f.type, BoolType | IntType | FloatType | LiteralType)]
        late = [n for n in names if n in _REASONS and verdicts and names.index(n) > names.index(verdicts[0])]
        if late:
            message = f"The answer of '{asked.column.name}' has '{verdicts[0]}' before '{late[0]}': it is judged first."
            note = "Models write fields in order; a reason that comes first is thought of in the verdict."
            yield Finding(asked.column.span, message, (note,))


RULE = Rule("L0204", look)
