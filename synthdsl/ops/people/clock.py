"""A clock that stands still, in the shape of Python's `datetime` and `time`."""

from __future__ import annotations

import datetime
import time
from types import ModuleType
from typing import Any

NOW = datetime.datetime(2025, 1, 1, 0, 0, 0)
"""The moment that is always "now" for Faker, UTC: what `date_this_year`, ages and "-30y" count from."""


class _Moment(datetime.datetime):
    """A time without offset that counts as UTC wherever the program runs."""

    def astimezone(self, tz: datetime.tzinfo | None = None) -> Any:
        aware = self if self.tzinfo else self.replace(tzinfo=datetime.UTC)
        return datetime.datetime.astimezone(_plain(aware), tz or datetime.UTC)


def _plain(moment: datetime.datetime) -> datetime.datetime:
    return datetime.datetime.combine(moment.date(), moment.timetz())


class StandingType:
    """Stands for the class `datetime` or `date`: the same in all but its clock."""

    def __init__(self, original: type) -> None:
        self.original = original

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.original(*args, **kwargs)

    def __instancecheck__(self, value: object) -> bool:
        return isinstance(value, self.original)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)

    def now(self, tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return _MOMENT if tz is None else NOW.replace(tzinfo=datetime.UTC).astimezone(tz)

    def utcnow(self) -> datetime.datetime:
        return NOW

    def today(self) -> datetime.date:
        return NOW.date() if self.original is datetime.date else NOW

    def fromtimestamp(self, timestamp: float, tz: datetime.tzinfo | None = None) -> datetime.date:
        if self.original is datetime.date:
            return datetime.datetime.fromtimestamp(timestamp, datetime.UTC).date()
        moment = datetime.datetime.fromtimestamp(timestamp, tz or datetime.UTC)
        return moment if tz else moment.replace(tzinfo=None)


class StandingModule:
    """Stands for a module; names given here come first."""

    def __init__(self, original: ModuleType, **names: Any) -> None:
        self.__dict__.update(names)
        self.original = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self.original, name)


def _seconds() -> float:
    return NOW.replace(tzinfo=datetime.UTC).timestamp()


def _fields(seconds: float | None = None) -> time.struct_time:
    return time.gmtime(_seconds() if seconds is None else seconds)


_MOMENT = _Moment.combine(NOW.date(), NOW.time())
DATETIME = StandingType(datetime.datetime)
DATE = StandingType(datetime.date)
DATETIMES = StandingModule(datetime, datetime=DATETIME, date=DATE)
TIMES = StandingModule(time, time=_seconds, localtime=_fields, gmtime=_fields)
