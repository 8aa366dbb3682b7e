"""`sentence_from`: what grammars mean, what is wrong with them, that recursion ends."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import Constant, to_list
from synthdsl.ops.choice.grammar import Symbol, parts_of, read_grammar
from synthdsl.ops.contract import Argument, CallSite
from synthdsl.ops.table import operator
from synthdsl.types.terms import STR

GREETING = {"start": ["<greet>, <name>!"], "greet": {"Hi": 3, "Hello": 1}, "name": ["Ann", "Bo"]}
SUMS = {"start": ["<e>"], "e": {"<e>+<e>": 3, "<n>": 2, "(<e>)": 1}, "n": ["1", "2"]}


def texts(grammar: Any, start: int = 0, stop: int = 4000, first: str = "start", depth: int = 20) -> list[str]:
    kernel = operator("sentence_from").kernel
    assert kernel is not None
    draw = Draw(stream(3, "d", "c"), number_keys(start, stop))
    return to_list(kernel(draw, Constant(grammar), Constant(first), Constant(depth)), draw.n)


def problems(grammar: Any, start: str = "start", depth: int = 20) -> list[tuple[str, str]]:
    check = operator("sentence_from").check
    assert check is not None
    known = {"grammar": grammar, "start": start, "depth": depth}
    site = CallSite({name: Argument(STR, Constant(v), given=v not in ("start", 20)) for name, v in known.items()})
    return [(p.code, p.message) for p in check(site)]


def test_a_production_is_cut_at_its_symbols() -> None:
    assert parts_of("<a>, b <c>") == (Symbol("a"), ", b ", Symbol("c"))
    assert parts_of("1 < 2 <<b> <1x>") == ("1 < 2 <b> <1x>",)
    assert parts_of("") == ()


def test_weights_are_followed_and_parts_are_independent() -> None:
    counts = Counter(texts(GREETING))
    assert set(counts) == {"Hi, Ann!", "Hi, Bo!", "Hello, Ann!", "Hello, Bo!"}
    for text, share in {"Hi, Ann!": 3 / 8, "Hello, Bo!": 1 / 8}.items():
        assert abs(counts[text] / 4000 - share) < 0.035


def test_the_same_symbol_twice_is_drawn_twice() -> None:
    counts = Counter(texts({"start": ["<n><n>"], "n": ["0", "1"]}))
    assert set(counts) == {"00", "01", "10", "11"}
    assert all(abs(c - 1000) < 150 for c in counts.values())


def test_only_some_rows_reach_a_symbol() -> None:
    grammar = {"start": ["a<x>", "b", "<x><y>", ""], "x": ["1", "<y>2"], "y": ["3", "4"]}
    assert set(texts(grammar)) == {"a1", "a32", "a42", "b", "13", "14", "323", "324", "423", "424", ""}


@pytest.mark.parametrize("grammar", [GREETING, SUMS])
def test_texts_do_not_depend_on_chunks(grammar: Any) -> None:
    whole = texts(grammar, 0, 500)
    assert whole == texts(grammar, 0, 3) + texts(grammar, 3, 499) + texts(grammar, 499, 500)


def test_recursion_ends_and_gives_sentences_of_the_grammar() -> None:
    found = texts(SUMS, 0, 300, depth=8)
    assert all(set(t) <= set("12+()") and eval(t) > 0 for t in found)
    assert max(map(len, found)) > 20
    assert all(t.count("(") <= 3 * t.count("+") + 8 for t in found)


def test_depth_one_leaves_the_shortest_way_only() -> None:
    assert set(texts(SUMS, 0, 100, depth=1)) == {"1", "2"}


def test_an_explosive_grammar_is_cut_after_many_replacements() -> None:
    grammar = {"start": {"<start><start>": 1, "x": 0.001}}
    (text,) = texts(grammar, 0, 1, depth=1000)
    assert 5_000 < len(text) < 20_000


def test_another_start() -> None:
    assert set(texts(GREETING, first="name")) == {"Ann", "Bo"}
    assert problems(GREETING, start="name") == []


@pytest.mark.parametrize(
    ("grammar", "code", "words"),
    [
        ({}, "E0309", "from each symbol"),
        (["a"], "E0309", "from each symbol"),
        ({"begin": ["a"]}, "E0309", "no symbol 'start'"),
        ({"start": "a"}, "E0309", "productions of 'start' are not"),
        ({"start": [1]}, "E0309", "productions of 'start' are not"),
        ({"start": []}, "E0311", "has no productions"),
        ({"start": {"a": -1}}, "E0310", "In the productions of 'start': the weight -1 is negative"),
        ({"start": {"a": 0.5, "b": 0.4}}, "E0310", "sum to 90%"),
        ({"start": ["<nam>"], "name": ["a"]}, "E0309", "uses '<nam>'"),
        ({"start": ["a"], "name": ["a"]}, "E0309", "'name' is never reached"),
        ({"start": ["<start>"]}, "E0309", "'start' never comes to an end"),
        ({"start": {"<start>": 1, "x": 0}}, "E0309", "'start' never comes to an end"),
    ],
)
def test_faults_of_grammars(grammar: Any, code: str, words: str) -> None:
    ((found, message),) = problems(grammar)
    assert found == code
    assert words in message


def test_an_unknown_symbol_gets_a_hint() -> None:
    check = operator("sentence_from").check
    assert check is not None
    known = {"grammar": {"start": ["<nam>"], "name": ["a"]}, "start": "start", "depth": 20}
    (problem,) = check(CallSite({k: Argument(STR, Constant(v)) for k, v in known.items()}))
    assert problem.notes[0] == "Did you mean 'name'?"


def test_good_grammars_have_no_problems() -> None:
    assert problems(GREETING) == [] and problems(SUMS) == []
    assert problems(SUMS, depth=0) == [("E0309", "The depth lies between 1 and 1,000, this is 0.")]


def test_slots_are_those_of_the_longest_expansion() -> None:
    grammar = read_grammar({"start": ["<a><b>", "<b>"], "a": ["<b><b>", "x"], "b": ["y"]}, "start")
    assert {name: rule.slots for name, rule in grammar.rules.items()} == {"start": 5, "a": 3, "b": 1}
    assert not grammar.is_recursive and read_grammar(SUMS, "start").is_recursive
    doubling = {f"s{i}": [f"<s{i + 1}><s{i + 1}>"] for i in range(40)} | {"s40": ["x"]}
    assert read_grammar(doubling, "s0").is_recursive
