"""`record`: a frozen slotted dataclass that is quick to define.

The standard decorator compiles up to seven methods a class, from text, at every start of the program: for the nodes
of the compiler a third of a whole check. Here the constructor alone is compiled. Equality, hash and text are closures
over the fields and mean what those of `dataclass(frozen=True, slots=True)` mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(cls: type[T], /) -> type[T]: ...


@overload
def record(*, eq: bool) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[Any] | None = None, /, *, eq: bool = True) -> Any:
    """Make a class a record. eq: whether records with equal fields are equal; else each equals itself alone.

    Fields may have a default, `compare=False` and `repr=False`; there are no factories, no `__post_init__`.
    """
    if cls is None:
        return lambda cls: _made(cls, eq)
    return _made(cls, eq)


def _made(cls: type[Any], eq: bool) -> type[Any]:
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    own = fields(made)
    made.__init__ = _constructor(made, own)
    made.__setattr__ = made.__delattr__ = _refuse
    state = _values([f.name for f in own])
    made.__getstate__ = lambda self: state(self)
    made.__setstate__ = _restore
    made.__repr__ = _shown
    if eq:
        values = _values([f.name for f in own if f.compare])

        def equal(self: Any, other: Any) -> bool:
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        made.__eq__ = equal
        made.__hash__ = lambda self: hash(values(self))
    kind: type[Any] = made
    return kind


def _constructor(made: type[Any], own: Sequence[Field[Any]]) -> Callable[..., None]:
    """`__init__`, which fills the slots by their descriptors, past the refusal to set anything."""
    scope: dict[str, Any] = {f"_set_{f.name}": getattr(made, f.name).__set__ for f in own}
    scope |= {f"_default_{f.name}": f.default for f in own if f.default is not MISSING}
    parameters = [f.name if f.default is MISSING else f"{f.name}=_default_{f.name}" for f in own]
    body = [f"_set_{f.name}(self, {f.name})" for f in own] or ["pass"]
    exec(f"def __init__({', '.join(['self', *parameters])}):\n " + "\n ".join(body), scope)
    constructor: Callable[..., None] = scope["__init__"]
    return constructor


def _values(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads these fields as a tuple."""
    if not names:
        return lambda _: ()
    # With one name alone `attrgetter` gives the bare value, which would compare otherwise: a NaN is in its tuple.
    return attrgetter(*names) if len(names) > 1 else attrgetter(names[0], names[0])


def _refuse(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _restore(self: Any, state: Sequence[Any]) -> None:
    for f, value in zip(fields(self), state, strict=False):
        object.__setattr__(self, f.name, value)


def _shown(self: Any) -> str:
    inner = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{type(self).__qualname__}({inner})"
