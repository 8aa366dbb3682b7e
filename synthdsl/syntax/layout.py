"""Documents for a pretty printer in Wadler's manner: what may be broken into lines, and the printer.

A document is a text, a sequence of documents, or one of the classes here. A group is printed on one line where
it fits, and with all its own line breaks where it does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WIDTH = 100
"""Columns that a line should not exceed."""

_INFINITE = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """A place for a line break; `flat` stands there in a group on one line, None where it must break."""

    flat: str | None


@dataclass(frozen=True, slots=True)
class IfBroken:
    """A text that stands only in a broken group."""

    text: str


@dataclass(frozen=True, slots=True)
class Suffix:
    """A comment that is put at the end of its line, wherever that is."""

    text: str


@dataclass(frozen=True, slots=True)
class Indent:
    """Lines of `inner` begin so many levels further in."""

    inner: Doc
    levels: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A string of several lines between `opening` and triple quotes, indented below the line it begins on.

    head: what stands behind the opening quotes. lines: the others, dedented.
    """

    opening: str
    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that may run over the width: what stands before it on the line is not broken on its account."""

    inner: Doc


@dataclass(slots=True)
class Group:
    """Printed on one line where it fits. width: on one line."""

    inner: Doc
    width: int = field(init=False)

    def __post_init__(self) -> None:
        self.width = _width(self.inner)


Doc = str | tuple["Doc", ...] | Line | IfBroken | Suffix | Indent | Block | Prompt | Group

SPACE = Line(" ")
SOFT = Line("")
HARD = Line(None)


def _width(doc: Doc) -> int:
    match doc:
        case str():
            return len(doc)
        case tuple():
            return sum(map(_width, doc))
        case Line(flat):
            return _INFINITE if flat is None else len(flat)
        case Group():
            return doc.width
        case Indent(inner) | Prompt(inner):
            return _width(inner)
        case Block(opening, head, _):
            return len(opening) + len(head)
        case _:
            return 0


def print_doc(doc: Doc) -> str:
    """The text of a document."""
    return _Printer().run(doc)


Entry = tuple[int, bool, Doc]
"""A document to be printed, with its indentation and whether it is part of a group on one line."""


class _Printer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.column = 0
        self.indentation = 0
        self.fresh = True
        self.suffixes: list[str] = []

    def run(self, doc: Doc) -> str:
        pending: list[Entry] = [(0, False, doc)]
        while pending:
            indent, flat, part = pending.pop()
            if type(part) is str:
                self._text(part)
            elif type(part) is tuple:
                pending.extend([(indent, flat, p) for p in reversed(part)])
            else:
                self._structure(pending, indent, flat, part)
        self._end_line()
        return "".join(self.out)

    def _structure(self, pending: list[Entry], indent: int, flat: bool, part: Doc) -> None:
        match part:
            case Group(inner):
                pending.append((indent, flat or self._fits(part, pending), inner))
            case Line(text):
                if flat and text is not None:
                    self._text(text)
                else:
                    self._new_line(indent)
            case Indent(inner, levels):
                pending.append((indent + 2 * levels, flat, inner))
            case Prompt(inner):
                pending.append((indent, flat, inner))
            case IfBroken(text):
                self._text("" if flat else text)
            case Suffix(text):
                self.suffixes.append(text)
            case Block():
                self._block(part)

    def _text(self, text: str) -> None:
        if not text:
            return
        if self.fresh:
            self.out.append(" " * self.indentation)
            self.fresh = False
        self.out.append(text)
        self.column += len(text)

    def _new_line(self, indent: int) -> None:
        self._end_line()
        self.out.append("\n")
        self.column = self.indentation = indent
        self.fresh = True

    def _end_line(self) -> None:
        if self.out and not self.fresh:
            self.out[-1] = self.out[-1].rstrip(" ")
        if self.suffixes:
            self._text("  ".join(self.suffixes) if self.fresh else "  " + "  ".join(self.suffixes))
            self.suffixes = []

    def _block(self, block: Block) -> None:
        self._text(block.opening)
        self.out.append(block.head)
        margin = " " * (self.indentation + 2)
        for line in block.lines:
            self.out.append("\n" + margin + line if line else "\n")
        self.out.append("\n" + margin + '"""')
        self.column = len(margin) + 3

    def _fits(self, group: Group, pending: list[Entry]) -> bool:
        """Whether a group and what is stuck to it has room on the line."""
        room = WIDTH - self.column - group.width
        if room < 0:
            return False
        for _, flat, part in reversed(pending):
            taken = _stuck(part, flat)
            if taken < 0:
                return room >= ~taken
            room -= taken
            if room < 0:
                return False
        return True


def _stuck(doc: Doc, flat: bool) -> int:
    """The width up to the first place where the line may end; its complement where there is one."""
    match doc:
        case tuple():
            total = 0
            for part in doc:
                taken = _stuck(part, flat)
                if taken < 0:
                    return ~(total + ~taken)
                total += taken
            return total
        case Line():
            return len(doc.flat) if flat and doc.flat is not None else ~0
        case Group(inner) | Indent(inner):
            return _stuck(inner, flat)
        case Prompt():
            return ~3
        case Block(opening, head, _):
            return ~(len(opening) + len(head))
        case _:
            return _width(doc)
