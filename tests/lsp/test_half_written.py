"""Shipped specs as they are while somebody types in them: every question has an answer, none an exception."""

from __future__ import annotations

import random

import pytest

from synthdsl.lsp.analysis import analyse
from synthdsl.lsp.completion import complete
from synthdsl.lsp.findings import mends, published
from synthdsl.lsp.hints import lenses, type_hints
from synthdsl.lsp.hover import hover
from synthdsl.lsp.naming import CannotRenameError, definition, rename
from synthdsl.lsp.outline import outline
from tests.lsp.test_highlight import SPECS

BEGINNINGS = ("", "{{ ", "{{ x.", "(", '"""', '"', "{% for x in ", "{% if ", ".", "|> ", "zz", "match {", "= ", "#")


@pytest.mark.parametrize("seed", range(30))
def test_every_question_is_answered(seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice(SPECS).resolve()
    text = path.read_text(encoding="utf-8")
    at = chance.randrange(len(text))
    typed = chance.choice(BEGINNINGS)
    rest = chance.choice([text[at:], text[at + chance.randrange(30) :], ""])
    new, offset = text[:at] + typed + rest, at + len(typed)
    analysis = analyse(path, {}, new)
    published(analysis, "utf-16")
    mends(analysis, "file:///x", 0, len(new), "utf-16", [])
    assert analysis.module is not None
    outline(analysis.module)
    list(type_hints(analysis))
    list(lenses(analysis))
    complete(path, new, offset, {})
    for place in (offset, chance.randrange(len(new) + 1)):
        hover(analysis, place, lambda dataset: {})
        definition(analysis, place)
        try:
            rename(analysis, place, "brand_new", {path: new})
        except CannotRenameError as error:
            assert str(error)
