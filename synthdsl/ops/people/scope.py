"""Following a method through all its cases: one `Scope` is one run, in which some draws are held to some outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from synthdsl.ops.people.drawn import (
    ANONYMOUS,
    MOST_OPTIONS,
    Drawn,
    Fork,
    Join,
    Unsupported,
    anonymous,
    drawn,
    flattened,
    is_uncertain,
    join,
    uses,
)

MOST_RUNS = 500
"""Runs of one method, at most, before it is left to Faker itself."""

MOST_STEPS = 30_000
"""Steps (syntax nodes visited) of one method without the methods it calls, at most."""


@dataclass(slots=True)
class Budget:
    """What is left of the work that reading one method may cost.

    The methods it calls have budgets of their own: whether they were read before must make no difference.
    """

    steps: int = MOST_STEPS

    def step(self) -> None:
        """Count one step. Raises `Unsupported` when none is left."""
        self.steps -= 1
        if self.steps < 0:
            raise Unsupported("too much work")


@dataclass(slots=True)
class Scope:
    """One run of a method. pins: for some draws, the positions of the options they are held to."""

    budget: Budget
    pins: dict[int, list[int]] = field(default_factory=dict)
    draws: int = 0

    def own(self, value: Any) -> Any:
        """The value with each of its draws numbered as a draw of this run, and held to what the run assumes."""
        if isinstance(value, Drawn):
            return value if value.index != ANONYMOUS else self._held(value, self._next())
        if isinstance(value, Join):
            tied: dict[object, int] = {}
            return join(self._part(p, tied) for p in value.parts)
        if isinstance(value, list | tuple):
            return type(value)(self.own(v) for v in value) if is_uncertain(value) else type(value)(value)
        if isinstance(value, dict) and is_uncertain(value):
            return {k: self.own(v) for k, v in value.items()}
        return value

    def _next(self) -> int:
        self.draws += 1
        return self.draws - 1

    def _part(self, part: Any, tied: dict[object, int]) -> Any:
        """A part of a join; tied parts get the same number."""
        if not isinstance(part, Drawn) or part.tie is None or part.index != ANONYMOUS:
            return self.own(part)
        if part.tie not in tied:
            tied[part.tie] = self._next()
        return self._held(part, tied[part.tie])

    def _held(self, value: Drawn, index: int) -> Any:
        """A draw under its number, held to what the run assumes of it."""
        pinned = self.pins.get(index)
        if pinned is None:
            return Drawn(value.options, value.weights, index, value.plain)
        options = [value.options[p] for p in pinned]
        if len(options) == 1:
            return self.own(options[0])
        weights = [value.weights[p] for p in pinned] if value.weights else None
        return drawn(options, weights, index)

    def pick(self, options: Any, weights: Any = None) -> Any:
        """A new draw from options."""
        if not len(options):
            raise Unsupported("a choice from nothing")
        if weights is None and isinstance(options, range):
            return self.own(options[0] if len(options) == 1 else Drawn(options))
        if len(options) > MOST_OPTIONS:
            raise Unsupported("a choice from too many")
        return self.own(drawn(options, weights))


def explore(body: Callable[[Scope], Any]) -> Any:
    """The distribution of what `body` returns, as a term without numbers of draws.

    body: run once for each case; deterministic but for the draws it takes from its scope.
    Raises `Unsupported` when there are too many cases or body does.
    """
    runs = 0
    budget = Budget()

    def attempt(pins: dict[int, list[int]]) -> Any:
        nonlocal runs
        runs += 1
        if runs > MOST_RUNS:
            raise Unsupported("too many cases")
        scope = Scope(budget, pins)
        try:
            value = body(scope)
            _check_uses(value)
        except Fork as fork:
            return branches(fork, pins)
        return anonymous(value)

    def branches(fork: Fork, pins: dict[int, list[int]]) -> Any:
        held = pins.get(fork.index)
        options, shares = [], []
        for group in fork.groups:
            positions = [held[p] for p in group] if held else group
            options.append(attempt({**pins, fork.index: positions}))
            shares.append(fork.weight(group))
        return options[0] if len(options) == 1 else flattened(options, shares)

    return attempt({})


def _check_uses(value: Any) -> None:
    """Raises `Fork` for a draw that the result uses twice: its outcomes must then agree."""
    for index, times in uses(value).items():
        if times > 1:
            draw = _find(value, index)
            if len(draw.options) > MOST_RUNS or len(draw.options) == 1:
                raise Unsupported("one draw used twice")
            raise Fork(index, [[p] for p in range(len(draw.options))], draw.weights)


def _find(value: Any, index: int) -> Drawn:
    """The place where draw `index` is used."""
    if isinstance(value, Drawn):
        if value.index == index:
            return value
        inside: Any = value.options
    elif isinstance(value, Join):
        inside = value.parts
    else:
        inside = value.values() if isinstance(value, dict) else value
    return next(_find(v, index) for v in inside if index in uses(v))
