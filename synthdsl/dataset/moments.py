"""Days and moments as text, ISO 8601 in the forms that files use; and the refusal of what is none."""

from __future__ import annotations

import datetime
import re

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.ASCII,
)


class Unfit(Exception):  # noqa: N818 (data, not an error of the program)
    """A raw value is none of the type's; says why in words."""


def read_date(text: str) -> datetime.date | None:
    """A day written as `2025-01-31`; None when it is none."""
    try:
        return datetime.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def read_timestamp(text: str) -> datetime.datetime | None:
    """A moment written as `2025-01-31T12:30:00`, as UTC; None when it is none.

    A blank may stand for the T. The time, its seconds, their fraction and the offset may be absent.
    """
    if not _TIMESTAMP.fullmatch(text):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
        return moment if moment.tzinfo is None else moment.astimezone(datetime.UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
