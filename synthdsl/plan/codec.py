"""Plans as versioned JSON, and back: `from_json(to_json(plan)) == plan`.

Every frozen dataclass of a plan becomes an object `{"is": its name, ...its fields}`; fields with their default value
and places in the source are left out. A tuple is an array. What JSON does not have is an object with a name in lower
case: `list`, `map`, `date`, `timestamp`, `duration`, `float` (for NaN and the infinities). Deep expressions are cut:
`{"is": "part", "at": 3}` stands for number 3 of the array `parts`, so that no reader needs a deep stack.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING
from typing import Any

from synthdsl.base.digest import digest
from synthdsl.plan import steps
from synthdsl.plan.kinds import EXPR_SET, KINDS, PIECES, TYPE_SET, shape_of

FORMAT = "synthdsl plan"
MAX_DEPTH = 100
"""Nesting of arrays and objects within which an expression begins; deeper ones become parts of their own."""

_PLAIN = {str, int, bool, type(None)}
_KNOWN = set(KINDS.values())
_PARTS = EXPR_SET | set(PIECES)


def to_json(plan: steps.Plan) -> str:
    """The plan as indented JSON."""
    encoder = _Encoder(bare=False)
    body, parts = encoder.all(plan)
    whole: dict[str, Any] = {"format": FORMAT, "version": plan.version, "plan": body}
    if parts:
        whole["parts"] = parts
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1)


def from_json(text: str | bytes) -> steps.Plan:
    """The plan of a JSON text. Raises ValueError for one that is of another version, or no plan."""
    try:
        whole = json.loads(text)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply for a plan") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ValueError("this is no plan: its 'format' is not 'synthdsl plan'")
    if whole.get("version") != steps.PLAN_VERSION:
        raise ValueError(f"the plan has version {whole.get('version')!r}, this compiler reads {steps.PLAN_VERSION}")
    parts = whole.get("parts", [])
    if not isinstance(parts, list):
        raise ValueError("'parts' is not an array")
    plan = _Decoder(parts).all(whole.get("plan"))
    if not isinstance(plan, steps.Plan):
        raise ValueError("'plan' is not a Plan")
    return plan


def content_digest(values: Iterable[Any]) -> str:
    """A digest of what parts of a plan do: documentation and names of types take no part, nor do places."""
    encoder = _Encoder(bare=True)
    # Piece by piece: millions of small lists alive at once would keep the garbage collector busy.
    texts = [json.dumps(encoder.all(piece), separators=(",", ":")) for piece in _pieces(tuple(values))]
    return digest("\n".join(texts))


def bare(value: Any) -> Any:
    """A part of a plan as nested lists of its kind and its fields; what only documents is left out."""
    return _Encoder(bare=True).all(value)


def _pieces(value: Any) -> Iterator[Any]:
    """Tuples and datasets taken apart, with a mark where each begins and how long it is."""
    if isinstance(value, tuple):
        yield len(value)
        for item in value:
            yield from _pieces(item)
    elif isinstance(value, steps.DatasetPlan):
        yield "DatasetPlan"
        for held in shape_of(steps.DatasetPlan, True).values(value):
            yield from _pieces(held)
    else:
        yield value


# --- to JSON -------------------------------------------------------------------------------------


class _Encoder:
    """bare: for a digest, an object is a plain array of its kind and its fields without what only documents."""

    def __init__(self, bare: bool) -> None:
        self.bare = bare
        self.waiting: list[Any] = []
        # Types occur again and again, as the same objects, which the plan keeps alive meanwhile.
        self.types: dict[int, Any] = {}

    def all(self, value: Any) -> tuple[Any, list[Any]]:
        """The value, and the parts that were too deep."""
        self.waiting = []
        body = self.one(value, 0)
        parts: list[Any] = []
        while len(parts) < len(self.waiting):
            parts.append(self.object(self.waiting[len(parts)], 0))
        return body, parts

    def one(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is tuple:
            return [v if type(v) in _PLAIN else self.one(v, depth + 1) for v in value]
        if kind in TYPE_SET:
            known = self.types.get(id(value))
            if known is None:
                known = self.types[id(value)] = self.object(value, depth)
            return known
        if kind in _KNOWN:
            if depth > MAX_DEPTH and kind in _PARTS:
                self.waiting.append(value)
                return {"is": "part", "at": len(self.waiting) - 1}
            return self.object(value, depth)
        return self.special(value, depth)

    def object(self, value: Any, depth: int) -> Any:
        kind: Any = type(value)
        shape = shape_of(kind, self.bare)
        if self.bare:
            inside = [v if type(v) in _PLAIN else self.one(v, depth + 1) for v in shape.values(value)]
            return [kind.__name__, *inside]
        made: dict[str, Any] = {"is": kind.__name__}
        for name, default, held in zip(shape.names, shape.defaults, shape.values(value), strict=True):
            if held is default or (type(held) is type(default) and held == default):
                continue
            made[name] = held if type(held) in _PLAIN else self.one(held, depth + 1)
        return made

    def special(self, value: Any, depth: int) -> Any:
        match value:
            case float():
                return value if math.isfinite(value) else {"is": "float", "value": repr(value)}
            case list():
                return {"is": "list", "items": [self.one(v, depth + 2) for v in value]}
            case dict():
                entries = [[self.one(k, depth + 3), self.one(v, depth + 3)] for k, v in value.items()]
                return {"is": "map", "entries": entries}
            case datetime.datetime():
                return {"is": "timestamp", "value": value.isoformat()}
            case datetime.date():
                return {"is": "date", "value": value.isoformat()}
            case datetime.timedelta():
                return {"is": "duration", "microseconds": value // datetime.timedelta(microseconds=1)}
            case _:
                raise TypeError(f"a plan cannot hold {type(value).__name__}")


# --- from JSON -----------------------------------------------------------------------------------


class _Decoder:
    """parts: as in the JSON. They are read from the last to the first, since each refers to later ones only."""

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts
        self.done: dict[int, Any] = {}

    def all(self, body: Any) -> Any:
        try:
            for at in range(len(self.parts) - 1, -1, -1):
                self.done[at] = self.one(self.parts[at])
            return self.one(body)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply for a plan") from error

    def one(self, value: Any) -> Any:
        if isinstance(value, list):
            return tuple(self.one(v) for v in value)
        if not isinstance(value, dict):
            return value
        kind = value.get("is")
        cls = KINDS.get(kind) if isinstance(kind, str) else None
        if cls is not None:
            return self.object(cls, value)
        read = _SPECIAL.get(kind) if isinstance(kind, str) else None
        if read is None:
            raise ValueError(f"there is no {kind!r} in a plan")
        try:
            return read(self, value)
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"a {kind} is written wrongly: {value!r:.80}") from error

    def object(self, cls: type, value: dict[str, Any]) -> Any:
        given = {name: self.one(held) for name, held in value.items() if name != "is"}
        shape = shape_of(cls)
        for name, held in given.items():
            if name not in shape.accepted:
                raise ValueError(f"a {cls.__name__} has no '{name}'")
            accepted = shape.accepted[name]
            words = shape.words.get(name)
            if (accepted is not None and type(held) not in accepted) or (words and repr(held) not in words):
                raise ValueError(f"the '{name}' of a {cls.__name__} cannot be {held!r:.80}")
        for name, default in zip(shape.names, shape.defaults, strict=True):
            if default is MISSING and name not in given:
                raise ValueError(f"a {cls.__name__} lacks its '{name}'")
        return cls(**given)

    def part(self, value: dict[str, Any]) -> Any:
        return self.done[value["at"]]

    def list(self, value: dict[str, Any]) -> Any:
        return [self.one(v) for v in value["items"]]

    def map(self, value: dict[str, Any]) -> Any:
        return {self.one(k): self.one(v) for k, v in value["entries"]}


_SPECIAL: dict[str, Callable[[_Decoder, dict[str, Any]], Any]] = {
    "part": _Decoder.part,
    "list": _Decoder.list,
    "map": _Decoder.map,
    "date": lambda _, v: datetime.date.fromisoformat(v["value"]),
    "timestamp": lambda _, v: datetime.datetime.fromisoformat(v["value"]),
    "duration": lambda _, v: datetime.timedelta(microseconds=v["microseconds"]),
    "float": lambda _, v: float(v["value"]),
}
