"""Checks of arguments that are known at compile time: order, sign, probability."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from synthdsl.ops.contract import CallSite, Problem

Check = Callable[[CallSite], Iterable[Problem]]


def ordered(call: CallSite) -> Iterator[Problem]:
    """`low` is not above `high`."""
    low, high = call.constant("low"), call.constant("high")
    if low is not None and high is not None and low > high:
        yield Problem("E0309", f"The lower bound {low} is above the upper bound {high}.", "low")


def within(name: str, low: float, high: float, open_low: bool = False) -> Check:
    """The argument lies between two bounds, both included; `open_low` excludes the lower one."""

    def check(call: CallSite) -> Iterator[Problem]:
        value = call.constant(name)
        if value is None:
            return
        if value < low or (open_low and value == low):
            word = "above" if open_low else "at least"
            yield Problem("E0309", f"'{name}' is {value}; it must be {word} {low}.", name)
        elif value > high:
            yield Problem("E0309", f"'{name}' is {value}; it must be at most {high:,}.", name)

    return check


def positive(name: str, high: float = float("inf")) -> Check:
    """The argument is above 0, and at most `high`."""
    return within(name, 0, high, open_low=True)


def at_least_zero(name: str, high: float = float("inf")) -> Check:
    """The argument is 0 or more, and at most `high`."""
    return within(name, 0, high)


def probability(name: str) -> Check:
    """The argument lies between 0 and 1."""

    def check(call: CallSite) -> Iterator[Problem]:
        value = call.constant(name)
        if value is not None and not 0 <= value <= 1:
            notes = (f"{value} per cent is written `{value}%`.",) if 1 < value <= 100 else ()
            yield Problem("E0309", f"'{name}' is {value}; a probability lies between 0 and 1.", name, notes)

    return check


def checks(*parts: Check) -> Check:
    """All of the checks, one after another."""

    def check(call: CallSite) -> Iterator[Problem]:
        for part in parts:
            yield from part(call)

    return check
