"""Whether two files mean the same as written: abstract syntax without its places."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from synthdsl.syntax import ast

_PLACES = frozenset(["span", "module_span", "offsets", "file"])


def same_meaning(left: ast.Module, right: ast.Module) -> bool:
    """Whether they are equal apart from spans."""
    pending: list[tuple[Any, Any]] = [(left, right)]
    while pending:
        a, b = pending.pop()
        kind = type(a)
        if kind is not type(b):
            return False
        if kind is tuple:
            if len(a) != len(b):
                return False
            pending.extend(zip(a, b, strict=True))
        elif dataclasses.is_dataclass(a):
            pending.extend([(getattr(a, name), getattr(b, name)) for name in _parts(kind)])  # type: ignore[arg-type]
        elif a != b:
            return False
    return True


@functools.cache
def _parts(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind) if field.name not in _PLACES)
