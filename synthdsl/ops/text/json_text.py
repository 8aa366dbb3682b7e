"""JSON as text: reading what models write, writing what columns hold.

orjson is strict where Python's own reader is not: no NaN, no lone surrogates, no nesting beyond 1,024.
"""

from __future__ import annotations

import datetime
from typing import Any

from synthdsl.ops.contract import Undefined


def loaded(text: str) -> Any:
    """The value of a JSON text, None where it is none."""
    import orjson

    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def is_json(text: str) -> bool:
    """Whether a text is one JSON value."""
    import orjson

    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def dumped(value: Any) -> str:
    """A value as JSON on one line. Raises `Undefined` for one that JSON cannot hold."""
    import orjson

    try:
        return orjson.dumps(value, default=_other, option=orjson.OPT_NON_STR_KEYS).decode()
    except (TypeError, ValueError) as error:
        raise Undefined(f"The value cannot be written as JSON: {error}.") from None


def _other(value: Any) -> Any:
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    raise TypeError(f"a {type(value).__name__} has no JSON form")
