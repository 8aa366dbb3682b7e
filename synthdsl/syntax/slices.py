"""Where a text with mistakes is cut: at declarations that begin in column 0.

Each slice is read on its own, so that one mistake spoils one declaration.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right

from synthdsl.base.span import Source
from synthdsl.syntax.place import DECLARATIONS
from synthdsl.syntax.scan import Scan, scan
from synthdsl.syntax.strings import is_block
from synthdsl.syntax.tables import Tables
from synthdsl.syntax.tree import Token
from synthdsl.syntax.words import is_name_by_sign

_SHAPE = re.compile(
    r"""^(?:dataset[ ]\w+[ ]*(?:of|from|=)
    | (?:type|model|param|source)[ ]+\w+[ ]*[=:]
    | (?:template|recipe|extern)[ ]\w+[ ]*[=(]
    | (?:output|test|import)[ ]"
    | import[ ][\w.]+[ ]*(?:\(|as\b|$)
    | (?:expect|evaluate)[ ]\w+[ ]*(?:\{|against\b)
    | moved[ ][\w.]+[ ]*->)""",
    re.VERBOSE | re.MULTILINE,
)
"""A line that is a declaration beyond doubt, whatever the quotes before it say."""


def slices(source: Source, tables: Tables, found: Scan) -> tuple[Scan, list[list[Token]]]:
    """The tokens, a slice each. The scan is made anew where a block swallows declarations."""
    if found.unterminated is not None or _swallowed(source.text, found.tokens):
        return _by_lines(source, tables)
    kinds = frozenset(DECLARATIONS.values())
    text = source.text
    parts: list[list[Token]] = [[]]
    for token in found.tokens:
        at_margin = token.start == 0 or text[token.start - 1] == "\n"
        if at_margin and token.kind in kinds and not is_name_by_sign(text, token):
            parts.append([])
        parts[-1].append(token)
    return found, parts


def _swallowed(text: str, tokens: list[Token]) -> bool:
    """Whether a line that must be a declaration lies inside a block."""
    starts = [token.start for token in tokens]
    for hit in _SHAPE.finditer(text):
        before = bisect_right(starts, hit.start()) - 1
        if before >= 0 and tokens[before].end > hit.start() and is_block(text, tokens[before]):
            return True
    return False


def _by_lines(source: Source, tables: Tables) -> tuple[Scan, list[list[Token]]]:
    """Cut first, and scan each slice: a block without an end then ends with its declaration."""
    text = source.text
    cuts = [0, *(_with_comments(text, hit.start()) for hit in _SHAPE.finditer(text) if hit.start()), len(text)]
    whole = Scan()
    parts: list[list[Token]] = []
    for start, end in itertools.pairwise(cuts):
        part = scan(source, tables, start, end)
        parts.append(part.tokens)
        whole.tokens += part.tokens
        whole.docs |= part.docs
        whole.diagnostics += part.diagnostics
        whole.broken |= part.broken
        whole.module_doc = whole.module_doc or part.module_doc
    return whole, parts


def _with_comments(text: str, start: int) -> int:
    """Where the comment lines right above a line begin."""
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        if text[above : above + 1] != "#":
            break
        start = above
    return start
