"""Templates parsed by Jinja's own parser, with the exact place of every node.

Jinja's tokens carry line numbers only. Here they carry the offset of their first character instead: the lexer's
tokens are found again in the text, one after another, and the parser copies the "line number" of a token into the
nodes it makes. The ends of nodes are noted by the methods of the parser that make them.

In: the text of a template. Out: `Parsed`, or `BadTemplate` with the place and a sentence for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Lexer, Token, TokenStream
from jinja2.parser import Parser

from synthdsl.model.template_errors import BadTemplate, reworded

MAX_BRACKETS = 25
"""Brackets within brackets: as deep as Jinja's parser can go without running out of stack."""

MAX_BLOCKS = 10
"""`if` and `for` within each other: generated Python allows twenty blocks."""

MAX_DEPTH = 100
"""Operators, filters and fields applied to one another in one expression."""

SETTINGS: dict[str, Any] = {
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "autoescape": False,
}
"""The settings of Jinja under which templates are read: a tag alone on a line leaves no empty line behind."""


@cache
def environment() -> Environment:
    """The environment whose lexer and parser are used; it renders nothing."""
    return Environment(**SETTINGS)


@dataclass(slots=True)
class Places:
    """Where nodes stand, by the `id` of the node: as half-open ranges of characters.

    exact: without brackets around. outer: with them, for those that have some.
    """

    exact: dict[int, tuple[int, int]] = field(default_factory=dict)
    outer: dict[int, tuple[int, int]] = field(default_factory=dict)

    def of(self, node: nodes.Node) -> tuple[int, int]:
        """The range of a node: the one noted by the parser, else that of its parts."""
        noted = self.exact.get(id(node))
        if noted is not None:
            return noted
        if isinstance(node, nodes.Name):
            return node.lineno, node.lineno + len(node.name)
        if isinstance(node, nodes.If | nodes.For):
            return node.lineno, node.lineno + (2 if isinstance(node, nodes.If) else 3)
        inner = [self.around(child) for child in node.iter_child_nodes()]
        if isinstance(node, nodes.Neg | nodes.Pos | nodes.Not) or not inner:
            inner.append((node.lineno, node.lineno + 1))
        found = min(start for start, _ in inner), max(end for _, end in inner)
        self.exact[id(node)] = found
        return found

    def around(self, node: nodes.Node) -> tuple[int, int]:
        """The range of a node with the brackets around it."""
        return self.outer.get(id(node)) or self.of(node)


@dataclass(slots=True)
class Parsed:
    """The nodes of a template and where they stand."""

    body: list[nodes.Node]
    places: Places
    tokens: list[Place]

    def test_name(self, test: nodes.Test) -> tuple[int, int]:
        """The place of the name of a test: of `odd` in `x is not odd`."""
        at = next(i for i, t in enumerate(self.tokens) if t.start == test.lineno) + 1
        at += self.tokens[at].value == "not"
        return self.tokens[at].start, self.tokens[at].end

    def attribute(self, node: nodes.Getattr) -> tuple[int, int]:
        """The place of the name after the dot."""
        end = self.places.of(node)[1]
        return end - len(node.attr), end


@dataclass(frozen=True, slots=True)
class Place:
    """A token that means something, with its half-open range of characters."""

    start: int
    end: int
    type: str
    value: Any


@lru_cache(maxsize=256)
def parse(text: str) -> Parsed:
    """Parse a template whose line breaks are all `\\n`. Raises BadTemplate.

    The result is kept for a while: a column that waits for another one is read again, and texts are used repeatedly.
    """
    tokens = list(_tokens(text))
    _check_nesting(tokens)
    parser = _Parser(text, tokens)
    try:
        body = parser.subparse()
    except TemplateSyntaxError as error:
        raise reworded(error.message or "", error.lineno, text, parser.unfinished, _words(tokens)) from None
    except RecursionError:
        raise BadTemplate("E0406", "The template nests too deeply.", 0, len(text)) from None
    parsed = Parsed(body, parser.places, tokens)
    _check_depth(parsed)
    return parsed


def _words(tokens: list[Place]) -> dict[int, int]:
    return {t.start: t.end for t in tokens}


# --- tokens with offsets -------------------------------------------------------------------------


def _tokens(text: str) -> Iterator[Place]:
    lexer = environment().lexer
    reached = 0
    opened = 0
    try:
        for _, kind, value in lexer.tokeniter(text, None):
            while not text.startswith(value, reached):
                # Only white space that a `-` or a tag on its own line takes away is left out by the lexer.
                reached += 1
            start, reached = reached, reached + len(value)
            if kind in ("variable_begin", "block_begin", "comment_begin", "raw_begin"):
                opened = start
            for token in _converted(lexer, start, kind, value):
                yield Place(start, reached, token.type, token.value)
    except TemplateSyntaxError as error:
        raise _lexical(error.message or "", text, reached, opened) from None
    yield Place(len(text), len(text), "eof", "")


def _converted(lexer: Lexer, start: int, kind: str, value: str) -> list[Token]:
    try:
        return list(lexer.wrap([(start, kind, value)]))
    except TemplateSyntaxError as error:
        what = "string" if kind == "string" else "name"
        raise BadTemplate("E0401", f"This {what} cannot be read: {error.message}.", start, start + len(value)) from None


