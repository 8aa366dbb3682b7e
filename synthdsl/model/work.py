"""What models are asked to do for a row: calls, loops, dialogues, recipes, as typed data.

A column made by models has a `Work` where a free column has an expression. Works go into plans as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from synthdsl.llm.extras import Extras
from synthdsl.model.expr import Expr
from synthdsl.types.terms import Type


@dataclass(frozen=True, slots=True)
class Prompt:
    """One message: its role and the expression of its text."""

    role: str
    text: Expr


@dataclass(frozen=True, slots=True)
class Examples:
    """Few-shot turns before the prompts: for each record of the list `rows`, the texts of a user turn and its answer.

    local: stands for the record in both.
    """

    rows: Expr
    local: str
    user: Expr
    answer: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """One `llm`: a call for a row, or one for each item of `items` (by the name `local`), or `samples` of each.

    model: an expression of type model. prompts: in order; a raw completion has one, of role `complete`.
    settings: constant, by name, those of the column alone. answer: the type of one answer.
    when: where it does not hold no call is made and the value is null. extras: what is asked for beside the answer.
    """

    model: Expr
    prompts: tuple[Prompt, ...]
    answer: Type
    settings: tuple[tuple[str, Any], ...] = ()
    local: str | None = None
    items: Expr | None = None
    when: Expr | None = None
    samples: int | None = None
    examples: Examples | None = None
    extras: Extras | None = None

    @property
    def is_completion(self) -> bool:
        """Whether it continues a text instead of answering messages."""
        return len(self.prompts) == 1 and self.prompts[0].role == "complete"


@dataclass(frozen=True, slots=True)
class Inner:
    """A statement inside a loop or recipe: its value goes by the unique local; `name` is how it was written.

    address: the name its draws and calls go by. Free ones have an expression, the others a work.
    """

    local: str
    name: str
    make: Expr | Call | Iterate | Chat | Invoke
    type: Type
    address: str
    declared: bool


@dataclass(frozen=True, slots=True)
class InnerRule:
    """A rule inside a recipe. name: with the column that invokes it. target: the local that is asked for again.

    times, repair: as of rules of datasets.
    """

    name: str
    condition: Expr
    action: Literal["drop", "fail", "retry", "repair"]
    target: str | None = None
    times: int = 0
    repair: Call | None = None


@dataclass(frozen=True, slots=True)
class Iterate:
    """A loop in a row: the state, by the name `local`, starts as `seed` and is `next` after each round.

    times: how many rounds at most. stop: tested before `next`; where it holds the state is kept and the loop ends.
    kept: names and locals of what a record of `NAME_steps` holds besides round and state.
    """

    seed: Expr
    times: Expr
    local: str
    body: tuple[Inner, ...]
    stop: Expr | None
    next: Expr
    state: Type


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a turn: who speaks, which model writes it, with which prompt (None: the transcript is sent)."""

    role: str
    local: str
    model: Expr
    prompt: Expr | None


@dataclass(frozen=True, slots=True)
class StopTalk:
    """`stop when` where it stands between the messages of a turn."""

    condition: Expr


@dataclass(frozen=True, slots=True)
class Chat:
    """A dialogue of between `low` and `high` turns; the transcript so far goes by the name `local`."""

    low: Expr
    high: Expr
    local: str
    parts: tuple[Turn | StopTalk, ...]


@dataclass(frozen=True, slots=True)
class Invoke:
    """A recipe with calls: parameters bound to arguments, statements in an order that fits, the value given, rules."""

    recipe: str
    bindings: tuple[tuple[str, Expr], ...]
    body: tuple[Inner, ...]
    give: Expr
    when: Expr | None = None
    rules: tuple[InnerRule, ...] = ()


Work = Call | Iterate | Chat | Invoke


def expressions(work: Work) -> Iterator[Expr]:
    """All expressions of a work, those of inner statements included."""
    match work:
        case Call():
            yield work.model
            yield from (p.text for p in work.prompts)
            yield from (e for e in (work.items, work.when) if e is not None)
            if work.examples is not None:
                yield from (work.examples.rows, work.examples.user, work.examples.answer)
        case Iterate():
            yield from (work.seed, work.times)
            yield from _inside(work.body)
            yield from (e for e in (work.stop, work.next) if e is not None)
        case Chat():
            yield from (work.low, work.high)
            for part in work.parts:
                if isinstance(part, StopTalk):
                    yield part.condition
                else:
                    yield part.model
                    if part.prompt is not None:
                        yield part.prompt
        case Invoke():
            yield from (value for _, value in work.bindings)
            yield from _inside(work.body)
            yield work.give
            for rule in work.rules:
                yield rule.condition
                if rule.repair is not None:
                    yield from expressions(rule.repair)
            if work.when is not None:
                yield work.when


def _inside(body: tuple[Inner, ...]) -> Iterator[Expr]:
    for inner in body:
        if isinstance(inner.make, Work):
            yield from expressions(inner.make)
        else:
            yield inner.make


def calls_in(work: Work) -> Iterator[Call | Turn]:
    """All calls that a work may make, at any depth."""
    match work:
        case Call():
            yield work
        case Chat():
            yield from (p for p in work.parts if isinstance(p, Turn))
        case Iterate() | Invoke():
            for inner in work.body:
                if isinstance(inner.make, Work):
                    yield from calls_in(inner.make)
            if isinstance(work, Invoke):
                yield from (rule.repair for rule in work.rules if rule.repair is not None)


def may_drop(work: Work) -> bool:
    """Whether a rule somewhere inside may drop the row, or stop the run."""
    match work:
        case Iterate() | Invoke():
            inside = any(isinstance(i.make, Work) and may_drop(i.make) for i in work.body)
            return inside or (isinstance(work, Invoke) and bool(work.rules))
        case _:
            return False
