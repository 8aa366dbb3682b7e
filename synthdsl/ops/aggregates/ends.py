"""The smallest and the largest value of a column."""

from __future__ import annotations

from typing import Any, ClassVar

from synthdsl.dataset.vector import Constant, Vector, array_to_list, to_list
from synthdsl.ops.aggregates.tally import occurring
from synthdsl.ops.contract import Fold, Undefined


class End:
    """The value at one end of what was seen."""

    __slots__ = ("seen", "value")
    name: ClassVar[str]

    def __init__(self) -> None:
        self.seen = False
        self.value: Any = None

    def pick(self, values: Any) -> Any:
        """The value at this end of some."""
        raise NotImplementedError

    def update(self, n: int, *vectors: Vector) -> None:
        import numpy as np

        found = occurring(vectors[0])
        if isinstance(found, np.ndarray):
            place = {"min": np.argmin, "max": np.argmax}[self.name](found)
            self._take(array_to_list(found[place : place + 1])[0])
        else:
            self._take(found.value if isinstance(found, Constant) else self.pick(to_list(found, n)))

    def merge(self, other: Fold) -> None:
        assert isinstance(other, End)
        if other.seen:
            self._take(other.value)

    def result(self) -> Any:
        if not self.seen:
            raise Undefined(f"The {self.name} of no rows is undefined.")
        return self.value

    def _take(self, value: Any) -> None:
        self.value = self.pick((self.value, value)) if self.seen else value
        self.seen = True


class Smallest(End):
    """The smallest value."""

    __slots__ = ()
    name = "min"

    def pick(self, values: Any) -> Any:
        return min(values)


class Largest(End):
    """The largest value."""

    __slots__ = ()
    name = "max"

    def pick(self, values: Any) -> Any:
        return max(values)
