"""The layout of declarations, statements and types: mostly words with a space between them."""

from __future__ import annotations

from collections.abc import Sequence

from synthdsl.syntax.format_expressions import EXPRESSIONS
from synthdsl.syntax.formatter import Formatter, Part
from synthdsl.syntax.layout import Doc, Group, IfBroken, Indent, Prompt
from synthdsl.syntax.tree import Node, Token

_STICKING = frozenset(["COLON", "COMMA", "parameters"])
"""What follows without a space."""


def module(f: Formatter, root: Node) -> Doc:
    """A whole file. A blank line stands behind the edition."""
    docs: list[Doc] = []
    at = 0
    for number, part in enumerate(root.children):
        if number == 1 and root.children[0].kind == "edition":
            docs += f.apart(part.start, at)
        docs += (*f.before(part.start, at, blanks=number > 0), layout(f, part))
        at = part.end
    end = len(f.text)
    if [part.kind for part in root.children] == ["edition"] and end in f.gaps and f.gaps[end].lines:
        docs += f.apart(end, at)
    return (*docs, *f.last(end, blanks=bool(root.children)))


def layout(f: Formatter, part: Part) -> Doc:
    """Any part of a file."""
    if isinstance(part, Token):
        return Prompt(f.string(part)) if part.kind in ("STRING", "TSTRING") else f.word(part)
    special = _LAYOUTS.get(part.kind)
    return special(f, part) if special is not None else _phrase(f, part.children)


def _phrase(f: Formatter, parts: Sequence[Part]) -> Doc:
    """Parts with a space between them, and perhaps a body at the end."""
    docs: list[Doc] = []
    for number, part in enumerate(parts):
        if docs and part.kind not in _STICKING:
            docs.append(" ")
        if part.kind == "LBRACE":
            docs.append(f.braces(parts[number:], lambda inner: layout(f, inner)))
            break
        docs.append(layout(f, part))
    return tuple(docs)


def _body(f: Formatter, node: Node) -> Doc:
    return f.braces(node.children, lambda part: layout(f, part))


def _dotted(f: Formatter, node: Node) -> Doc:
    return tuple(f.word(part) for part in node.children)


def _import(f: Formatter, node: Node) -> Doc:
    parts = node.children
    closing = next((i for i, part in enumerate(parts) if part.kind == "RPAR"), 0)
    if not closing:
        return _phrase(f, parts)
    names = f.bracketed(parts[2 : closing + 1], lambda part: layout(f, part))
    head = (*_spaced(f, parts[:2]), " ", names)
    return (*head, " ", *_spaced(f, parts[closing + 1 :])) if parts[closing + 1 :] else head


def _spaced(f: Formatter, parts: Sequence[Part]) -> tuple[Doc, ...]:
    docs = _phrase(f, parts)
    assert isinstance(docs, tuple)
    return docs


def _parameters(f: Formatter, node: Node) -> Doc:
    return f.bracketed(node.children, lambda part: layout(f, part))


def _type_decl(f: Formatter, node: Node) -> Doc:
    """A record is always a field a line; a union is broken with a bar before each member."""
    *head, declared = node.children
    assert isinstance(declared, Node)
    members = [part for part in declared.children if part.kind != "VBAR"]
    if len(members) == 1:
        member = members[0]
        lead = (*_spaced(f, head), " ", *_dropped_bars(f, declared))
        if isinstance(member, Node) and member.kind == "record_type":
            return (*lead, f.braces(member.children, lambda part: layout(f, part)))
        return (*lead, layout(f, member))
    bars: list[Part | None] = [part for part in declared.children if part.kind == "VBAR"]
    if len(bars) < len(members):
        bars.insert(0, None)
    docs: list[Doc] = []
    for bar, member in zip(bars, members, strict=True):
        edge = f.break_before(bar, member)
        docs += (*edge, "| " if docs else IfBroken("| "), layout(f, member))
    return (*_spaced(f, head), Group(Indent(tuple(docs))))


def _dropped_bars(f: Formatter, declared: Node) -> tuple[Doc, ...]:
    return tuple(doc for part in declared.children if part.kind == "VBAR" for doc in f.suffixes(part))


def _union(f: Formatter, node: Node) -> Doc:
    members = [part for part in node.children if part.kind != "VBAR"]
    lead = f.suffixes(node.children[0]) if node.children[0].kind == "VBAR" else ()
    if len(members) == 1:
        return (*lead, layout(f, members[0]))
    bars = [part for part in node.children if part.kind == "VBAR"][-len(members) + 1 :]
    docs: list[Doc] = []
    for bar, member in zip(bars, members[1:], strict=True):
        docs += (*f.break_before(bar, member), "| ", layout(f, member))
    return Group((*lead, layout(f, members[0]), Indent(tuple(docs))))


def _named_type(f: Formatter, node: Node) -> Doc:
    return tuple(layout(f, part) for part in node.children)


def _record_type(f: Formatter, node: Node) -> Doc:
    return f.bracketed(node.children, lambda part: layout(f, part), pad=" ", comma="")


def _rows(f: Formatter, node: Node) -> Doc:
    """Clauses, broken all or none; the first stays on the line of the name."""
    first, *others = node.children
    docs: list[Doc] = []
    for clause in others:
        docs += (*f.break_before(clause), layout(f, clause))
    return Group((layout(f, first), Indent(tuple(docs), 2)))


def _llm(f: Formatter, node: Node) -> Doc:
    parts = list(node.children)
    assign = next(i for i, part in enumerate(parts) if part.kind == "ASSIGN")
    docs: list[Doc] = []
    rest = parts[assign + 2 :]
    while rest and rest[0].kind in ("for_each", "when"):
        clause = rest.pop(0)
        docs += (*f.break_before(clause), layout(f, clause))
    call = layout(f, parts[assign + 1])
    head = (*_spaced(f, parts[: assign + 1]), " ", Group((call, Indent(tuple(docs), 2))) if docs else call)
    return (*head, " ", layout(f, rest[0])) if rest else head


def _rule(f: Formatter, node: Node) -> Doc:
    parts = node.children
    head = _spaced(f, parts[:4])
    if len(parts) == 4:
        return head
    edge = f.break_before(parts[4], parts[5])
    return (*head, Group(Indent((*edge, "else ", layout(f, parts[5])))))


def _given(f: Formatter, node: Node) -> Doc:
    keys = node.children[2]
    assert isinstance(keys, Node)
    values = f.bracketed(keys.children, lambda part: layout(f, part), pad=" ", comma="")
    return (*_spaced(f, node.children[:2]), " ", values)


_LAYOUTS = EXPRESSIONS | {
    "import_decl": _import,
    "dotted": _dotted,
    "parameters": _parameters,
    "type_decl": _type_decl,
    "type": _union,
    "optional": _named_type,
    "named_type": _named_type,
    "refinements": EXPRESSIONS["arguments"],
    "record_type": _record_type,
    "literal_type": _dotted,
    "type_group": _named_type,
    "rows": _rows,
    "llm": _llm,
    "rule": _rule,
    "given": _given,
    "body": _body,
    "keys": _body,
    "messages": _body,
}
