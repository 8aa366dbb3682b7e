r"""Regular expressions as descriptions of texts to make: `[A-Z]{3}-[0-9]{4}`.

In: the text of a regular expression as Python's `re` reads it. Out: a tree of choices of characters, parts one
after another, alternatives and repetitions, from which `regex` draws and `unique_id` numbers.

Read: literals, `.`, classes with ranges and `^`, escapes `\d \w \s \D \W \S \n \t \xHH \uHHHH` and escaped
punctuation, groups, `|`, `? * + {m} {m,n} {m,} {,n}` (also lazy), `^ \A` at the very beginning and `$ \Z` at the
very end. What has no meaning for making a text (look-around, back-references, flags, `\b`) is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

MORE = 8
"""A repetition without upper bound is made at most so many times more often than its lower bound."""

LONGEST = 10_000
"""No pattern makes texts of more characters."""

PRINTABLE = "".join(map(chr, range(32, 127)))
DIGITS = "0123456789"
WORD = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


class BadPattern(ValueError):  # noqa: N818 (a finding about a spec)
    """The pattern cannot be used; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One of these characters; distinct, in order of code points."""

    alphabet: str


@dataclass(frozen=True, slots=True)
class Series:
    """The parts one after another."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the alternatives."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The part `low` to `high` times, both included."""

    part: Node
    low: int
    high: int


Node = Chars | Series | Either | Repeat


def read_pattern(text: str) -> Node:
    """The tree of a pattern. Raises `BadPattern`."""
    reader = _Reader(text)
    node = reader.either(top=True)
    if reader.at < len(text):
        raise BadPattern(f"The pattern has a ')' at position {reader.at} that closes nothing.")
    if longest(node) > LONGEST:
        raise BadPattern(f"The pattern makes texts of more than {LONGEST:,} characters.")
    return node


def longest(node: Node) -> int:
    """The number of characters of the longest text."""
    match node:
        case Chars():
            return 1
        case Series(parts):
            return sum(map(longest, parts))
        case Either(options):
            return max(map(longest, options))
        case Repeat(part, _, high):
            return longest(part) * high


def positions(node: Node) -> tuple[str, ...] | None:
    """The alphabet of each character, where all texts have one shape; None for anything else."""
    match node:
        case Chars(alphabet):
            return (alphabet,)
        case Series(parts):
            found: list[str] = []
            for part in parts:
                inner = positions(part)
                if inner is None:
                    return None
                found.extend(inner)
            return tuple(found)
        case Either(options):
            return positions(options[0]) if len(options) == 1 else None
        case Repeat(part, low, high):
            inner = positions(part)
            return inner * low if inner is not None and low == high else None


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_CLASSES = {"d": DIGITS, "w": WORD, "s": " "}
_EXCEPT = {"d": DIGITS, "w": WORD, "s": " \t\n\r\f\v"}


class _Reader:
    """A cursor over the text of a pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.text[at] if at < len(self.text) else ""

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise BadPattern("The pattern ends too early.")
        self.at += 1
        return char

    def skip(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def either(self, top: bool = False) -> Node:
        self.depth += 1
        if self.depth > 50:
            raise BadPattern("The groups of the pattern are nested more than 50 deep.")
        options = [self.series(top)]
        while self.skip("|"):
            options.append(self.series(top))
        self.depth -= 1
        return options[0] if len(options) == 1 else Either(tuple(options))

    def series(self, top: bool) -> Node:
        parts: list[Node] = []
        if top:
            while self.skip("^") or self.skip(r"\A"):
                pass
        while self.peek() not in ("", "|", ")"):
            if top and self._ends():
                break
            parts.append(self.repeated())
        return parts[0] if len(parts) == 1 else Series(tuple(parts))

    def _ends(self) -> bool:
        for mark in ("$", r"\Z"):
            if self.text.startswith(mark, self.at) and self.peek(len(mark)) in ("", "|"):
                self.at += len(mark)
                return True
        return False

    def repeated(self) -> Node:
        part = self.atom()
        bounds = self.bounds()
        if bounds is None:
            return part
        low, high = bounds
        if self.peek() == "+":
            raise BadPattern("Possessive repetition has no meaning for making a text.")
        self.skip("?")
        if self.peek() in ("*", "+", "?"):
            raise BadPattern(f"The repetition at position {self.at} follows another one.")
        return Repeat(part, low, high)

    def bounds(self) -> tuple[int, int] | None:
        if self.skip("?"):
            return 0, 1
        if self.skip("*"):
            return 0, MORE
        if self.skip("+"):
            return 1, 1 + MORE
        if self.peek() != "{":
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end if end >= 0 else self.at + 1].partition(",")
        numbers = [n for n in (low, high) if n]
        if (not numbers and not comma) or not all(n.isascii() and n.isdigit() and len(n) < 7 for n in numbers):
            # As in `re`: braces that are no repetition are plain characters.
            return None
        self.at = end + 1
        first = int(low or 0)
        last = int(high) if high else first + MORE if comma else first
        if last < first:
            raise BadPattern(f"The repetition {{{low},{high}}} has its bounds the wrong way round.")
        return first, last

    def atom(self) -> Node:
        char = self.take()
        match char:
            case "(":
                return self.group()
            case "[":
                return Chars(self.char_class())
            case ".":
                return Chars(PRINTABLE)
            case "\\":
                return Chars(self.escape(in_class=False))
            case "*" | "+" | "?":
                raise BadPattern(f"The pattern has nothing to repeat at position {self.at - 1}.")
            case "^" | "$":
                raise BadPattern(f"'{char}' can stand at the very beginning or end of the pattern only.")
            case _:
                return Chars(char)

    def group(self) -> Node:
        if self.skip("?P<"):
            end = self.text.find(">", self.at)
            if end < 0 or not self.text[self.at : end].isidentifier():
                raise BadPattern("The name of a group is not closed.")
            self.at = end + 1
        elif self.peek() == "?" and not self.skip("?:"):
            raise BadPattern(f"'({self.text[self.at : self.at + 2]}' has no meaning for making a text.")
        inner = self.either()
        if not self.skip(")"):
            raise BadPattern("A group of the pattern is not closed.")
        return inner

    def char_class(self) -> str:
        negated = self.skip("^")
        found: set[str] = set()
        first = True
        while first or self.peek() != "]":
            found |= self.class_part(negated)
            first = False
        self.take()
        alphabet = "".join(c for c in PRINTABLE if c not in found) if negated else "".join(sorted(found))
        if not alphabet:
            raise BadPattern("A class of the pattern leaves no character.")
        return alphabet

    def class_part(self, negated: bool) -> set[str]:
        start = self.class_char(negated)
        if len(start) == 1 and self.peek() == "-" and self.peek(1) not in ("]", ""):
            self.take()
            stop = self.class_char(negated)
            if len(stop) != 1 or stop < start:
                raise BadPattern(f"The range {start}-{stop} of the pattern runs backwards.")
            if ord(stop) - ord(start) > 5000:
                raise BadPattern("A class of the pattern has more than 5,000 characters.")
            return {c for c in map(chr, range(ord(start), ord(stop) + 1)) if not "\ud800" <= c <= "\udfff"}
        return set(start)

    def class_char(self, negated: bool) -> str:
        char = self.take()
        if char != "\\":
            return char
        kind = self.peek()
        if negated and kind in _EXCEPT:
            # What a class excludes is all that the escape stands for, not only what is made of it.
            self.at += 1
            return _EXCEPT[kind]
        return self.escape(in_class=True)

    def escape(self, in_class: bool) -> str:
        char = self.take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char.lower() in _EXCEPT:
            return "".join(c for c in PRINTABLE if c not in _EXCEPT[char.lower()])
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char in "xuU":
            return self.code_point({"x": 2, "u": 4, "U": 8}[char])
        if in_class and char == "b":
            return "\b"
        if char.isascii() and char.isalnum():
            raise BadPattern(f"'\\{char}' has no meaning for making a text.")
        return char

    def code_point(self, digits: int) -> str:
        text = self.text[self.at : self.at + digits]
        if len(text) < digits or not all(c in "0123456789abcdefABCDEF" for c in text):
            raise BadPattern(f"The escape at position {self.at} wants {digits} hexadecimal digits.")
        self.at += digits
        code = int(text, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise BadPattern(f"'{text}' is no character.")
        return chr(code)
