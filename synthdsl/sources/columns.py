"""Raw columns as typed vectors, quickly: the run-time side of `cells.py` and `values.py`.

In: a sequence of raw values and a type. Out: a vector as `dataset/vector.py` has it. The quick ways below hold for
columns that are clean; anything else goes value by value, so that the meaning, and the refusal, is that of
`read_cell` and `read_value`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.moments import Unfit
from synthdsl.dataset.validate import INT_HIGH, INT_LOW
from synthdsl.dataset.values import read_value
from synthdsl.dataset.vector import Coded, array_to_list
from synthdsl.sources.cells import read_cell
from synthdsl.types.terms import (
    BOOL,
    FLOAT,
    INT,
    STR,
    BoolType,
    DateType,
    FloatType,
    IntType,
    LiteralType,
    OptionalType,
    StrType,
    TimestampType,
    Type,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthdsl.dataset.vector import Vector

_MAX_CODES = 256
_DAY = r"(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATES = re.compile(rf"{_DAY}(?:\n{_DAY})*+", re.ASCII)
_MOMENT = rf"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,6}})?"
_TIMESTAMPS = re.compile(rf"{_MOMENT}(?:\n{_MOMENT})*+", re.ASCII)


class Misfit(Exception):  # noqa: N818 (data, not an error of the program)
    """The value at position `at` of a block is none of the type's."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at
        self.reason = reason


class ColumnReader:
    """Makes the vectors of one column, block after block; keeps the values of a column that has few.

    cells: whether raw values are text cells. Raises `Misfit` for the first value that does not fit.
    """

    def __init__(self, type_: Type, *, cells: bool) -> None:
        self.type = type_
        self.cells = cells
        self._codes: dict[str, int] | None = {}

    def read(self, raw: Sequence[Any]) -> Vector:
        """The vector of a block's raw values."""
        if hasattr(raw, "dtype"):
            array: Any = raw
            made = _quick_array(array, self.type)
            if made is not None:
                return made
            raw = array_to_list(array)
        quick = _quick_cells(raw, self.type) if self.cells else _quick_values(raw, self.type)
        if quick is None:
            quick = self._by_distinct(raw) if self.cells else self._one_by_one(raw)
        return self._coded(quick) if self.type == STR and isinstance(quick, list) else quick

    def _coded(self, texts: list[str]) -> Vector:
        """Text of few distinct values as codes: it is smaller, and functions of it are computed once a value."""
        import numpy as np

        if self._codes is None:
            return texts
        for text in dict.fromkeys(texts):
            self._codes.setdefault(text, len(self._codes))
        if len(self._codes) > _MAX_CODES:
            self._codes = None
            return texts
        return Coded(np.array([self._codes[t] for t in texts], dtype=np.int64), list(self._codes))

    def _by_distinct(self, raw: Sequence[str]) -> Vector:
        """Each distinct cell is read once."""
        known: dict[str, Any] = {}
        for text in dict.fromkeys(raw):
            try:
                known[text] = read_cell(text, self.type)
            except Unfit as unfit:
                raise Misfit(raw.index(text), str(unfit)) from None
        return _vector([known[text] for text in raw], self.type)

    def _one_by_one(self, raw: Sequence[Any]) -> Vector:
        values = []
        for at, value in enumerate(raw):
            try:
                values.append(read_value(value, self.type))
            except Unfit as unfit:
                raise Misfit(at, str(unfit)) from None
        return _vector(values, self.type)


def _vector(values: list[Any], type_: Type) -> Vector:
    """Values of the type as the vector that the type has."""
    import numpy as np

    match type_:
        case IntType():
            return np.array(values, dtype=np.int64)
        case FloatType():
            return np.array(values, dtype=np.float64)
        case BoolType():
            return np.array(values, dtype=np.bool_)
        case DateType():
            return np.array(values, dtype="datetime64[D]")
        case TimestampType():
            return np.array(values, dtype="datetime64[us]")
        case LiteralType(allowed):
            code = {(type(v), v): i for i, v in enumerate(allowed)}
            return Coded(np.array([code[type(v), v] for v in values], dtype=np.int64), list(allowed))
        case _:
            return values


