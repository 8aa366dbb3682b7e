"""`sentence_from`: a text by the rules of a weighted grammar."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Constant, Vector
from synthdsl.ops.choice.expand import expand
from synthdsl.ops.choice.grammar import Grammar, grammar_problems, read_grammar, unreached_problems
from synthdsl.ops.choice.options import Same
from synthdsl.ops.contract import CallSite, Operator, Problem

_DEEPEST = 1_000


def _check(call: CallSite) -> Iterator[Problem]:
    depth = call.constant("depth")
    if not 1 <= depth <= _DEEPEST:
        yield Problem("E0309", f"The depth lies between 1 and {_DEEPEST:,}, this is {depth}.", "depth")
    grammar, start = call.constant("grammar"), call.constant("start")
    wrong = list(grammar_problems(grammar, start))
    yield from wrong
    # One grammar may serve several starts; with the usual one, a symbol out of reach is a slip.
    if not wrong and not call.arguments["start"].given:
        yield from unreached_problems(grammar, start)


@lru_cache(maxsize=32)
def _grammar(value: Same, start: str) -> Grammar:
    return read_grammar(value.value, start)


def _kernel(draw: Draw, grammar: Vector, start: Vector, depth: Vector) -> Vector:
    assert isinstance(grammar, Constant) and isinstance(start, Constant) and isinstance(depth, Constant)
    return expand(_grammar(Same(grammar.value), start.value), draw, depth.value)


OPERATOR = Operator(
    name="sentence_from",
    family="choice",
    kind="sampler",
    signatures=('sentence_from(const grammar: any, *, const start: text = "start", const depth: int = 20) -> str',),
    doc=(
        "A text by the rules of a grammar: a record from each symbol to its productions, which are a list of texts, "
        "or a map of texts with weights. In a production `<name>` is replaced by one of the productions of `name`, "
        "and `<<` stands for a `<`. The text begins with the symbol `start`.\n\n"
        "A symbol may lead back to itself; from `depth` replacements inside each other on, only productions are chosen "
        "that come to an end by the shortest way. Symbols that the grammar lacks or that never end are errors, and so "
        "are symbols that are never reached, unless another `start` is named."
    ),
    examples=(
        ('sentence_from({ start: ["<greet>, <name>!"], greet: {"Hi": 3, "Hello": 1}, name: ["Ann", "Bo"] })', None),
    ),
    check=_check,
    kernel=_kernel,
)
