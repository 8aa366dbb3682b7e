"""The comments and blank lines in the gaps between tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synthdsl.syntax.tree import Token


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands before a token. trailing: the comment behind the token before it, on that line, or nothing.

    lines: comments on lines of their own; None is a blank line.
    """

    trailing: str
    lines: tuple[str | None, ...]

    @property
    def comments(self) -> tuple[str, ...]:
        """All comments."""
        own = tuple(line for line in self.lines if line is not None)
        return (self.trailing, *own) if self.trailing else own


def gaps(text: str, tokens: Sequence[Token]) -> dict[int, Gap]:
    """The gaps with comments, by the start of the token after them; the last one by the length of the text."""
    found: dict[int, Gap] = {}
    at = 0
    for token in tokens:
        if token.start - at > 1 and text.find("#", at, token.start) >= 0:
            found[token.start] = _gap(text[at : token.start], at == 0)
        at = token.end
    if text.find("#", at) >= 0:
        found[len(text)] = _gap(text[at:] + "\n", at == 0)
    return found


def _gap(text: str, at_start: bool) -> Gap:
    first, *rest = ["", *text.split("\n")] if at_start else text.split("\n")
    lines: list[str | None] = []
    for line in rest[:-1]:
        comment = line.strip(" \t\r\ufeff")
        if comment:
            lines.append(comment)
        elif not lines or lines[-1] is not None:
            lines.append(None)
    return Gap(first.strip(), tuple(lines))
