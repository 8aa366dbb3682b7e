"""The JSON text of a column's values, made column by column: the inner loop of every encoding.

In: a vector of n rows and its type. Out: `Cells`: one text for all rows, a text a row, or `Few` texts and an index.

int, float and bool are JSON's own; a date is "2025-01-31"; a timestamp (UTC) is "2025-01-31T12:00:00", with six
digits of fraction only where there is one; a duration is its seconds as a float. What JSON has no form for (NaN,
infinity, an unpaired surrogate) raises `Unwritable`: a null in its place would be silent loss.

orjson is called once a column, never once a value: each call costs more than a short value does. Fragments that hold
a raw line break, which JSON text never contains, stand between the values, so the one text can be split again.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.vector import Coded, Constant, Records, array_to_list, to_list
from synthdsl.export.problems import Unwritable
from synthdsl.types.relations import without_null
from synthdsl.types.terms import (
    DurationType,
    FloatType,
    JsonType,
    ListType,
    RecordType,
    Type,
    UnionType,
    UnknownType,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Few:
    """Row i has the text `values[codes[i]]`."""

    codes: Array
    values: list[str]


Cells = str | list[str] | Few


def cells(vector: Vector, type_: Type, n: int, key: str) -> Cells:
    """The JSON texts of n rows. key: the name the column is reported under. Raises Unwritable."""
    if isinstance(vector, Constant):
        return json_texts([vector.value], type_, key)[0] if n else ""
    if isinstance(vector, Coded) and len(vector.values) <= n:
        try:
            return Few(vector.codes, json_texts(vector.values, type_, key))
        except Unwritable:
            # Perhaps no row uses the bad value, and if one does, its number is to be named.
            return json_texts(to_list(vector, n), type_, key)
    if isinstance(vector, list | Coded | Records):
        return json_texts(to_list(vector, n), type_, key)
    return _array_texts(vector, type_, key)


def json_texts(values: Sequence[Any], type_: Type, key: str) -> list[str]:
    """The JSON texts of Python values. Raises Unwritable."""
    plain = without_null(type_)
    if isinstance(plain, FloatType):
        values = [v if v is None else float(v) for v in values]
    elif isinstance(plain, DurationType):
        values = [v if v is None else v.total_seconds() for v in values]
    if not _finite(values, plain):
        row = next(i for i, v in enumerate(values) if not _finite([v], plain))
        raise Unwritable(f"The key '{key}' holds a number that is not finite, which no file format can hold.", key, row)
    return _dumped(values, key)


def _dumped(values: Sequence[Any], key: str) -> list[str]:
    import orjson

    if not values:
        return []
    parted: list[Any] = [orjson.Fragment(b"\n")] * (2 * len(values))
    parted[::2] = values
    try:
        text = orjson.dumps(parted, default=_seconds).decode()
    except TypeError as error:
        raise _culprit(values, key, error) from error
    return text[1:-3].split(",\n,")


def _seconds(value: Any) -> float:
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    raise TypeError(f"a value of type {type(value).__name__} is no JSON")


def _culprit(values: Sequence[Any], key: str, error: TypeError) -> Unwritable:
    import orjson

    for row, value in enumerate(values):
        try:
            orjson.dumps(value, default=_seconds)
        except TypeError as found:
            reason = str(found)
            if "surrogates" in reason:
                reason = "text with half of a surrogate pair, which is no Unicode"
            return Unwritable(f"The key '{key}' cannot be written: {reason}.", key, row)
    return Unwritable(f"The key '{key}' cannot be written: {error}.", key, None)


def _finite(values: Sequence[Any], type_: Type) -> bool:
    """Whether no float in these values, at any depth, is NaN or infinite. Null and absent fields are fine."""
    match type_:
        case FloatType():
            return all(v is None or isfinite(v) for v in values)
        case JsonType() | UnknownType():
            return all(map(_finite_json, values))
        case ListType(item):
            inner = without_null(item)
            return not _holds_floats(inner) or _finite([x for v in values if v is not None for x in v], inner)
        case RecordType(fields):
            present = [v for v in values if v is not None]
            return all(
                _finite([v.get(f.name) for v in present], without_null(f.type))
                for f in fields
                if _holds_floats(without_null(f.type))
            )
        case UnionType():
            return not _holds_floats(type_) or all(map(_finite_json, values))
        case _:
            return True


def _holds_floats(type_: Type) -> bool:
    match type_:
        case FloatType() | JsonType() | UnknownType():
            return True
        case ListType(item):
            return _holds_floats(without_null(item))
        case RecordType(fields):
            return any(_holds_floats(without_null(f.type)) for f in fields)
        case UnionType(members):
            return any(_holds_floats(m) for m in members)
        case _:
            return False


def _finite_json(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, dict):
        return all(map(_finite_json, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_finite_json, value))
    return True


def _array_texts(array: Array, type_: Type, key: str) -> Cells:
    import numpy as np

    encode: dict[str, Callable[[Array, str], Cells]] = {
        "b": lambda a, _: Few(a.astype(np.intp), ["false", "true"]),
        "i": lambda a, _: _split(a),
        "u": lambda a, _: _split(a),
        "f": _floats,
        "m": _durations,
        "M": _dates if array.dtype == "datetime64[D]" else _timestamps,
    }
    if not len(array):
        return []
    if array.dtype.kind not in encode:
        return json_texts(array.tolist(), type_, key)
    if array.dtype.kind in "iu" and isinstance(without_null(type_), FloatType):
        array = array.astype(np.float64)
    return encode[array.dtype.kind](array, key)


def _split(array: Array) -> list[str]:
    import numpy as np
    import orjson

    dumped = orjson.dumps(np.ascontiguousarray(array), option=orjson.OPT_SERIALIZE_NUMPY)
    return dumped.decode()[1:-1].split(",")


def _floats(array: Array, key: str) -> list[str]:
    import numpy as np

    finite = np.isfinite(array)
    if not finite.all():
        message = f"The key '{key}' holds a number that is not finite, which no file format can hold."
        raise Unwritable(message, key, int(finite.argmin()))
    return _split(array)


def _durations(array: Array, key: str) -> list[str]:
    import numpy as np

    ticks = array.astype("timedelta64[us]").astype(np.int64)
    _within(ticks, -(2**63) + 1, 2**63 - 1, key)
    if int(np.abs(ticks).max()) <= 2**53:
        return _split(ticks / 1e6)
    # Beyond 285 years the division above would round twice; Python divides the integers exactly.
    return _dumped([t / 10**6 for t in ticks.tolist()], key)


def _dates(array: Array, key: str) -> Cells:
    import numpy as np

    days = array.astype(np.int64)
    _within(days, *_DAYS, key)
    low, high = int(days.min()), int(days.max())
    if high - low > 4 * len(days) + 1000:
        return _dumped(array_to_list(array), key)
    names = np.datetime_as_string(np.arange(low, high + 1).astype("datetime64[D]")).tolist()
    return Few(days - low, [f'"{name}"' for name in names])


def _timestamps(array: Array, key: str) -> list[str]:
    import numpy as np

    array = array.astype("datetime64[us]")
    _within(array.astype(np.int64), *_TICKS, key)
    try:
        return _split(array)
    except TypeError:
        # orjson knows the last second of the year 9999 as a Python value only.
        return _dumped(array_to_list(array), key)


_EPOCH = datetime.datetime(1970, 1, 1)
_DAYS = ((datetime.date.min - _EPOCH.date()).days, (datetime.date.max - _EPOCH.date()).days)
_TICK = datetime.timedelta(microseconds=1)
_TICKS = ((datetime.datetime.min - _EPOCH) // _TICK, (datetime.datetime.max - _EPOCH) // _TICK)


def _within(ticks: Array, low: int, high: int, key: str) -> None:
    outside = (ticks < low) | (ticks > high)
    if outside.any():
        message = f"The key '{key}' holds a time outside the years 1 to 9999."
        raise Unwritable(message, key, int(outside.argmax()))
