"""Source texts and places in them.

In: the text of a file. Out: `Source`, which turns character offsets into lines and columns, and
`Span`, the half-open range of characters that every node, diagnostic and edit points with.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from synthdsl.base.record import record


@record
class Span:
    """Characters `start` (included) to `end` (excluded) of the file named `file`.

    Offsets count Unicode code points of the decoded text, from 0.
    """

    file: str
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`, in the same file."""
        return Span(self.file, self.start, max(self.end, other.end))

    def within(self, start: int, end: int) -> Span:
        """A part of this span; `start` and `end` are relative to its beginning."""
        return Span(self.file, self.start + start, self.start + end)


NOWHERE = Span("", 0, 0)
"""For what has no place in a file: a command-line argument, a built-in."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text with the name it is reported under (a path as the person wrote it)."""

    file: str
    text: str
    _starts: list[int] = field(default_factory=list, repr=False, compare=False)

    def line_starts(self) -> list[int]:
        """Offset of the first character of each line; made once, on first use."""
        if not self._starts:
            self._starts.append(0)
            at = self.text.find("\n")
            while at >= 0:
                self._starts.append(at + 1)
                at = self.text.find("\n", at + 1)
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its line break; empty past the end."""
        starts = self.line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")

    def slice(self, span: Span) -> str:
        """The characters a span covers."""
        return self.text[span.start : span.end]
