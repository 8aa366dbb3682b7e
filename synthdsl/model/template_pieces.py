"""The statements of a template: text, output, `if`, `for`, `set`; everything else is refused.

A variable that is set gets a local of its own every time, so its type is known wherever it is read; where the
branches of an `if` set it, their locals meet in one more. As in Jinja, what a loop sets is forgotten at the end of
each turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jinja2 import nodes

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.model.expr import Assign, Expr, LocalRef, Loop, Out, Piece, When
from synthdsl.model.maker import Maker
from synthdsl.model.template import Source
from synthdsl.model.template_errors import REFUSED_TAGS, BadTemplate
from synthdsl.model.template_expr import condition, read
from synthdsl.model.template_parse import parse
from synthdsl.model.template_scope import Here, Reading
from synthdsl.model.template_types import gone_through, printable
from synthdsl.types.relations import join_all
from synthdsl.types.show import show
from synthdsl.types.terms import UNKNOWN, ListType, Type


def read_pieces(source: Source, maker: Maker) -> tuple[Piece, ...]:
    """The typed pieces of a template; findings go to `maker`."""
    try:
        parsed = parse(source.text)
    except BadTemplate as bad:
        maker.report(Diagnostic(bad.code, bad.message, source.span(bad.start, bad.end), bad.notes))
        return ()
    pieces, _ = _Statements(Reading(source, parsed)).read(parsed.body, Here(maker))
    return tuple(pieces)


class _Statements:
    """Reads the statements of one template."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def read(self, body: Sequence[nodes.Node], here: Here) -> tuple[list[Piece], Here]:
        """The pieces of some statements, and the place after them."""
        pieces: list[Piece] = []
        for node in body:
            match node:
                case nodes.Output():
                    self._output(node, here, pieces)
                case nodes.If():
                    here = self._if(node, here, pieces)
                case nodes.For():
                    pieces += self._for(node, here)
                case nodes.Assign():
                    here = self._set(node, here, pieces)
                case _:
                    self._refuse(node, here)
        return pieces, here

    def _refuse(self, node: nodes.Node, here: Here) -> None:
        if isinstance(node, nodes.AssignBlock):
            span = self.reading.span(node.target)
            note = "Write the value: `{% set x = a ~ b %}`."
            self.reading.problem(here, "E0402", "A block of text cannot be set as a variable.", span, note)
            return
        start, end = self.reading.parsed.places.of(node)
        name = self.reading.source.text[start:end]
        notes = (REFUSED_TAGS[name],) if name in REFUSED_TAGS else ()
        span = self.reading.source.span(start, end)
        self.reading.problem(here, "E0402", f"A template cannot use '{name}'.", span, *notes)

    def _output(self, node: nodes.Output, here: Here, pieces: list[Piece]) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                pieces.append(part.data)
            elif isinstance(part, nodes.Tuple):
                message = "Several values stand between '{{' and '}}'."
                self.reading.problem(here, "E0404", message, self.reading.span(part), "Write each in its own `{{ }}`.")
            else:
                pieces.append(Out(printable(read(self.reading, part, here), self.reading.span(part), here.maker)))

    # --- variables

    def _set(self, node: nodes.Assign, here: Here, pieces: list[Piece]) -> Here:
        value = read(self.reading, node.node, here)
        target = node.target
        if not isinstance(target, nodes.Name):
            span = self.reading.span(target)
            message = "Several variables cannot be set at once."
            if isinstance(target, nodes.NSRef):
                span, message = self.reading.at(target.lineno, len(target.name)), "A field cannot be set."
            self.reading.problem(here, "E0402", message, span, "Set each variable in its own `{% set %}`.")
            return here
        if not self._may_be_named(target, here):
            return here
        local = here.maker.fresh_local(target.name)
        pieces.append(Assign(local, value))
        return here.naming(target.name, local, value.type)

    def _may_be_named(self, target: nodes.Name, here: Here) -> bool:
        span = self.reading.span(target)
        if target.name.startswith("_"):
            self.reading.problem(here, "E0402", "A name in a template cannot begin with '_'.", span)
            return False
        if target.name in ("loop", "null"):
            self.reading.problem(here, "E0402", f"'{target.name}' cannot be set: it has a meaning of its own.", span)
            return False
        return True

    # --- conditions

    def _if(self, node: nodes.If, here: Here, pieces: list[Piece]) -> Here:
        meeting = {name: here.maker.fresh_local(name) for name in _assigned([node])}
        for name, local in meeting.items():
            if name in here.own:
                before, type_ = here.own[name]
                pieces.append(Assign(local, LocalRef(before, type_)))
        rest = here
        arms: list[tuple[Expr, tuple[Piece, ...]]] = []
        ends: list[Here] = []
        for arm in (node, *node.elif_):
            test, learned = condition(self.reading, arm.test, rest)
            body, end = self.read(arm.body, rest.knowing(learned, True))
            arms.append((test, tuple(body + _meet(meeting, here, end))))
            ends.append(end)
            rest = rest.knowing(learned, False)
        other, end = self.read(node.else_, rest)
        ends.append(end)
        pieces.append(When(tuple(arms), tuple(other + _meet(meeting, here, end))))
        for name, local in meeting.items():
            here = self._met(name, local, here, ends, node)
        return here

    def _met(self, name: str, local: str, here: Here, ends: list[Here], node: nodes.If) -> Here:
        """The place after an `if` whose branches set a variable."""
        types = [end.own[name][1] if name in end.own and name not in end.unsure else None for end in ends]
        if None in types:
            return Here(here.maker, here.own, here.unsure | {name}, here.loop, here.loops)
        known = [t for t in types if t is not None]
        joined: Type | None = join_all(known)
        if joined is None:
            shown = " and ".join(dict.fromkeys(show(t) for t in known))
            message = f"The variable '{name}' has no one type after this 'if': {shown}."
            self.reading.problem(here, "E0312", message, self.reading.span(node))
            joined = UNKNOWN
        return here.naming(name, local, joined)

    # --- loops

    def _for(self, node: nodes.For, here: Here) -> list[Piece]:
        reading = self.reading
        if node.recursive:
            reading.problem(here, "E0402", "A loop in a template cannot be recursive.", reading.span(node))
        target = node.target
        source = gone_through(read(reading, node.iter, here), reading.span(node.iter), here.maker)
        item: Type = source.type.item if isinstance(source.type, ListType) else UNKNOWN
        if isinstance(target, nodes.Name):
            name = target.name if self._may_be_named(target, here) else ""
        else:
            name = ""
            message = "A loop has one variable; items cannot be taken apart here."
            note = "Name the item, and write its fields: `{% for x in xs %}{{ x.a }} {{ x.b }}`."
            reading.problem(here, "E0402", message, reading.span(target), note)
        local = here.maker.fresh_local(name or "item")
        inner = here.naming(name, local, item) if name else here
        if not name:
            # The names of a target that was refused are known, so that each use is not one more finding.
            for part in target.find_all(nodes.Name):
                inner = inner.naming(part.name, local, UNKNOWN)
        test: Expr | None = None
        if node.test is not None:
            test, learned = condition(reading, node.test, inner)
            inner = inner.knowing(learned, True)
        body_here = Here(inner.maker, inner.own, inner.unsure, local, here.loops + 1)
        body, _ = self.read(node.body, body_here)
        other, _ = self.read(node.else_, here)
        uses = tuple(reading.uses.get(local, ()))
        return [Loop(local, source, test, tuple(body), tuple(other), uses)]


def _meet(meeting: dict[str, str], before: Here, end: Here) -> list[Piece]:
    """At the end of a branch: what the variables are there goes into the locals where the branches meet."""
    return [
        Assign(local, LocalRef(*end.own[name]))
        for name, local in meeting.items()
        if name in end.own and end.own[name] != before.own.get(name)
    ]


def _assigned(body: Sequence[nodes.Node]) -> list[str]:
    """The names that statements set, but for those set within loops."""
    return list(dict.fromkeys(_each_assigned(body)))


def _each_assigned(body: Sequence[nodes.Node]) -> Iterator[str]:
    for node in body:
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            yield node.target.name
        elif isinstance(node, nodes.If):
            for part in (node.body, node.elif_, node.else_):
                yield from _each_assigned(part)
