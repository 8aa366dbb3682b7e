"""What holds for every text: nothing raises, nothing is lost, layout means nothing, formatting is stable."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdsl.base.span import Source
from synthdsl.syntax import parse
from synthdsl.syntax.compare import same_meaning
from synthdsl.syntax.formatting import format_source
from synthdsl.syntax.parsing import parse_tree
from synthdsl.syntax.scan import scan
from synthdsl.syntax.tables import load
from synthdsl.syntax.tree import text as tree_text
from tests.syntax.samples import EVERYTHING
from tests.syntax.sentences import file, spaced

pytestmark = pytest.mark.slow

PIECES = (
    *("var", "llm", "rule", "{", "}", "(", ")", "[", "]", '"', '"""', "=", ":", ",", "|", "|>", "=>", "->", ".."),
    *("...", "1", "60%", "2025-01-01", "x", "else", "if", "match", "in", "not", "\n", "\n  ", "#", "##", 'r"', 't"'),
    *("\\", "\\n", "dataset d of 3 {", "output", "%", "&&", "'", "for", "when", ".", "-", "\u200b", "\0", "\ud800"),
)


def _check(text: str) -> None:
    tree, _ = parse_tree(Source("x", text))
    assert tree_text(tree) == text
    _, diagnostics = parse(Source("x", text))
    for found in diagnostics:
        assert 0 <= found.span.start <= found.span.end <= len(text)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    _check(text)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_row_of_pieces(pieces: list[str]) -> None:
    _check("synth 1\n" + " ".join(pieces))


@settings(max_examples=50, deadline=None)
@given(st.randoms(use_true_random=False))
def test_mutated_specs(random: Random) -> None:
    text = EVERYTHING
    for _ in range(random.randint(1, 5)):
        at = random.randrange(len(text) + 1)
        match random.randrange(3):
            case 0:
                text = text[:at] + text[at + random.choice((1, 2, 5, 30, 200)) :]
            case 1:
                text = text[:at] + random.choice(PIECES) + text[at:]
            case _:
                other = random.randrange(len(text) + 1)
                text = text[:at] + text[other : other + random.choice((5, 40, 300))] + text[at:]
    _check(text)


@pytest.mark.parametrize("seed", range(60))
def test_one_wrong_token_gives_few_findings(seed: int) -> None:
    random = Random(seed)
    token = random.choice(scan(Source("x", EVERYTHING), load()).tokens[2:])
    broken = EVERYTHING[: token.start] + EVERYTHING[token.end :]
    module, diagnostics = parse(Source("x", broken))
    assert len(diagnostics) <= 4
    assert len(module.items) >= 21


def _random_text(random: Random, *, comments: bool = True) -> str:
    return spaced(random, file(random, random.choice((10, 40, 120))), comments)


def _comments(text: str) -> list[str]:
    at, found = 0, []
    for token in scan(Source("x", text), load()).tokens:
        found += re.findall(r"#+ ?\w+", text[at : token.start])
        at = token.end
    return sorted(found + re.findall(r"#+ ?\w+", text[at:]))


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_sentences_of_the_grammar_are_read_whole(random: Random) -> None:
    text = _random_text(random)
    tree, diagnostics = parse_tree(Source("x", text))
    assert diagnostics == []
    assert tree_text(tree) == text


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_layout_means_nothing(random: Random) -> None:
    tokens = file(random, 80)
    one, _ = parse(Source("x", spaced(random, tokens, comments=False)))
    other, _ = parse(Source("x", " ".join(tokens)))
    assert same_meaning(one, other)


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_formatting_is_stable_keeps_meaning_and_comments(random: Random) -> None:
    text = _random_text(random)
    before, found = parse(Source("x", text))
    if any(d.code == "E0110" for d in found):
        return
    formatted, _ = format_source(Source("x", text))
    after, _ = parse(Source("x", formatted))
    assert same_meaning(before, after)
    assert format_source(Source("x", formatted))[0] == formatted
    assert _comments(formatted) == _comments(text)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_layout_makes_no_difference_to_the_formatter(random: Random) -> None:
    tokens = file(random, 60)
    one = " ".join(tokens)
    if any(d.code == "E0110" for d in parse(Source("x", one))[1]):
        return
    other = "  ".join(tokens[:2]) + "\n\n\t" + " \t ".join(tokens[2:])
    assert format_source(Source("x", one))[0] == format_source(Source("x", other))[0]


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "specs").glob("*.synth")), ids=lambda p: p.stem)
def test_samples(path: Path) -> None:
    text = path.read_text()
    _, diagnostics = parse(Source(path.name, text))
    assert diagnostics == []
    formatted, _ = format_source(Source(path.name, text))
    assert format_source(Source(path.name, formatted))[0] == formatted
