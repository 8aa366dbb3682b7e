"""Random values as terms: what a provider of Faker would give, with the chance of each outcome.

A term is a plain Python value (it is certain), `Drawn` (one of several terms, with weights) or `Join` (the texts of
several terms one after another). Terms are built by `interpret.py`, transformed by the functions here and in
`rewrite.py`, and turned into columns by `columns.py`.

While a method is interpreted every `Drawn` has the number of its draw as `index`, so that using one draw twice is
not mistaken for two draws. Where the course of the method hangs on the outcome of a draw, `Fork` is raised; the
interpreter then follows each outcome by itself and puts the results together, weighted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

MOST_OPTIONS = 150_000
"""A draw with more outcomes is not written out."""

MOST_GROUPS = 400
"""A method whose course has more cases than this is left to Faker itself."""

MOST_FORKED = 20_000
"""Outcomes of a draw on which the course may depend, at most."""

ANONYMOUS = -1


class Unsupported(Exception):  # noqa: N818 (not an error: the provider is left to Faker itself)
    """What a method does is outside the part of Python that can be turned into columns."""


class Fork(Exception):  # noqa: N818 (not an error: the interpreter follows each group)
    """The course depends on draw `index`: one group of positions among its present options for each case."""

    def __init__(self, index: int, groups: list[list[int]], weights: Sequence[float] | None) -> None:
        super().__init__(index)
        self.index = index
        self.groups = groups
        self.weights = weights

    def weight(self, group: list[int]) -> float:
        """The weight of a group among the others."""
        return float(len(group)) if self.weights is None else float(sum(self.weights[p] for p in group))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """One of `options`, with probability proportional to `weights` (evenly when None).

    options: plain values or terms. index: the number of the draw in the method being interpreted.
    plain: whether all options are plain values. tie: parts of one `Join` with the same tie are one draw: option i of
    one goes with option i of the others.
    """

    options: Sequence[Any]
    weights: Sequence[float] | None = None
    index: int = ANONYMOUS
    plain: bool = True
    tie: object = None


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    """Texts one after another; parts are str and Drawn, no Join."""

    parts: tuple[Any, ...]


def is_term(value: Any) -> bool:
    """Whether a value is not certain."""
    return isinstance(value, Drawn | Join)


def is_uncertain(value: Any) -> bool:
    """Whether a value is a term or holds one."""
    if isinstance(value, Drawn | Join):
        return True
    if isinstance(value, list | tuple):
        return any(is_uncertain(v) for v in value)
    if isinstance(value, dict):
        return any(is_uncertain(v) for v in value.values())
    return False


def drawn(
    options: Sequence[Any],
    weights: Sequence[float] | None = None,
    index: int = ANONYMOUS,
    tie: object = None,
) -> Any:
    """`Drawn`, or its value where all options are the same plain value."""
    if isinstance(options, range):
        return options[0] if len(options) == 1 else Drawn(options, weights, index, True, tie)
    plain = all(type(o) is str for o in options) or not any(is_uncertain(o) for o in options)
    if plain and _all_same(options):
        return options[0]
    return Drawn(options, weights, index, plain, tie)


def _all_same(options: Sequence[Any]) -> bool:
    first = options[0]
    return all(o is first or (type(o) is type(first) and o == first) for o in options)


def join(parts: Iterable[Any]) -> Any:
    """The texts of the parts one after another: a str, a single term or a `Join`."""
    flat: list[Any] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Join) else (part,):
            if isinstance(piece, str) and flat and isinstance(flat[-1], str):
                flat[-1] += piece
            elif not isinstance(piece, str) or piece:
                flat.append(piece)
    if not flat:
        return ""
    if len(flat) == 1 and (isinstance(flat[0], str) or is_text(flat[0])):
        return flat[0]
    return Join(tuple(flat))


def is_text(value: Any) -> bool:
    """Whether every outcome of a value is text."""
    if isinstance(value, str | Join):
        return True
    if not isinstance(value, Drawn) or isinstance(value.options, range):
        return False
    return all(isinstance(o, str) or is_text(o) for o in value.options)


def over(function: Callable[[Any], Any], value: Any) -> Any:
    """The outcomes of a `Drawn`, each put through a function; it stays the same draw."""
    if not isinstance(value, Drawn):
        return function(value)
    if len(value.options) > MOST_OPTIONS:
        raise Unsupported("a draw with too many outcomes")
    return drawn([function(o) for o in value.options], value.weights, value.index, value.tie)


def fork(value: Drawn, key: Callable[[Any], Any] | None = None) -> Fork:
    """The fork that makes a draw certain, or its `key` when that is given."""
    # a draw with one option that is a term stands for a number written run by run: its outcomes are not listed
    if value.index == ANONYMOUS or len(value.options) > MOST_FORKED or len(value.options) == 1:
        raise Unsupported("the course depends on a draw with too many outcomes")
    groups: dict[Any, list[int]] = {}
    for position, option in enumerate(value.options):
        groups.setdefault(_group(option, position, key), []).append(position)
        if len(groups) > MOST_GROUPS:
            raise Unsupported("the course depends on a draw with too many outcomes")
    return Fork(value.index, list(groups.values()), value.weights)


def _group(option: Any, position: int, key: Callable[[Any], Any] | None) -> Any:
    if is_uncertain(option):
        return ("term", position)
    found = key(option) if key else option
    try:
        hash(found)
    except TypeError:
        return ("one", position)
    return (type(found).__name__, found)


def certain(value: Any, key: Callable[[Any], Any] | None = None) -> Any:
    """The plain value itself. Raises `Fork` (for a term) so that it becomes one."""
    if isinstance(value, Drawn):
        raise fork(value, key)
    if isinstance(value, Join):
        raise fork(next(p for p in value.parts if isinstance(p, Drawn)))
    if isinstance(value, list | tuple):
        for item in value:
            certain(item)
    if isinstance(value, dict):
        for item in value.values():
            certain(item)
    return value


def uses(value: Any) -> dict[int, int]:
    """How often each draw occurs in the result, at most, along any one course; plain parts of one join count once."""
    found: dict[int, int] = {}
    if isinstance(value, Drawn):
        if not value.plain:
            for option in value.options:
                for index, times in uses(option).items():
                    found[index] = max(found.get(index, 0), times)
        if value.index != ANONYMOUS:
            found[value.index] = found.get(value.index, 0) + 1
        return found
    parts: Iterable[Any] = ()
    tied: set[int] = set()
    if isinstance(value, Join):
        parts = value.parts
        tied = {p.index for p in parts if isinstance(p, Drawn) and p.plain and p.index != ANONYMOUS}
        found.update(dict.fromkeys(tied, 1))
    elif isinstance(value, list | tuple):
        parts = value
    elif isinstance(value, dict):
        parts = value.values()
    for part in parts:
        if not (isinstance(part, Drawn) and part.plain and part.index in tied):
            for index, times in uses(part).items():
                found[index] = found.get(index, 0) + times
    return found


def anonymous(value: Any) -> Any:
    """The term without the numbers of its draws: each place then stands for a draw of its own, or is tied."""
    if isinstance(value, Drawn):
        if value.plain:
            return value if value.index == ANONYMOUS else Drawn(value.options, value.weights, tie=value.tie)
        options = [anonymous(o) for o in value.options]
        if len(options) == 1:
            return options[0]
        return flattened(options, value.weights) if value.tie is None else drawn(options, value.weights, tie=value.tie)
    if isinstance(value, Join):
        return join(map(anonymous, _with_ties(value.parts)))
    if isinstance(value, list | tuple):
        return type(value)(anonymous(v) for v in value) if is_uncertain(value) else value
    if isinstance(value, dict):
        return {k: anonymous(v) for k, v in value.items()}
    return value


def _with_ties(parts: tuple[Any, ...]) -> list[Any]:
    """The parts of a join; those that are one draw get a tie."""
    times = Counter(p.index for p in parts if isinstance(p, Drawn) and p.index != ANONYMOUS)
    ties = {index: object() for index, n in times.items() if n > 1}
    return [
        Drawn(p.options, p.weights, p.index, p.plain, ties[p.index]) if isinstance(p, Drawn) and p.index in ties else p
        for p in parts
    ]


def flattened(options: Sequence[Any], weights: Sequence[float] | None) -> Any:
    """A draw among terms; where these are draws among few plain values, one draw among all those values."""
    size = sum(len(o.options) if isinstance(o, Drawn) else 1 for o in options)
    if size > 4_000 or any(is_uncertain(o) and not (isinstance(o, Drawn) and o.plain) for o in options):
        return drawn(list(options), weights)
    flat: list[Any] = []
    chances: list[float] = []
    total = float(sum(weights)) if weights else float(len(options))
    for position, option in enumerate(options):
        share = (weights[position] if weights else 1.0) / total
        if isinstance(option, Drawn):
            inner = float(sum(option.weights)) if option.weights else float(len(option.options))
            flat.extend(option.options)
            chances.extend(share * w / inner for w in option.weights or [1.0] * len(option.options))
        else:
            flat.append(option)
            chances.append(share)
    return drawn(flat, chances)
