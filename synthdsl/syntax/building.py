"""What all builders of abstract syntax share: the text, the place for findings, and the leaves."""

from __future__ import annotations

from dataclasses import dataclass

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.syntax import ast
from synthdsl.syntax.strings import is_block, string_value, template_value
from synthdsl.syntax.tree import Node, Token

Part = Node | Token

MAX_DEPTH = 100
"""How deep expressions and types may be nested: deeper ones would need more stack than Python has."""


class UnreadableError(Exception):
    """A declaration or statement lacks a part that abstract syntax cannot do without; reported already."""


class TooDeepError(Exception):
    """An expression is nested deeper than `MAX_DEPTH`."""


@dataclass(slots=True)
class Building:
    """The state of one build. broken: where tokens begin that were reported. depth: of the expression at hand."""

    file: str
    text: str
    docs: dict[int, str]
    broken: set[int]
    diagnostics: list[Diagnostic]
    depth: int = 0

    def span(self, part: Part) -> Span:
        return Span(self.file, part.start, part.end)

    def name(self, token: Part) -> ast.Name:
        return ast.Name(self.text[token.start : token.end], Span(self.file, token.start, token.end))

    def dotted(self, node: Part) -> ast.Name:
        """`a` or `a.b` as one name."""
        assert isinstance(node, Node)
        if len(node.children) == 1:
            return self.name(node.children[0])
        words = (self.text[t.start : t.end] for t in node.children if t.kind == "NAME")
        return ast.Name(".".join(words), self.span(node))

    def doc(self, part: Part) -> str:
        return self.docs.get(part.start, "")

    def string(self, token: Part) -> str:
        """What a string token means."""
        assert isinstance(token, Token)
        text = self.text
        inner = text[token.start + 1 : token.end - 1]
        if text[token.start] == '"' and "\\" not in inner and not is_block(text, token):
            return inner
        return string_value(text, token, self._bad_escape)

    def template(self, token: Part) -> ast.TemplateText:
        """A string token as a template."""
        assert isinstance(token, Token)
        value, offsets = template_value(self.text, token, self._bad_escape)
        return ast.TemplateText(value, offsets, self.span(token))

    def report(self, code: str, message: str, span: Span, *notes: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, span, notes))

    def _bad_escape(self, start: int, stop: int) -> None:
        span = Span(self.file, start, stop)
        if stop - start == 1:
            message = "A backslash cannot stand at the end of a line."
        else:
            message = f"`{self.text[start:stop]}` is not an escape."
        notes = (
            r"The escapes are `\" \\ \/ \n \r \t \uXXXX`.",
            'A string that begins with `r"` keeps its backslashes, as patterns and formulas want it.',
        )
        fix = Fix("double the backslash", (Edit(Span(self.file, start, start + 1), "\\\\"),))
        self.diagnostics.append(Diagnostic("E0107", message, span, notes, (), (fix,)))
