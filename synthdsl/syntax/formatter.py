"""What all of the formatter shares: tokens with their comments, items on lines of their own, lists in brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synthdsl.syntax.comments import Gap
from synthdsl.syntax.layout import HARD, SPACE, Block, Doc, Group, IfBroken, Indent, Line, Suffix
from synthdsl.syntax.strings import block_lines, contents, is_block
from synthdsl.syntax.tree import Node, Token

Part = Node | Token


@dataclass(frozen=True, slots=True)
class Formatter:
    """The text being formatted. gaps: comments not yet placed, by the start of the token after them."""

    text: str
    gaps: dict[int, Gap]

    def word(self, token: Part) -> Doc:
        """A token as it is written; comments before it go to the end of the line."""
        text = self.text[token.start : token.end]
        if token.start not in self.gaps:
            return text
        return (*self.suffixes(token), text)

    def suffixes(self, part: Part) -> tuple[Doc, ...]:
        """The comments before a part, for the end of the line before it."""
        gap = self.gaps.pop(part.start, None)
        return () if gap is None else tuple(Suffix(comment) for comment in gap.comments)

    def line(self, part: Part, flat: Line) -> Doc:
        """A line break before a part, and a necessary one where comments stand there."""
        if part.start not in self.gaps:
            return flat
        return (*self.suffixes(part), HARD)

    def break_before(self, *parts: Part | None) -> tuple[Doc, ...]:
        """A break before parts that follow each other; the comments before any of them go to the line above."""
        suffixes = tuple(doc for part in parts if part is not None for doc in self.suffixes(part))
        return (*suffixes, HARD) if suffixes else (SPACE,)

    def apart(self, start: int, at: int) -> tuple[Doc, ...]:
        """Make sure of a blank line between what ends at `at` and what begins at `start`."""
        gap = self.gaps.get(start)
        if gap is None:
            return () if self.text.count("\n", at, start) > 1 else (HARD,)
        if gap.lines[:1] != (None,):
            self.gaps[start] = Gap(gap.trailing, (None, *gap.lines))
        return ()

    def string(self, token: Part) -> Doc:
        """A string as it is written; a block of several lines is indented anew."""
        text = self.text[token.start : token.end]
        if "\n" not in text or not isinstance(token, Token) or not is_block(self.text, token):
            return self.word(token)
        lines = [self.text[line.start : line.end] for line in block_lines(self.text, token)]
        if any(line.endswith("\r") for line in lines):
            return self.word(token)
        opening = text[: contents(self.text, token)[0] - token.start]
        if _shared_margin(lines):
            block = Block(opening, lines[0], tuple(lines[1:]))
        else:
            block = Block(opening, "", tuple(lines))
        return (*self.suffixes(token), block)

    def items(
        self, parts: Sequence[Part], at: int, layout: Callable[[Part], Doc], *, end: str = "", blanks: bool = True
    ) -> tuple[Doc, ...]:
        """Parts on lines of their own, each after its line break, with the comments between them.

        parts: perhaps with commas, which are left out. at: where what stands before them ends. end: what every
        item ends with. blanks: whether blank lines between them stay.
        """
        docs: list[Doc] = []
        first = True
        for part in parts:
            if part.kind == "COMMA":
                docs += self.suffixes(part)
            else:
                docs += self.before(part.start, at, blanks=blanks and not first)
                docs += (layout(part), end)
                first = False
            at = part.end
        return tuple(docs)

    def before(self, start: int, at: int, *, blanks: bool) -> tuple[Doc, ...]:
        """What separates an item that begins at `start` from what ends at `at`."""
        gap = self.gaps.pop(start, None)
        if gap is None:
            return (HARD, HARD) if blanks and self.text.count("\n", at, start) > 1 else (HARD,)
        return (*_comment_lines(gap, blanks), HARD)

    def last(self, start: int, *, blanks: bool) -> tuple[Doc, ...]:
        """The comments before the closing bracket that begins at `start`, or before the end of the text."""
        gap = self.gaps.pop(start, None)
        if gap is None:
            return ()
        lines = gap.lines[:-1] if gap.lines and gap.lines[-1] is None else gap.lines
        return _comment_lines(Gap(gap.trailing, lines), blanks)

    def braces(self, parts: Sequence[Part], layout: Callable[[Part], Doc], end: str = "") -> Doc:
        """A body from its opening to its closing brace, a part a line."""
        opening, *inner, closing = parts
        items = self.items(inner, opening.end, layout, end=end)
        last = self.last(closing.start, blanks=bool(items))
        if not items and not last:
            return (self.word(opening), "}")
        return (self.word(opening), Indent((*items, *last)), HARD, "}")

    def bracketed(
        self, parts: Sequence[Part], layout: Callable[[Part], Doc], *, pad: str = "", comma: str = ","
    ) -> Doc:
        """A list from its opening to its closing bracket, on one line or an item a line.

        pad: what stands inside the brackets on one line. comma: what items end with where they are lines.
        """
        opening, *inner, closing = parts
        left, right = self.word(opening), self.text[closing.start : closing.end]
        if any(part.start in self.gaps for part in (*inner, closing)):
            items = self.items(inner, opening.end, layout, end=comma, blanks=False)
            return (left, Indent((*items, *self.last(closing.start, blanks=False))), HARD, right)
        docs = [layout(part) for part in inner if part.kind != "COMMA"]
        if not docs:
            return (left, right)
        between: tuple[Doc, ...] = (",", SPACE) if comma else (Line(", "),)
        separated = (docs[0], *(doc for item in docs[1:] for doc in (*between, item)))
        edge = Line(pad)
        return Group((left, Indent((edge, *separated)), IfBroken(comma), edge, right))


def _comment_lines(gap: Gap, blanks: bool) -> tuple[Doc, ...]:
    docs: list[Doc] = [Suffix(gap.trailing)] if gap.trailing else []
    for line in gap.lines:
        if line is not None:
            docs += (HARD, line)
            blanks = True
        elif blanks:
            docs.append(HARD)
    return tuple(docs)


def _shared_margin(lines: Sequence[str]) -> bool:
    """Whether the non-blank lines begin alike, with whitespace that dedenting would take away."""
    starts = {line[:1] for line in lines if line}
    return len(starts) == 1 and starts <= {" ", "\t"}
