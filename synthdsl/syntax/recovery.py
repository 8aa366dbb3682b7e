"""Reading a text that has mistakes: all of them in one run, and everything good kept.

The text is read slice by slice (`slices.py`). At a token that does not fit, `repairs.py` says what is wrong and
how to go on; where it knows no way, what was begun is given up and reading starts again at the next word, key or
bracket that fits what is still open. A hole in a statement becomes the token MISSING, so that the statement
keeps its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.syntax.nesting import too_deep, without_depths
from synthdsl.syntax.parser import END, Machine, parse_tokens
from synthdsl.syntax.place import (
    CLOSING,
    OPENING,
    Bracket,
    Place,
    begins_key,
    begins_statement,
    can_follow,
    first_on_line,
)
from synthdsl.syntax.repairs import repair
from synthdsl.syntax.repairs.repair import Repair
from synthdsl.syntax.scan import Scan
from synthdsl.syntax.slices import slices
from synthdsl.syntax.tables import MISSING, Tables
from synthdsl.syntax.tree import Node, Token, tokens
from synthdsl.syntax.words import can_shift, settle

MAX_FINDINGS = 100
"""After so many mistakes the rest of a file is not read."""

Holes = tuple[tuple[str, ...], ...]
_KEEPING: Holes = ((), (MISSING,))
_DOUBTING: Holes = ((MISSING,), ())
"""What to try before the next token: to keep a value as far as it was read, or rather to call it missing."""

_LOOK_BACK = 400
"""How many states of the stack are tried for a way on."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """The tree of a text with mistakes, and the scan it was made from."""

    root: Node
    skipped: tuple[Node, ...]
    scan: Scan
    diagnostics: list[Diagnostic]


def recover(source: Source, tables: Tables, found: Scan) -> Recovered:
    """What can be read of a source, and what is wrong with it."""
    found, parts = slices(source, tables, found)
    children: list[Node | Token] = []
    skipped: list[Node] = []
    diagnostics: list[Diagnostic] = []
    for number, part_tokens in enumerate(parts):
        following = next((part[0] for part in parts[number + 1 :] if part), None)
        if len(diagnostics) >= MAX_FINDINGS:
            skipped += _error(part_tokens)
            continue
        if too_deep(source, part_tokens) is None:
            # Most slices of a text that somebody is typing are as they should be, and read twice as fast this way.
            whole = parse_tokens(tables, source.text, part_tokens)
            if whole is not None:
                children += whole.children
                continue
        reader = _Reader(source, tables, part_tokens, found.broken, following)
        root = reader.read()
        children += root.children if root is not None else ()
        skipped += reader.skipped
        diagnostics += reader.diagnostics
    last = children[-1].end if children else 0
    return Recovered(Node("module", tuple(children), 0, last), tuple(skipped), found, diagnostics)


def _error(leaves: Sequence[Token]) -> list[Node]:
    return [Node("error", tuple(leaves), leaves[0].start, leaves[-1].end)] if leaves else []


class _Reader:
    """One slice being read."""

    def __init__(
        self, source: Source, tables: Tables, tokens: Sequence[Token], broken: set[int], following: Token | None
    ) -> None:
        self.source = source
        self.tables = tables
        end = len(source.text) if following is None or not tokens else tokens[-1].end
        self.tokens = [*tokens, Token(END, end, end)]
        self.broken = broken
        self.following = following
        self.at = 0
        self.reported = -1
        self.state = Machine(tables)
        self.brackets: list[Bracket] = []
        self.skipped: list[Node] = []
        self.diagnostics: list[Diagnostic] = []

    def read(self) -> Node | None:
        """The module that the slice is; None where nothing of it can be read."""
        deep = too_deep(self.source, self.tokens)
        if deep is not None:
            self.diagnostics.append(deep)
            kept, taken = without_depths(self.tokens[:-1])
            self.tokens = [*kept, self.tokens[-1]]
            self.skipped += _error(taken)
            self.broken = self.broken | {token.start for token in self.tokens if token.kind == MISSING}
        attempts = 0
        while len(self.diagnostics) < MAX_FINDINGS:
            token = self._settled(self.tokens[self.at])
            if self._fits(token):
                result: Node | None = self._feed(token)
                if token.kind == END:
                    return result
                self.at += 1
                attempts = 0
                continue
            attempts += 1
            if not self._mend(attempts):
                break
        self.skipped += _error([*self._leaves(0), *self.tokens[self.at : -1]])
        return None

    def _settled(self, token: Token) -> Token:
        if token.kind not in self.tables.soft:
            return token
        return settle(token, self.source.text, self.tables, self.state.state_stack)

    def _fits(self, token: Token) -> bool:
        if not can_shift(self.tables, self.state.state_stack, token.kind):
            return False
        if token.kind == "NAME":
            return not self._is_statement(self.at)
        body = token.kind == "LBRACE" and self.at + 1 < len(self.tokens) and self._is_statement(self.at + 1)
        return not (body and can_follow(self.tables, self.state.state_stack, (MISSING, "LBRACE")))

    def _is_statement(self, at: int) -> bool:
        """Whether a word that may be a name is rather the beginning of a statement: `var x =` and then
        `rule y: ...` on a line of its own, or `dataset d of {` and then a body. Two words in a row are no expression.
        """
        token, text = self.tokens[at], self.source.text
        if not begins_statement(text, token):
            return False
        after, beyond = self.tokens[at + 1], self.tokens[min(at + 2, len(self.tokens) - 1)]
        word = after.kind == "NAME" or (after.kind in self.tables.soft and beyond.kind in ("ASSIGN", "COLON"))
        return word and not first_on_line(text, after)

    def _feed(self, token: Token) -> Any:
        result = self.state.feed(token)
        if token.kind in OPENING:
            self.brackets.append(Bracket(token, len(self.state.state_stack) - 1))
        elif token.kind in CLOSING and self.brackets:
            self.brackets.pop()
        return result

    # --- at a mistake -----------------------------------------------------------------------------

    def _mend(self, attempts: int) -> bool:
        """Report and go on; False where there is no way on."""
        place = Place(
            self.source,
            self.tables,
            self.tokens,
            self.at,
            tuple(self.state.state_stack),
            tuple(self.state.value_stack),
            tuple(self.brackets),
            self.following,
        )
        mended = repair(place)
        if not self._quiet(mended):
            self.diagnostics.append(mended.diagnostic)
        self.reported = self.at
        if attempts > 3:
            return self._resume()
        return self._apply(mended) or self._resume()

    def _quiet(self, mended: Repair) -> bool:
        """Whether this is but a consequence of what was reported on the same line, or of an unreadable token."""
        if mended.close:
            opening = self.brackets[-1].token
            if opening.start == opening.end:
                return True
            if any(opening.start < start < self.tokens[self.at].start for start in self.broken):
                return True
        for at in range(self.at, -1, -1):
            token = self.tokens[at]
            if at == self.reported or (token.start in self.broken and token.kind != END):
                return True
            if first_on_line(self.source.text, token) and token.kind != END:
                return False
        return False

    def _apply(self, mended: Repair) -> bool:
        """Go on as a repair says; False where it says nothing, or that does not fit."""
        token = self.tokens[self.at]
        tables, stack = self.tables, self.state.state_stack
        if mended.drop:
            self._cut(len(stack) - mended.drop)
        for _ in range(mended.close):
            if not self._close():
                return False
        for kind in mended.insert:
            if not can_shift(tables, stack, kind):
                return False
            self._feed(Token(kind, token.start, token.start))
        if mended.skip:
            self.skipped += _error(self.tokens[self.at : self.at + mended.skip])
            self.at = min(self.at + mended.skip, len(self.tokens) - 1)
        if mended.kind and can_shift(tables, stack, mended.kind):
            self._feed(Token(mended.kind, token.start, token.end))
            self.at += 1
            return True
        return bool(mended.close or mended.insert or mended.skip)

    def _close(self) -> bool:
        """Close the innermost bracket, with a hole before it where its contents break off."""
        bracket = self.brackets[-1]
        kind = OPENING[bracket.token.kind]
        here = self.tokens[self.at].start
        if not self._reach(kind, bracket.level, _KEEPING):
            return False
        self._feed(Token(kind, here, here))
        return True

    def _reach(self, kind: str, lowest: int, holes: Holes) -> bool:
        """Give up what is on the stack above some height over `lowest`, so that `kind` fits, perhaps with a hole.

        The first of `holes` that fits anywhere is taken, as high up as it fits.
        """
        stack = self.state.state_stack
        here = self.tokens[self.at].start
        for hole in holes:
            for height in range(len(stack), max(lowest, len(stack) - _LOOK_BACK), -1):
                if can_follow(self.tables, stack[:height], (*hole, kind)):
                    self._cut(height)
                    for missing in hole:
                        self._feed(Token(missing, here, here))
                    return True
        return False

    def _cut(self, height: int) -> None:
        leaves = self._leaves(height - 1)
        del self.state.state_stack[height:]
        del self.state.value_stack[height - 1 :]
        while self.brackets and self.brackets[-1].level >= height:
            self.brackets.pop()
        self.skipped += _error(leaves)

    def _leaves(self, height: int) -> list[Token]:
        """The tokens in the values from `height` up."""
        leaves: list[Token] = []
        for value in self.state.value_stack[height:]:
            for part in value if isinstance(value, list) else [value]:
                leaves += tokens(part)
        return leaves

    def _resume(self) -> bool:
        """Start again at the next token that fits something still open."""
        begin = self.at
        # A value that broke off in the middle of a line is not what was meant; one on the line before is.
        holes = _KEEPING if first_on_line(self.source.text, self.tokens[begin]) else _DOUBTING
        opened: list[str] = []
        for at in range(begin, len(self.tokens)):
            token = self.tokens[at]
            if (not opened or begins_statement(self.source.text, token)) and self._resumes(token, at > begin, holes):
                self.skipped += _error(self.tokens[begin:at])
                self.at = at
                return True
            if token.kind in OPENING:
                opened.append(OPENING[token.kind])
            elif opened and token.kind == opened[-1]:
                opened.pop()
        return False

    def _resumes(self, token: Token, later: bool, holes: Holes) -> bool:
        """Whether reading starts again at this token; `later`: it is not the misfit itself."""
        text = self.source.text
        if token.kind == END:
            while self.brackets and self._close():
                pass
            return not self.brackets and self._reach(END, 0, holes)
        if begins_statement(text, token) and self._reach(token.kind, 0, holes):
            return True
        inner = self.brackets[-1] if self.brackets else None
        if inner is None:
            return False
        if token.kind == OPENING[inner.token.kind] or (later and token.kind == "COMMA"):
            return self._reach(token.kind, inner.level, holes)
        word = token.kind == "NAME" or token.kind in self.tables.soft
        return word and later and begins_key(text, token) and self._reach("NAME", inner.level, holes)
