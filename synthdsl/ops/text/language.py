"""`language`: the language a text is written in."""

from __future__ import annotations

from synthdsl.ops.contract import Operator

OPERATOR = Operator(
    name="language",
    family="text",
    kind="function",
    signatures=("language(text: text) -> str",),
    doc='The language of a text as an ISO 639-1 code, `"en"`.',
    examples=(('language("Guten Morgen allerseits")', None),),
    runnable=False,
)
