"""Almost-JSON made JSON: single quotes, trailing commas, comments, bare keys, quotes inside texts.

The library guesses, so a guess counts only where nothing had to be made up: its strict mode refuses values that are
missing, and the reader wants all fields of each record and no others. Its time grows with the length times the number
of quotes, brackets and backslashes, about 0.1 microseconds each, so it is shown only texts where that product is small.
"""

from __future__ import annotations

import re
from typing import Any

from synthdsl.dataset.validate import member_of
from synthdsl.types.terms import JsonType, ListType, OptionalType, RecordType, Type, UnionType

MAX_MENDED = 10_000
"""Characters."""
_MAX_WORK = 2_000_000
"""Characters times quotes, brackets and backslashes: a quarter of a second at the worst."""
_MAX_DEPTH = 24
_WORK = re.compile(r"[\"'“”()\[\]{}\\]")
_BRACKET = re.compile(r"[(\[{)\]}]")


def mend(text: str) -> Any:
    """The JSON value that the library takes the text for.

    None where it takes it for none, and where the text does not begin with a bracket, is too long or too deep.
    """
    if not text.startswith(("{", "[")) or not _is_bounded(text):
        return None
    import json

    import json_repair
    from pydantic_core import from_json

    try:
        guess = json_repair.loads(text, skip_json_loads=True, strict=True)
        return from_json(json.dumps(guess, allow_nan=False))
    except Exception:
        # Whatever a library does with text that is anything: there is no value then, and nothing else has happened.
        return None


def is_whole(raw: Any, type_: Type) -> bool:
    """Whether each record in a JSON value has all fields of its type and no others.

    Never where any JSON value will do: nothing would tell a wrong guess from a right one.
    """
    match type_:
        case JsonType():
            return False
        case OptionalType(inner):
            return raw is None or is_whole(raw, inner)
        case ListType(item) if isinstance(raw, list):
            return all(is_whole(v, item) for v in raw)
        case RecordType(fields) if isinstance(raw, dict):
            same = raw.keys() == {f.name for f in fields}
            return same and all(is_whole(raw[f.name], f.type) for f in fields)
        case UnionType() if isinstance(raw, dict):
            member = member_of(raw, type_)
            return member is not None and is_whole(raw, member)
        case _:
            return raw is not None


def _is_bounded(text: str) -> bool:
    if len(text) > MAX_MENDED or len(text) * len(_WORK.findall(text)) > _MAX_WORK:
        return False
    return _depth(text) <= _MAX_DEPTH


def _depth(text: str) -> int:
    """The deepest nesting of brackets, those inside of texts counted too."""
    depth = deepest = 0
    for mark in _BRACKET.finditer(text):
        depth = depth + 1 if mark[0] in "([{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest
