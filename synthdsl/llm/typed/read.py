"""What a reply says as a value of the column's type.

Text is the answer without surrounding whitespace; what is inside stays as it is, and nothing in it is interpreted.
Text that the token limit cut is kept and marked; text without a character is refused unless the type is `str(min=0)`.
All other types are read from JSON: the whole answer first, then fenced blocks and closed values in prose, then bare
values (`high`, `5`), then what a library mends. A value counts only when it is one of the type's. Cut JSON is never
mended: it would be closed where the limit fell.

Fields that a record type does not have are left out, missing ones of an optional type are null, a literal may differ
in case. Reading never raises, whatever the text, and takes bounded time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from synthdsl.dataset.moments import Unfit
from synthdsl.dataset.validate import INT_HIGH, INT_LOW, fits, is_int, shorten
from synthdsl.dataset.values import read_value
from synthdsl.llm.reply import Reply
from synthdsl.llm.typed.loose import bare, tidied
from synthdsl.llm.typed.mend import is_whole, mend
from synthdsl.llm.typed.passages import MAX_DEPTH, passages, tail
from synthdsl.llm.typed.problem import Problem, cut_off, empty, filtered, misfit, no_json, refused
from synthdsl.llm.typed.quick import needs_test, quick_reader
from synthdsl.llm.typed.reasoning import split_reasoning
from synthdsl.llm.typed.schema import is_text
from synthdsl.types.show import show
from synthdsl.types.terms import STR, RecordType, StrType, Type


@dataclass(frozen=True, slots=True)
class Read:
    """What was read.

    value: as columns hold it (see `dataset/vector.py`); None beside a problem. text: the answer without reasoning.
    cut: the token limit ended the text. mended: the answer was not the JSON that was asked for, but nearly.
    """

    value: Any
    text: str
    reasoning: str
    cut: bool = False
    mended: bool = False
    problem: Problem | None = None


class Reader:
    """Reads replies as values of one type. Made once a column; holds no state between replies."""

    __slots__ = ("_quick", "_test", "complete", "type", "wrapped")

    def __init__(self, type_: Type, complete: bool = False) -> None:
        """type_: of the answer; for a column with `when` that is what stands before its `?`.

        complete: the reply goes on from a text, so whitespace is part of it and no reasoning is looked for.
        Raises ValueError for a type that `schema.unanswerable` refuses.
        """
        self.type = type_
        self.complete = complete
        self.wrapped = not isinstance(type_, RecordType)
        self._test = needs_test(type_)
        self._quick: Callable[[str], Any] | None = None if is_text(type_) else quick_reader(type_, self.wrapped)

    def read(self, reply: Reply) -> Read:
        """The value of a reply, or why it has none."""
        text, reasoning = reply.text, reply.reasoning
        if ("think>" in text or "THINK]" in text) and not self.complete:
            written, text = split_reasoning(text)
            reasoning = "\n\n".join(r for r in (reasoning, written) if r)
        if reply.finish == "filter":
            return Read(None, text, reasoning, problem=filtered())
        cut = reply.finish == "length"
        if self._quick is None:
            return self._text(reply, text, reasoning, cut)
        try:
            value = self._quick(text)
        except ValueError:
            return self._searched(reply, text, reasoning, cut)
        if self._test and why_not(value, self.type) is not None:
            return self._searched(reply, text, reasoning, cut)
        return Read(value, text, reasoning)

    def _text(self, reply: Reply, text: str, reasoning: str, cut: bool) -> Read:
        type_ = self.type
        body = text if self.complete else text.strip()
        problem = None
        if not body and not (isinstance(type_, StrType) and type_.min == 0 and not reply.refusal and not cut):
            problem = _nothing(reply, reasoning, cut)
        elif not _can_be_written(body):
            problem = misfit("it holds half of a character pair, which no file can hold", show(STR))
        elif type_ != STR and (reason := fits(body, type_)) is not None:
            problem = misfit(reason, show(type_))
        return Read(None if problem else body, body, reasoning, cut, problem=problem)

    def _searched(self, reply: Reply, text: str, reasoning: str, cut: bool) -> Read:
        """Reads an answer that is not just the JSON that was asked for."""
        if not text.strip():
            return Read(None, "", reasoning, cut, problem=_nothing(reply, reasoning, cut))
        if not _can_be_written(text):
            problem = misfit("it holds half of a character pair, which no file can hold", show(self.type))
            return Read(None, text, reasoning, cut, problem=problem)
        first: str | None = None
        for raw in self._raw_values(text, cut):
            value, reason = self._value(raw)
            if reason is None:
                return Read(value, text, reasoning, mended=True)
            first = first or reason
        problem = cut_off() if cut else misfit(first, show(self.type)) if first else no_json(text)
        return Read(None, text, reasoning, cut, problem=problem)

    def _raw_values(self, text: str, cut: bool) -> Iterator[Any]:
        """JSON values that the text may stand for, best first."""
        sound, broken = [], []
        for passage in passages(text, cut):
            if cut and not passage.startswith(("{", "[", '"')):
                continue
            try:
                raw = parsed(passage)
            except ValueError:
                broken.append(passage)
            else:
                sound.append(passage)
                yield raw
        if cut:
            return
        yield from bare(text, self.type)
        rest = tail(text)
        if not any(rest.startswith(passage) for passage in sound):
            broken.append(rest)
        for passage in dict.fromkeys(broken):
            guess = mend(passage)
            if guess is not None and is_whole(raw := self._bare(guess), self.type):
                yield raw

    def _bare(self, raw: Any) -> Any:
        """The value itself, out of the object that it may stand in because a root must be one."""
        return raw["value"] if self.wrapped and isinstance(raw, dict) and raw.keys() == {"value"} else raw

    def _value(self, raw: Any) -> tuple[Any, str | None]:
        if _depth_over(raw, MAX_DEPTH):
            return None, f"it is nested deeper than {MAX_DEPTH} levels"
        try:
            value = read_value(tidied(self._bare(raw), self.type), self.type)
        except Unfit as unfit:
            return None, str(unfit)
        return value, why_not(value, self.type) if self._test else None


def parsed(text: str) -> Any:
    """The value of a JSON text. Raises ValueError."""
    from pydantic_core import from_json

    return from_json(text)


def why_not(value: Any, type_: Type) -> str | None:
    """Why the value is none of the type's or cannot stand in a file: also tests places for any JSON value."""
    if _depth_over(value, MAX_DEPTH):
        return f"it is nested deeper than {MAX_DEPTH} levels"
    return fits(value, type_) or _too_large(value)


def _nothing(reply: Reply, reasoning: str, cut: bool) -> Problem:
    if reply.refusal:
        return refused(reply.refusal)
    return cut_off() if cut else empty(bool(reasoning))


def _can_be_written(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _too_large(value: Any) -> str | None:
    waiting = [value]
    while waiting:
        place = waiting.pop()
        if isinstance(place, dict):
            waiting.extend(place.values())
        elif isinstance(place, list):
            waiting.extend(place)
        elif is_int(place) and not INT_LOW <= place <= INT_HIGH:
            return f"{shorten(place)} does not fit into 64 bits"
    return None


def _depth_over(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [v for p in level if isinstance(p, dict | list) for v in (p.values() if isinstance(p, dict) else p)]
        if not level:
            return False
    return True