def _quick_cells(raw: Sequence[str], type_: Type) -> Vector | None:
    match type_:
        case StrType(None, None, None):
            return list(raw)
        case OptionalType(StrType(None, None, None)):
            return [text or None for text in raw]
        case IntType() | FloatType():
            return _quick_numbers(raw, type_)
        case OptionalType(IntType() | FloatType() as inner):
            found = _quick_numbers([text for text in raw if text], inner)
            if found is None:
                return None
            numbers = iter(found.tolist())
            return [next(numbers) if text else None for text in raw]
        case DateType():
            return _quick_moments(raw, _DATES, "datetime64[D]")
        case TimestampType():
            return _quick_moments(raw, _TIMESTAMPS, "datetime64[us]")
        case _:
            return None


def _quick_numbers(raw: Sequence[str], type_: IntType | FloatType) -> NDArray[Any] | None:
    """Numbers as JSON writes them: one parse for the whole column. A cell with a comma changes the count."""
    import orjson

    try:
        numbers = orjson.loads(f"[{','.join(raw)}]")
    except orjson.JSONDecodeError:
        return None
    return _numbers(numbers, type_) if len(numbers) == len(raw) else None


def _quick_moments(raw: Sequence[str], pattern: re.Pattern[str], kind: str) -> NDArray[Any] | None:
    """Days or moments in the commonest form, read by numpy."""
    import numpy as np

    joined = "\n".join(raw)
    if not pattern.fullmatch(joined) or joined.count("\n") != len(raw) - 1:
        return None
    try:
        return np.array(raw, dtype=kind)
    except ValueError:
        return None


def _quick_array(raw: NDArray[Any], type_: Type) -> NDArray[Any] | None:
    """An array of the type's own kind, tested as a whole."""
    kind = raw.dtype.kind
    match type_:
        case IntType() if kind == "i":
            return _within(raw, type_)
        case FloatType() if kind in "if":
            return _within(raw.astype("float64") + 0.0, type_)
        case BoolType() if kind == "b":
            return raw
        case DateType() if raw.dtype == "datetime64[D]":
            return raw
        case _:
            return None


def _within(array: NDArray[Any], type_: IntType | FloatType) -> NDArray[Any] | None:
    """The array where all of it is finite and within the bounds of the type, else None."""
    import numpy as np

    if isinstance(type_, FloatType) and not np.isfinite(array).all():
        return None
    if type_ in (INT, FLOAT) or not len(array):
        return array
    low, high = array.min(), array.max()
    outside = (type_.low is not None and low < type_.low) or (type_.high is not None and high > type_.high)
    return None if outside else array


def _quick_values(raw: Sequence[Any], type_: Type) -> Vector | None:
    import numpy as np

    if isinstance(type_, IntType | FloatType):
        return _numbers(raw, type_)
    kinds = set(map(type, raw))
    if (type_ == STR and kinds <= {str}) or (type_ == OptionalType(STR) and kinds <= {str, type(None)}):
        return list(raw)
    if type_ == BOOL and kinds <= {bool}:
        return np.array(raw, dtype=np.bool_)
    if type_ == OptionalType(INT) and kinds <= {int, type(None)}:
        numbers = [v for v in raw if v is not None]
        return list(raw) if not numbers or (min(numbers) >= INT_LOW and max(numbers) <= INT_HIGH) else None
    return None


def _numbers(values: Sequence[Any], type_: IntType | FloatType) -> NDArray[Any] | None:
    """Numbers of the right kind and within the bounds as an array, else None."""
    import numpy as np

    kinds = set(map(type, values))
    if not values or not kinds <= ({int} if isinstance(type_, IntType) else {int, float}):
        return None
    try:
        array: NDArray[Any] = np.array(values, dtype=np.int64 if isinstance(type_, IntType) else np.float64)
    except OverflowError:
        return None
    if isinstance(type_, FloatType):
        array = array + 0.0  # of the two zeros one
    return _within(array, type_)
