"""The errors of single values and keys, in words: the same before the run and during it."""

from __future__ import annotations

from typing import Any

from synthdsl.dataset.validate import shorten
from synthdsl.sources.contract import SourceError
from synthdsl.sources.request import Work
from synthdsl.types.show import show
from synthdsl.types.terms import OptionalType


def misfit(place: str, column: str, reason: str, raw: Any, work: Work, *, inferred: bool = False) -> SourceError:
    """E0606: a raw value is none of its column's type."""
    declared = work.request.declared
    field = None if declared is None else declared.field(column)
    notes = []
    if inferred:
        notes.append("The type was inferred from the first rows; declared columns say which type is meant.")
    if field is not None and not isinstance(field.type, OptionalType) and raw in (None, ""):
        what = "An empty cell" if raw == "" else "A value that is null or missing"
        notes.append(f"{what} needs an optional type: `{column}: {show(OptionalType(field.type))}`.")
    return work.request.error("E0606", f"{place}: column '{column}': {reason}.", *notes)


def key_missing(place: str, work: Work) -> SourceError:
    """E0606: a row has no key."""
    return work.request.error("E0606", f"{place}: the key column '{work.key}' is empty.", "Every row needs its key.")


def key_again(key: Any, before: str, place: str, work: Work) -> SourceError:
    """E0608: two rows have one key."""
    message = f"{place}: the key {shorten(key)} in column '{work.key}' is already that of {before}."
    return work.request.error("E0608", message, "Without key= a row is known by its content.")
