"""Values of a column in the order of its rows."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.vector import Vector, to_list
from synthdsl.ops.contract import Fold, Undefined


class Collected:
    """All values, in row order."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: list[Any] = []

    def update(self, n: int, *vectors: Vector) -> None:
        self.values.extend(to_list(vectors[0], n))

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Collected)
        self.values.extend(other.values)

    def result(self) -> list[Any]:
        return self.values


class First(Collected):
    """The value of the first row, in a list that stays empty without rows."""

    __slots__ = ()

    def update(self, n: int, *vectors: Vector) -> None:
        if n and not self.values:
            self.values = to_list(vectors[0], n)[:1]

    def merge(self, other: Fold) -> None:
        assert isinstance(other, First)
        self.values = self.values or other.values

    def result(self) -> Any:
        if not self.values:
            raise Undefined("Without rows there is no first value.")
        return self.values[0]


class Last(Collected):
    """The value of the last row, in a list that stays empty without rows."""

    __slots__ = ()

    def update(self, n: int, *vectors: Vector) -> None:
        if n:
            self.values = to_list(vectors[0], n)[-1:]

    def merge(self, other: Fold) -> None:
        assert isinstance(other, Last)
        self.values = other.values or self.values

    def result(self) -> Any:
        if not self.values:
            raise Undefined("Without rows there is no last value.")
        return self.values[0]
