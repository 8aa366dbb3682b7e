"""The lossless tree: what the parser saw, token by token, with the source text beside it.

Tokens are leaves; comments, whitespace and what recovery had to skip lie in the gaps between them, so
`text(tree)` gives back the source character for character.
"""

from __future__ import annotations

from collections.abc import Iterator

from synthdsl.base.record import record
from synthdsl.base.span import Source, Span


@record
class Token:
    """Characters `start` to `end`; `kind` is a terminal of the grammar, such as `NAME` or `VAR`.

    One of no width was put in by recovery.
    """

    kind: str
    start: int
    end: int


@record
class Node:
    """A rule of the grammar with its parts in the order written."""

    kind: str
    children: tuple[Node | Token, ...]
    start: int
    end: int


@record
class Tree:
    """A file. docs: by the start of a token, the `##` text that stands before it.

    skipped: `error` nodes with the tokens that fit nowhere.
    """

    source: Source
    root: Node
    docs: dict[int, str]
    module_doc: str
    skipped: tuple[Node, ...] = ()

    def span(self, part: Node | Token) -> Span:
        """The place of a part of this tree in its file."""
        return Span(self.source.file, part.start, part.end)

    def slice(self, part: Node | Token) -> str:
        """The characters of a part."""
        return self.source.text[part.start : part.end]


def tokens(node: Node | Token) -> Iterator[Token]:
    """All tokens below `node`, from left to right, however deep it is."""
    pending: list[Node | Token] = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, Token):
            yield part
        else:
            pending.extend(reversed(part.children))


def text(tree: Tree) -> str:
    """The source again, put together from the tokens and the gaps between them."""
    whole = tree.source.text
    leaves = [*tokens(tree.root), *(t for node in tree.skipped for t in tokens(node))]
    parts: list[str] = []
    at = 0
    for token in sorted(leaves, key=lambda t: (t.start, t.end)):
        parts.append(whole[at : token.start])
        parts.append(whole[token.start : token.end])
        at = token.end
    parts.append(whole[at:])
    return "".join(parts)
