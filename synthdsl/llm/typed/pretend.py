"""A value of a type that nobody thought of: what `simulated()` answers.

In: a type and a source of chance. Out: a value as JSON has it, which the reader of the type takes. Texts say what they
are, where their length leaves room for it; a pattern that cannot be written from is followed by chance alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from synthdsl.dataset.pattern import BadPattern, Chars, Either, Node, Repeat, Series, read_pattern
from synthdsl.types.terms import (
    BoolType,
    DateType,
    DurationType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    StrType,
    TimestampType,
    Type,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from synthdsl.llm.extras import Tool

_TEXT = (
    "simulated answer text stands here until a model writes it so that the whole way can be tried without one and "
    "what follows from it can be seen before any money is spent on calls"
)
N = TypeVar("N", int, float)

_FEW = 4
"""How many more items than it must have a list gets at most."""
_TRIES = 100


def pretended(type_: Type, chance: Random) -> Any:
    """A value of the type."""
    match type_:
        case StrType():
            return pretended_text(type_, chance)
        case IntType(low, high):
            return chance.randint(*_between(low, high, 100))
        case FloatType(low, high):
            return _number(low, high, chance)
        case BoolType():
            return chance.random() < 0.5
        case DateType():
            return _day(chance)
        case TimestampType():
            return f"{_day(chance)}T{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}:00Z"
        case DurationType():
            return chance.randint(1, 86_400)
        case LiteralType(values):
            return chance.choice(values)
        case ListType(item, low, high):
            least = low if low is not None else min(1, high if high is not None else 1)
            most = min(high if high is not None else max(least, 3), least + _FEW)
            return [pretended(item, chance) for _ in range(chance.randint(least, most))]
        case RecordType(fields):
            return {f.name: pretended(f.type, chance) for f in fields}
        case UnionType(members):
            return pretended(chance.choice(members), chance)
        case OptionalType(inner):
            return None if chance.random() < 0.25 else pretended(inner, chance)
        case _:
            return None


def pretended_calls(tools: Sequence[Tool], chance: Random) -> tuple[dict[str, Any], ...]:
    """Calls of tools in OpenAI's form: of one most times, of none now and then; nothing where there are no tools."""
    if not tools or chance.random() < 0.25:
        return ()
    import orjson

    tool = chance.choice(tools)
    function = {"name": tool.name, "arguments": orjson.dumps(pretended(tool.parameters, chance)).decode()}
    return ({"id": f"call_{chance.randrange(16**8):08x}", "type": "function", "function": function},)


def pretended_logprobs(text: str, chance: Random) -> tuple[tuple[str, float], ...]:
    """Log probabilities of the text's words, as if each were a token."""
    return tuple((token, round(-chance.expovariate(3.0), 4)) for token in re.findall(r"\s*\S+", text))


def pretended_text(type_: StrType, chance: Random) -> str:
    """A text within the bounds of the type, that matches its pattern."""
    least, most = type_.min or 0, type_.max
    if type_.pattern is None:
        return _sentence(least, most, chance)
    try:
        node = read_pattern(type_.pattern)
    except BadPattern:
        return _sentence(least, most, chance)
    text = ""
    for _ in range(_TRIES):
        text = _matching(node, chance)
        fits = least <= len(text) and (most is None or len(text) <= most) and text == text.strip()
        if fits and re.search(type_.pattern, text):
            break
    return text


def _sentence(least: int, most: int | None, chance: Random) -> str:
    words = _TEXT.split()
    text = f"[simulated {chance.randrange(16**4):04x}] "
    text += " ".join(chance.choice(words) for _ in range(chance.randint(6, 16))) + "."
    while len(text) < least:
        text = f"{text[:-1]} {chance.choice(words)}."
    if most is None or len(text) <= most:
        return text
    # What tells two texts apart stands first, so that short ones differ too.
    cut = text[:most].rstrip() if most >= len("[simulated 0000]") else f"{chance.randrange(16**8):08x}"[:most]
    return cut + "." * max(0, least - len(cut))


def _matching(node: Node, chance: Random) -> str:
    match node:
        case Chars(alphabet):
            return chance.choice(alphabet)
        case Series(parts):
            return "".join(_matching(part, chance) for part in parts)
        case Either(options):
            return _matching(chance.choice(options), chance)
        case Repeat(part, low, high):
            return "".join(_matching(part, chance) for _ in range(chance.randint(low, high)))


def _number(low: float | None, high: float | None, chance: Random) -> float:
    least, most = _between(low, high, 1)
    number = chance.uniform(least, most)
    rounded = round(number, 3)
    return rounded if least <= rounded <= most else number


def _between(low: N | None, high: N | None, wide: N) -> tuple[N, N]:
    """Both ends; a missing one lies `wide` from the other, or from 0."""
    if low is None:
        low = type(wide)(0) if high is None else min(type(wide)(0), high - wide)
    return low, low + wide if high is None else high


def _day(chance: Random) -> str:
    return f"20{chance.randint(10, 30):02d}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
