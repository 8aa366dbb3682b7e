"""The classes a plan is made of, by name, and their fields: what the codec goes by.

Places in the source take no part: their fields are not compared either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, get_args

from synthdsl.llm import extras, request
from synthdsl.model import expr as exprs
from synthdsl.model import work
from synthdsl.plan import steps
from synthdsl.types import terms

EXPRS: tuple[type, ...] = get_args(exprs.Expr)
TYPES: tuple[type, ...] = get_args(terms.Type)
PIECES: tuple[type, ...] = tuple(c for c in get_args(exprs.Piece) if c is not str)
WORKS: tuple[type, ...] = (
    *get_args(work.Work),
    work.Examples,
    work.Inner,
    work.InnerRule,
    work.Prompt,
    work.StopTalk,
    work.Turn,
    extras.Extras,
    extras.Tool,
    request.Env,
    request.ModelSpec,
)
STEPS: tuple[type, ...] = (
    *get_args(steps.Task),
    steps.ArchivePlan,
    steps.CheckPlan,
    steps.Condition,
    steps.DatasetPlan,
    steps.DerivedPlan,
    steps.FreshPlan,
    steps.HeadPlan,
    steps.Limit,
    steps.Outcome,
    steps.OutputPlan,
    steps.PipelinePlan,
    steps.Plan,
    steps.SourcePlan,
    steps.StepPlan,
    steps.ViolationPlan,
    steps.Window,
)
KINDS: dict[str, type] = {
    c.__name__: c for c in (*EXPRS, exprs.ModelName, *TYPES, terms.Field, *PIECES, *WORKS, *STEPS)
}

TYPE_SET = set(TYPES)
EXPR_SET = set(EXPRS)


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a kind that take part: names, defaults (MISSING where there is none), and all their values at once.

    accepted: for each name the Python types its value may have, None for any. words: the values of a `Literal`.
    """

    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    values: Callable[[Any], tuple[Any, ...]]
    accepted: dict[str, frozenset[type] | None]
    words: dict[str, tuple[str, ...]]


@cache
def shape_of(kind: Any, bare: bool = False) -> Shape:
    """The shape of a class of `KINDS`; `bare` leaves out documentation and names of types."""
    chosen = [f for f in fields(kind) if f.compare and not (bare and _documents(kind, f.name))]
    names = tuple(f.name for f in chosen)
    hints = {f.name: str(f.type) for f in chosen}
    return Shape(
        names,
        tuple(f.default for f in chosen),
        _getter(names),
        {name: _accepted(hint) for name, hint in hints.items()},
        {name: tuple(hint[len("Literal[") : -1].split(", ")) for name, hint in hints.items() if "Literal[" in hint},
    )


def _documents(kind: type, name: str) -> bool:
    # What an expectation tests is its condition; its text is for people.
    named = (kind is terms.RecordType and name == "name") or (kind is steps.CheckPlan and name == "text")
    return name in ("doc", "docs") or named


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    # `attrgetter` of one name gives the value itself, and none is none.
    return lambda value: tuple(getattr(value, n) for n in names)


def _accepted(annotation: str) -> frozenset[type] | None:
    """What the outermost part of an annotation allows."""
    accepted: set[type] = set()
    for side in _sides(annotation):
        match side:
            case "Any":
                return None
            case "None":
                accepted.add(type(None))
            case "Expr":
                accepted |= EXPR_SET
            case "Type":
                accepted |= TYPE_SET
            case "float":
                accepted |= {int, float}
            case "str" | "int" | "bool":
                accepted.add({"str": str, "int": int, "bool": bool}[side])
            case _ if side.startswith("tuple["):
                accepted.add(tuple)
            case _ if side.startswith("Literal["):
                accepted.add(str)
            case _:
                accepted.add(KINDS[side])
    return frozenset(accepted)


def _sides(annotation: str) -> list[str]:
    """The sides of a union; those inside of brackets stay together."""
    found, depth = [""], 0
    for char in annotation:
        depth += (char == "[") - (char == "]")
        if char == "|" and not depth:
            found.append("")
        else:
            found[-1] += char
    return [side.strip() for side in found]
