"""Text functions on terms: what `lower`, `replace`, `numerify`, `slugify` ... make of every outcome.

A function that works character by character is put through all parts of a join. One that looks across parts
(`slugify` squeezes runs of hyphens) is used only where a look at the ends of the parts shows that nothing happens
across them; else `Unsupported` is raised and the provider is left to Faker itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synthdsl.ops.people.digits import hexified, lexified, number_text, numerified
from synthdsl.ops.people.drawn import (
    ANONYMOUS,
    Drawn,
    Join,
    Unsupported,
    drawn,
    fork,
    is_text,
    is_uncertain,
    join,
    over,
)

LONG_RANGE = 1_000
"""From this many outcomes on, whole numbers are written run by run."""


@dataclass(frozen=True, slots=True)
class Split:
    """`text.split(separator)` of a term; of a join only the first item, or all items joined again, can be had."""

    text: Any
    separator: str

    def items(self) -> Any:
        """The lists of items. Raises `Unsupported` for a join."""
        if not isinstance(self.text, Drawn) or not self.text.plain:
            raise Unsupported("the items of a joined text")
        return over(lambda o: o.split(self.separator), self.text)


def by_character(function: Callable[[str], str], value: Any) -> Any:
    """Put a text through a function that works character by character."""
    if isinstance(value, Join):
        return join(by_character(function, p) for p in value.parts)
    if isinstance(value, Drawn):
        return over(lambda o: by_character(function, o), value)
    return function(value)


def changed_case(name: str, value: Any) -> Any:
    """`lower` or `upper` of a text."""
    if name == "lower" and any("Σ" in text for text in leaves(value)):
        raise Unsupported("the lower case of a Greek sigma depends on its place")
    return by_character(str.lower if name == "lower" else str.upper, value)


def leaves(value: Any) -> list[str]:
    """Every piece of text in a term."""
    if isinstance(value, Drawn):
        if value.plain:
            return [str(o) for o in value.options]
        return [text for option in value.options for text in leaves(option)]
    if isinstance(value, Join):
        return [text for part in value.parts for text in leaves(part)]
    return [value]


def as_text(value: Any, spec: str = "", conversion: str = "") -> Any:
    """What an f-string makes of a value: `format(value, spec)`."""
    if isinstance(value, Drawn) and isinstance(value.options, range) and not conversion:
        number = re.fullmatch(r"(?:0(\d+))?([dxX]?)", spec)
        if number and value.options.step == 1 and len(value.options) > LONG_RANGE:
            text = number_text(value.options[0], value.options[-1], int(number[1] or 0), number[2] or "d")
            return Drawn([text], None, value.index, False)
    if is_text(value) and not spec and conversion in ("", "s"):
        return value
    if isinstance(value, Drawn):
        return over(lambda o: as_text(o, spec, conversion), value)
    if is_uncertain(value):
        raise Unsupported("a list of terms as text")
    return format(_CONVERSIONS[conversion](value), spec)


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {"": lambda v: v, "s": str, "r": repr, "a": ascii}


_PERCENT = re.compile(r"%(?:\((\w+)\))?(0?\d*)([sdixX%])")


def percent_formatted(pattern: str, values: Any) -> Any:
    """`pattern % values` with some of the values terms; `%s`, `%d` and `%05d` only."""
    arguments = iter(values if isinstance(values, tuple) else (values,))
    parts: list[Any] = []
    at = 0
    for found in _PERCENT.finditer(pattern):
        parts.append(pattern[at : found.start()])
        at = found.end()
        if found[3] == "%":
            parts.append("%")
            continue
        value = values[found[1]] if found[1] else next(arguments)
        if found[3] == "s":
            if found[2]:
                raise Unsupported("padded text")
            parts.append(as_text(value))
        else:
            parts.append(as_text(value, found[2] + found[3].replace("i", "d")))
    parts.append(pattern[at:])
    if "%" in _PERCENT.sub("", pattern):
        raise Unsupported("an unusual format")
    return join(parts)


def filled(function: Callable[[str], Any], marks: str, value: Any) -> Any:
    """Put a text through one of `numerify`, `lexify`, `hexify`: `marks` are the characters it replaces."""
    if isinstance(value, Join):
        return join(filled(function, marks, p) for p in value.parts)
    if isinstance(value, Drawn):
        if value.plain and not any(m in o for o in value.options for m in marks):
            return value
        return over(lambda o: filled(function, marks, o), value)
    return function(value)


def numerify(value: Any) -> Any:
    """`numerify` of a text."""
    return filled(numerified, "#%$!@", value)


def lexify(value: Any, letters: str) -> Any:
    """`lexify` of a text."""
    return filled(lambda text: lexified(text, letters), "?", value)


def hexify(value: Any, upper: bool) -> Any:
    """`hexify` of a text."""
    return filled(lambda text: hexified(text, upper), "^", value)


def replaced(value: Any, old: str, new: str) -> Any:
    """`value.replace(old, new)`; an `old` that could stand across two parts is not supported."""
    if not old:
        raise Unsupported("replace nothing")
    if may_stand_across(value, old):
        raise Unsupported("a replacement across parts")
    return by_character(lambda text: text.replace(old, new), value)


def may_stand_across(value: Any, text: str) -> bool:
    """Whether a text may begin in one part and end in the next."""
    cuts = ((text[:cut], text[cut:]) for cut in range(1, len(text)))
    return any(may_meet(value, _ends_with(a), _starts_with(b)) for a, b in cuts)


def _ends_with(end: str) -> Callable[[str], bool]:
    return lambda text: text.endswith(end)


def _starts_with(start: str) -> Callable[[str], bool]:
    return lambda text: text.startswith(start)


def may_meet(value: Any, left: Callable[[str], bool], right: Callable[[str], bool]) -> bool:
    """Whether some part of which `left` holds may be followed at once by one of which `right` holds.

    Parts that may be empty count as meeting when either side asks for them, so the answer errs towards yes.
    """
    return any(may_meet_join(j, left, right) for j in joins(value))


def may_meet_join(value: Join, left: Callable[[str], bool], right: Callable[[str], bool]) -> bool:
    """`may_meet` for the parts of one join."""
    ending = False
    for part in value.parts:
        pieces = leaves(part)
        if ending and any(right(p) for p in pieces):
            return True
        empty = any(not p for p in pieces)
        ending = any(left(p) for p in pieces) or (ending and empty)
    return False


def joins(value: Any) -> list[Join]:
    """Every join in a term."""
    if isinstance(value, Join):
        return [value, *(j for p in value.parts for j in joins(p))]
    if isinstance(value, Drawn) and not value.plain:
        return [j for o in value.options for j in joins(o)]
    return []


def first_item(value: Any, separator: str) -> Any:
    """`value.split(separator)[0]`."""
    if isinstance(value, str):
        return value.split(separator)[0]
    if isinstance(value, Drawn):
        return over(lambda o: first_item(o, separator), value)
    parts = list(value.parts)
    if len(separator) != 1:
        raise Unsupported("split at a long separator")
    for at, part in enumerate(parts):
        if isinstance(part, str):
            if separator in part:
                return join([*parts[:at], part.split(separator)[0]])
        elif part.plain:
            cut = [separator in o for o in part.options]
            if all(cut):
                return join([*parts[:at], first_item(part, separator)])
            if any(cut):
                if part.index != ANONYMOUS or part.tie is not None:
                    raise fork(part, lambda o: separator in o)
                return join([*parts[:at], _first_of_either(part, parts[at + 1 :], separator)])
        else:
            return join([*parts[:at], _first_of_rest(part, parts[at + 1 :], separator)])
    return value


def _first_of_either(part: Drawn, rest: list[Any], separator: str) -> Drawn:
    """The first item of a draw of texts, some of which hold the separator, and what follows it."""
    weights = part.weights or [1.0] * len(part.options)
    pairs = list(zip(part.options, weights, strict=True))
    cut = [(o.split(separator)[0], w) for o, w in pairs if separator in o]
    whole = [(o, w) for o, w in pairs if separator not in o]
    ends = drawn([o for o, _ in cut], [w for _, w in cut])
    goes_on = first_item(join([drawn([o for o, _ in whole], [w for _, w in whole]), *rest]), separator)
    return Drawn([ends, goes_on], [sum(w for _, w in cut), sum(w for _, w in whole)], plain=False)


def _first_of_rest(part: Drawn, rest: list[Any], separator: str) -> Any:
    return over(lambda o: first_item(join([o, *rest]), separator), part)


def slugified(value: Any, allow_dots: bool, allow_unicode: bool) -> Any:
    """Faker's `utils.text.slugify` of a text that is made of ASCII characters."""
    from faker.utils.text import slugify

    if isinstance(value, Drawn):
        return over(lambda o: slugified(o, allow_dots, allow_unicode), value)
    if isinstance(value, str):
        return slugify(value, allow_dots, allow_unicode)
    if not all(text.isascii() for text in leaves(value)):
        raise Unsupported("slugify across parts that are not ASCII")
    drop = re.compile(r"[^\.\w\s-]" if allow_dots else r"[^\w\s-]")
    value = by_character(lambda text: drop.sub("", text).lower(), value)
    if not isinstance(value, Join):
        return slugified(value, allow_dots, allow_unicode)
    value = _stripped(_stripped(value, 0, str.lstrip), -1, str.rstrip)
    if may_meet(value, lambda t: t[-1:] in _SQUEEZED, lambda t: t[:1] in _SQUEEZED):
        raise Unsupported("hyphens that meet across parts")
    return by_character(lambda text: re.sub(r"[-\s]+", "-", text), value)


