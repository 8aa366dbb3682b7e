"""What a template's names stand for at one place in it, and what all its places share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jinja2 import nodes

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.model.expr import Expr
from synthdsl.model.maker import Maker
from synthdsl.model.template import Source
from synthdsl.model.template_parse import Parsed
from synthdsl.model.template_types import unknown
from synthdsl.types.terms import Type


@dataclass(frozen=True, slots=True)
class Here:
    """One place in a template.

    maker: the rules of expressions, with the template's own names as locals. own: those names, set by `{% set %}` or
    by loops, with their locals and types. unsure: names set on some paths only. loop: the local of the innermost
    loop. loops: how many loops are around.
    """

    maker: Maker
    own: Mapping[str, tuple[str, Type]] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    loop: str | None = None
    loops: int = 0

    def naming(self, name: str, local: str, type_: Type) -> Here:
        """The same place with one more name."""
        entry = {name: (local, type_)}
        maker = self.maker.with_locals(entry)
        return replace(self, maker=maker, own={**self.own, **entry}, unsure=self.unsure - {name})

    def knowing(self, test: Expr, truth: bool) -> Here:
        """The same place where a test is known to hold, or not to."""
        return replace(self, maker=self.maker.narrowed(test, truth))


@dataclass(slots=True)
class Reading:
    """One template being read: its nodes, their places, and which parts of `loop` are used for each loop's local."""

    source: Source
    parsed: Parsed
    uses: dict[str, dict[str, None]] = field(default_factory=dict)

    def span(self, node: nodes.Node) -> Span:
        """The place of a node in the file, with brackets around it."""
        return self.source.span(*self.parsed.places.around(node))

    def at(self, start: int, length: int) -> Span:
        """The place of some characters of the template in the file."""
        return self.source.span(start, start + length)

    def problem(self, here: Here, code: str, message: str, span: Span, *notes: str) -> Expr:
        """Report, and give what stands in for the wrong expression."""
        here.maker.report(Diagnostic(code, message, span, notes))
        return unknown(span)
