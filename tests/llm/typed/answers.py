"""Types of answers and their values, drawn at random; for tests of this room."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    DATE,
    DURATION,
    JSON,
    MESSAGES,
    STR,
    TIMESTAMP,
    Field,
    FloatType,
    IntType,
    JsonType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    StrType,
    Type,
    UnionType,
)

_BIG = 2**63 - 1
_TEXT = st.text(max_size=12)
_WORDS = st.sampled_from(["good", "bad", "so-so", "a b", "5", "null", "true", "värt", "{", "Ja."])
_NAMES = st.sampled_from(["reasoning", "score", "value", "verdict", "x_1", "items", "role"])


def _bounds(numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    pairs = st.tuples(numbers, numbers).map(lambda p: (min(p), max(p)))
    return st.one_of(st.just((None, None)), pairs, numbers.map(lambda n: (n, None)), numbers.map(lambda n: (None, n)))


_PATTERNS = st.sampled_from(["^[a-z]+$", "^[A-Z]{3}-[0-9]{4}$", "[0-9]", "^(?=a)."])
_SIMPLE: st.SearchStrategy[Type] = st.one_of(
    st.sampled_from([STR, BOOL, DATE, TIMESTAMP, DURATION, JSON, StrType(2, 5), MESSAGES]),
    _PATTERNS.map(lambda p: StrType(pattern=p)),
    _bounds(st.integers(-_BIG - 1, _BIG)).map(lambda b: IntType(*b)),
    _bounds(st.floats(allow_nan=False, allow_infinity=False)).map(lambda b: FloatType(*b)),
    st.lists(_WORDS, min_size=1, max_size=4, unique=True).map(lambda v: LiteralType(tuple(v))),
    st.lists(st.integers(-3, 3), min_size=1, max_size=4, unique=True).map(lambda v: LiteralType(tuple(v))),
    st.booleans().map(lambda v: LiteralType((v,))),
)


def _records(types: st.SearchStrategy[Type]) -> st.SearchStrategy[RecordType]:
    fields = st.builds(Field, _NAMES, types, st.sampled_from(["", "Why it is so", 'with "quotes"']))
    return st.lists(fields, max_size=4, unique_by=lambda f: f.name).map(lambda f: RecordType(tuple(f)))


@st.composite
def _unions(draw: st.DrawFn, types: st.SearchStrategy[Type]) -> UnionType:
    tags: list[Any] = draw(
        st.one_of(
            st.lists(_WORDS, min_size=2, max_size=4, unique=True),
            st.lists(st.integers(0, 5), min_size=2, max_size=4, unique=True),
            st.just([True, False]),
        )
    )
    members = []
    for tag in tags:
        fields = [f for f in draw(_records(types)).fields if f.name != "kind"]
        place = draw(st.integers(0, len(fields)))
        members.append(RecordType((*fields[:place], Field("kind", LiteralType((tag,))), *fields[place:])))
    return UnionType(tuple(members), "kind")


def _more(types: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    lists = st.builds(ListType, types, st.none() | st.integers(0, 2), st.none() | st.integers(2, 4))
    return st.one_of(lists, _records(types), _unions(types), types.map(optional))


types: st.SearchStrategy[Type] = st.recursive(_SIMPLE, _more, max_leaves=6)
"""Types that a column may have and a model can answer with."""

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-_BIG, _BIG) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
_MOMENTS = st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31))
_DURATIONS = st.timedeltas(datetime.timedelta(days=-3000), datetime.timedelta(days=3000))


def values(type_: Type) -> st.SearchStrategy[Any]:
    """Values of a type as columns hold them."""
    match type_:
        case StrType(low, high, pattern):
            return (
                st.from_regex(pattern).filter(_is_text) if pattern else st.text(min_size=low or 0, max_size=high or 9)
            )
        case IntType(low, high):
            return st.integers(-_BIG - 1 if low is None else low, _BIG if high is None else high)
        case FloatType(low, high):
            return st.floats(low, high, allow_nan=False, allow_infinity=False)
        case LiteralType(allowed):
            return st.sampled_from(allowed)
        case ListType(item, low, high):
            return st.lists(values(item), min_size=low or 0, max_size=3 if high is None else high)
        case RecordType(fields):
            return st.fixed_dictionaries({f.name: values(f.type) for f in fields})
        case UnionType(members):
            return st.one_of(*map(values, members))
        case OptionalType(inner):
            return st.none() | values(inner)
        case JsonType():
            return _JSON
        case _:
            return {BOOL: st.booleans(), DATE: st.dates(), TIMESTAMP: _MOMENTS, DURATION: _DURATIONS}[type_]


def _is_text(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


typed_values: st.SearchStrategy[tuple[Type, Any]] = types.flatmap(lambda t: values(t).map(lambda v: (t, v)))
"""A type and one of its values."""

typed_records: st.SearchStrategy[tuple[RecordType, Any]] = _records(types).flatmap(
    lambda t: values(t).map(lambda v: (t, v))
)
"""A record type and one of its values."""