def _stripped(value: Any, end: int, strip: Callable[[str], str]) -> Any:
    """A text stripped at one end: of the first part (end 0) or the last (end -1), which must not become empty."""
    if isinstance(value, Drawn):
        return over(lambda o: _stripped(o, end, strip), value)
    if isinstance(value, Join):
        parts = list(value.parts)
        parts[end] = _stripped(parts[end], end, strip)
        return join(parts)
    if not strip(value):
        raise Unsupported("a part that is blank")
    return strip(value)


_SQUEEZED = frozenset(" -\t\n\r\f\v")


def parsed(value: Any, token: Callable[[str], Any]) -> Any:
    """Faker's `generator.parse`: `{{name}}` replaced by `token(name)`, drawn anew at each place."""
    if isinstance(value, Drawn):
        return over(lambda o: parsed(o, token), value)
    if isinstance(value, Join):
        if any(text.count("{{") != text.count("}}") for text in leaves(value)):
            raise Unsupported("a token put together from parts")
        return join(parsed(p, token) for p in value.parts)
    parts: list[Any] = []
    at = 0
    for found in _TOKEN.finditer(value):
        if found[2]:
            raise Unsupported("a token with arguments")
        parts.append(value[at : found.start()])
        parts.append(as_text(token(found[1])))
        at = found.end()
    parts.append(value[at:])
    return join(parts)


