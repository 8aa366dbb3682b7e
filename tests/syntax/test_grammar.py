"""The grammar file and the tables made from it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import lark
import pytest

from synthdsl.base.span import Source
from synthdsl.syntax.scan import scan
from synthdsl.syntax.tables import grammar_file, load, tables_file, to_json
from tests.syntax.samples import EVERYTHING
from tests.syntax.sentences import LEXEMES, file

pytestmark = pytest.mark.slow

GRAMMAR = grammar_file().read_text(encoding="utf-8")


def test_no_conflicts_under_strict_mode() -> None:
    lark.Lark(GRAMMAR, parser="lalr", strict=True)


def test_tables_are_fresh() -> None:
    assert to_json(GRAMMAR) == tables_file().read_text(encoding="utf-8"), "run python -m synthdsl.syntax.tables"


def test_only_the_reserved_words_are_reserved() -> None:
    assert set(load().keywords) >= {"var", "llm", "rule", "dataset", "output", "test", "type", "from"}


@pytest.mark.parametrize("kind", sorted(LEXEMES))
def test_the_scanner_agrees_with_the_tokens_of_the_grammar(kind: str) -> None:
    lexer = lark.Lark(GRAMMAR, parser="lalr", lexer="basic")
    for lexeme in LEXEMES[kind]:
        (token,) = scan(Source("x", lexeme), load()).tokens
        (theirs,) = lexer.lex(lexeme)
        assert (token.kind, token.start, token.end) == (kind, 0, len(lexeme))
        assert (theirs.type, str(theirs)) == (kind, lexeme)


def test_marks_and_keywords_are_scanned_as_in_the_grammar() -> None:
    for spelling, kind in (load().symbols | load().keywords).items():
        (token,) = scan(Source("x", spelling), load()).tokens
        assert token.kind == kind


def test_larks_own_lexer_reads_a_text_without_words_in_two_roles() -> None:
    text = EVERYTHING.replace("template body", "template text_body")
    assert lark.Lark(GRAMMAR, parser="lalr", strict=True).parse(text) is not None


def test_every_rule_is_used_by_random_sentences() -> None:
    seen: set[str] = set()
    for seed in range(300):
        seen.update(file(Random(seed), 150))
    assert set(load().keywords) - seen == set()


def test_wheel_ships_the_grammar() -> None:
    project = Path(grammar_file()).parent.parent / "pyproject.toml"
    names = {path.name for path in grammar_file().parent.iterdir() if path.is_file()}
    assert names == {"synth.lark", "synth.tables.json"}
    for name in names:
        assert f'"grammar/{name}" = "synthdsl/_shipped/grammar/{name}"' in project.read_text()
