"""The lexer for Pygments, held to the compiler's own scanner."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest
from pygments.token import Comment, Error, Keyword, Operator, String

from synthdsl.base.span import Source
from synthdsl.highlight import SynthLexer
from synthdsl.syntax.parsing import parse_tree
from synthdsl.syntax.tables import load
from synthdsl.syntax.tree import tokens

ROOT = Path(__file__).parents[2]
SPECS = sorted(
    p for folder in ("specs", "examples", "tests/bench", "tests/samples") for p in (ROOT / folder).rglob("*.synth")
)


def _coloured(text: str) -> list[tuple[int, object, str]]:
    return [t for t in SynthLexer(stripnl=False, ensurenl=False).get_tokens_unprocessed(text) if t[2]]


@pytest.mark.parametrize("spec", SPECS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_words_are_keywords_where_the_compiler_says(spec: Path) -> None:
    text = spec.read_text(encoding="utf-8")
    tree, wrong = parse_tree(Source("x", text))
    assert not wrong
    coloured = _coloured(text)
    assert "".join(t[2] for t in coloured) == text
    assert not [t for t in coloured if t[1] in Error]
    kinds: list[object] = [None] * len(text)
    for start, kind, part in coloured:
        kinds[start : start + len(part)] = [kind] * len(part)
    keywords = set(load().keywords.values())
    for token in tokens(tree.root):
        word = text[token.start : token.end]
        kind = kinds[token.end - 1]
        place = f"{spec.name}:{text.count(chr(10), 0, token.start) + 1} {word}"
        if token.kind in keywords:
            assert kind in Keyword or kind in Operator.Word, place
        elif token.kind == "NAME":
            assert kind in Keyword.Type or kind in Keyword.Pseudo or (kind not in Keyword and kind not in String), place
        elif token.kind in ("STRING", "TSTRING"):
            assert kind in String, place


def test_no_text_has_errors() -> None:
    for text in ('var x = "open', '"""{{ open', "{% if", "synth", '"a {# b #} {{ c["d"] }}"', "ä = 1"):
        assert "".join(t[2] for t in _coloured(text)) == text


def test_templates_are_coloured_inside() -> None:
    found = {part: kind for _, kind, part in _coloured('template a = """x {{ b | upper }} {% if c %}"""')}
    assert found["{{"] in Comment.Preproc and found["if"] in Keyword and found["x "] in String


def test_the_entry_point_names_it() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pygments.lexers"]
    module, name = declared["synth"].split(":")
    assert getattr(importlib.import_module(module), name) is SynthLexer