_TOKEN = re.compile(r"\{\{\s*(\w+)(:\s*\w+?)?\s*\}\}")


def text_method(name: str, value: Any, arguments: list[Any]) -> Any:
    """`value.name(*arguments)` for a term of text and plain arguments."""
    if name in ("lower", "upper") and not arguments:
        return changed_case(name, value)
    if name == "split" and len(arguments) == 1:
        return Split(value, arguments[0])
    if isinstance(value, Drawn) and value.plain:
        return over(lambda o: getattr(o, name)(*arguments), value)
    if name == "replace" and len(arguments) == 2:
        return replaced(value, *arguments)
    if isinstance(value, Drawn):
        return over(lambda o: text_method(name, o, arguments), value)
    if isinstance(value, str):
        return getattr(value, name)(*arguments)
    if name == "zfill":
        return join(["0" * (arguments[0] - _length(value)), value])
    if name == "capitalize" and all(leaves(value.parts[0])):
        first, *rest = value.parts
        return join([by_character(str.capitalize, first), changed_case("lower", join(rest))])
    raise Unsupported(f"{name} across parts")


def _length(value: Any) -> int:
    """The length of a text that has the same length in every outcome and is a number."""
    if isinstance(value, Join):
        return sum(map(_length, value.parts))
    lengths = {_length(o) for o in value.options} if isinstance(value, Drawn) else {len(value)}
    if len(lengths) > 1 or any(t[:1] in "+-" for t in leaves(value)):
        raise Unsupported("texts of several lengths")
    return lengths.pop()


def joined(separator: str, items: Any) -> Any:
    """`separator.join(items)`; items: a list of texts and terms, or a `Split`."""
    if isinstance(items, Split):
        return replaced(items.text, items.separator, separator)
    parts: list[Any] = []
    for item in items:
        if parts:
            parts.append(separator)
        if not is_text(item):
            raise Unsupported("join of what is not text")
        parts.append(item)
    return join(parts)