def _lexical(message: str, text: str, reached: int, opened: int) -> BadTemplate:
    while reached < len(text) and text[reached].isspace():
        reached += 1
    if message.startswith("Missing end"):
        what = "comment is not closed by '#}'" if "comment" in message else "raw block is not closed by '{% endraw %}'"
        return BadTemplate("E0401", f"The {what}.", opened, opened + 2)
    shown = text[reached : reached + 1]
    if shown in ('"', "'"):
        return BadTemplate("E0401", "The string is not closed.", reached, reached + 1)
    if message.startswith("unexpected '"):
        quoted = message.split("'")
        said = f"Nothing is open that '{shown}' closes." if len(quoted) < 4 else f"'{quoted[3]}' is missing here."
        return BadTemplate("E0401", said, reached, reached + 1)
    if message.startswith("unexpected char"):
        return BadTemplate("E0401", f"The character '{shown}' means nothing in a template.", reached, reached + 1)
    return BadTemplate("E0401", f"This cannot be read: {message}.", max(opened, reached - 1), reached)


def _check_nesting(tokens: list[Place]) -> None:
    brackets = blocks = 0
    for before, token in zip([tokens[0], *tokens], tokens, strict=False):
        if token.type in ("lparen", "lbracket", "lbrace"):
            brackets += 1
        elif token.type in ("rparen", "rbracket", "rbrace"):
            brackets -= 1
        elif before.type == "block_begin" and token.value in ("if", "for"):
            blocks += 1
        elif before.type == "block_begin" and token.value in ("endif", "endfor"):
            blocks -= 1
        if brackets > MAX_BRACKETS:
            message = f"Brackets nest more than {MAX_BRACKETS} deep."
            raise BadTemplate("E0406", message, token.start, token.end)
        if blocks > MAX_BLOCKS:
            message = f"'if' and 'for' nest more than {MAX_BLOCKS} deep."
            raise BadTemplate("E0406", message, token.start, token.end)


def _check_depth(parsed: Parsed) -> None:
    level: list[nodes.Node] = list(parsed.body)
    statements = nodes.If | nodes.For | nodes.Output
    todo = [(node, 0) for node in level]
    while todo:
        node, depth = todo.pop()
        if depth > MAX_DEPTH or (isinstance(node, nodes.Compare) and len(node.ops) > MAX_DEPTH):
            message = f"More than {MAX_DEPTH} operators, filters or fields apply to one another."
            raise BadTemplate("E0406", message, node.lineno, node.lineno + 1)
        inner = 0 if isinstance(node, statements) else depth + 1
        todo.extend((child, inner) for child in node.iter_child_nodes())


# --- the parser ----------------------------------------------------------------------------------


class _Parser(Parser):
    """Jinja's parser over tokens that carry offsets; notes where nodes end.

    unfinished: the offsets of the tags that are open, outermost first; it stays when parsing fails.
    """

    def __init__(self, text: str, tokens: list[Place]) -> None:
        # Jinja's own `__init__` would lex the text again, without offsets.
        self.environment = environment()
        self.stream = TokenStream(iter([Token(t.start, t.type, t.value) for t in tokens[:-1]]), None, None)
        self.name = self.filename = None
        self.closed = False
        self.extensions = {}
        self._last_identifier = 0
        self._tag_stack: list[str] = []
        self._end_token_stack: list[tuple[str, ...]] = []
        self.places = Places()
        self.unfinished: list[tuple[str, int]] = []
        self.text = text
        self._before: dict[int, int] = {}
        for last, token in pairwise(tokens):
            self._before[token.start] = last.end

    def _note(self, node: nodes.Expr, start: int) -> None:
        self.places.exact.setdefault(id(node), (start, self._reached(start)))

    def _reached(self, start: int) -> int:
        """Where the last token that was taken ends."""
        return self._before.get(self.stream.current.lineno, start)

    def parse_statement(self) -> nodes.Node | list[nodes.Node]:
        token = self.stream.current
        self.unfinished.append((str(token.value), token.lineno))
        made = super().parse_statement()
        self.unfinished.pop()
        if isinstance(made, nodes.Node):
            # A statement stands where its tag does: one about the whole of it would cover half the template.
            self.places.exact[id(made)] = token.lineno, token.lineno + len(str(token.value))
        return made

    def parse_primary(self, with_namespace: bool = False) -> nodes.Expr:
        first = self.stream.current
        made = super().parse_primary(with_namespace)
        self._note(made, first.lineno)
        if first.type == "lparen":
            self.places.outer[id(made)] = first.lineno, self._reached(first.lineno)
        return made

    def parse_subscript(self, node: nodes.Expr) -> nodes.Getattr | nodes.Getitem:
        start = self.places.around(node)[0]
        made = super().parse_subscript(node)
        self._note(made, start)
        return made

    def parse_call(self, node: nodes.Expr) -> nodes.Call:
        start = self.places.around(node)[0]
        made = super().parse_call(node)
        self._note(made, start)
        return made

    def parse_test(self, node: nodes.Expr) -> nodes.Expr:
        start = self.places.around(node)[0]
        made = super().parse_test(node)
        self._note(made, start)
        if isinstance(made, nodes.Not):
            self._note(made.node, start)
        return made

    def parse_filter(self, node: nodes.Expr | None, start_inline: bool = False) -> nodes.Expr | None:
        if node is None or start_inline:
            return super().parse_filter(node, start_inline)
        # One filter at a time, so that each of a chain has its own end; Jinja's method takes all that follow.
        start = self.places.around(node)[0]
        while self.stream.current.type == "pipe":
            next(self.stream)
            token = self.stream.expect("name")
            name = token.value
            while self.stream.skip_if("dot"):
                name += "." + self.stream.expect("name").value
            arguments: Any = ([], [], None, None)
            if self.stream.current.type == "lparen":
                arguments = self.parse_call_args()
            node = nodes.Filter(node, name, *arguments, lineno=token.lineno)
            self._note(node, start)
        return node
