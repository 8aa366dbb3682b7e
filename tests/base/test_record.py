"""Records mean what frozen slotted dataclasses mean."""

from __future__ import annotations

import copy
import math
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from synthdsl.base.record import record


@record
class Pair:
    """Two values and where they stood."""

    left: object
    right: object = 2
    place: int = field(default=0, compare=False, repr=False)

    def total(self) -> str:
        return f"{self.left}{self.right}"


@record
class One:
    """One value."""

    value: float


@record
class Nothing:
    """No value."""


@record(eq=False)
class Alone:
    """Equal to itself alone."""

    value: int


@dataclass(frozen=True, slots=True)
class Standard:
    """What the standard decorator makes of the same fields."""

    left: object
    right: object = 2
    place: int = field(default=0, compare=False, repr=False)


def test_a_record_is_made_compared_and_shown_as_the_standard_one() -> None:
    assert repr(Pair("a")) == repr(Standard("a")).replace("Standard", "Pair")
    assert Pair("a", place=5) == Pair("a") != Pair("b")
    assert hash(Pair("a", place=5)) == hash(Pair("a")) == hash(Standard("a"))
    assert Pair("a") != Standard("a")
    assert Pair("a", "b").total() == "ab"
    assert Pair.__match_args__ == Standard.__match_args__
    assert [f.name for f in fields(Pair(1))] == ["left", "right", "place"]
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        Pair()  # type: ignore[call-arg]


def test_one_field_and_none() -> None:
    assert One(math.nan) == One(math.nan) == replace(One(1.0), value=math.nan)
    assert hash(Nothing()) == hash(Nothing())
    assert Nothing() == Nothing() != One(0.0)


def test_a_record_without_equality_is_equal_to_itself_alone() -> None:
    one = Alone(1)
    assert one in [one]
    assert one != Alone(1)
    assert len({one, Alone(1)}) == 2


@pytest.mark.parametrize("made", [Pair("a", [1], 3), One(1.5), Nothing()])
def test_a_record_is_copied_and_pickled(made: object) -> None:
    assert pickle.loads(pickle.dumps(made)) == made == copy.deepcopy(made)
    assert repr(pickle.loads(pickle.dumps(made))) == repr(made)


def test_a_record_does_not_change() -> None:
    made = Pair(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'left'"):
        made.left = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.right  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        made.other = 2  # type: ignore[attr-defined]
    assert not hasattr(made, "__dict__")
