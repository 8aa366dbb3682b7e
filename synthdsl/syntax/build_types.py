"""Type expressions."""

from __future__ import annotations

from synthdsl.syntax import ast
from synthdsl.syntax.build_expressions import arguments, integer
from synthdsl.syntax.building import MAX_DEPTH, Building, Part, TooDeepError, UnreadableError
from synthdsl.syntax.tree import Node, Token


def build_type(b: Building, part: Part) -> ast.TypeExpr:
    """The type; `UnreadableError` where recovery put a hole in its place, or it is nested too deep."""
    depth = b.depth
    try:
        return _type(b, part)
    except TooDeepError:
        b.report("E0110", f"This type is nested deeper than {MAX_DEPTH} levels.", b.span(part))
        raise UnreadableError from None
    finally:
        b.depth = depth


def optional_type(b: Building, part: Part) -> ast.TypeExpr | None:
    """The type, or None where it could not be read: a column can do without."""
    try:
        return build_type(b, part)
    except UnreadableError:
        return None


def _type(b: Building, part: Part) -> ast.TypeExpr:
    if isinstance(part, Token):
        raise UnreadableError
    b.depth += 1
    if b.depth > MAX_DEPTH:
        raise TooDeepError
    built = _TYPES[part.kind](b, part)
    b.depth -= 1
    return built


def _union(b: Building, node: Node) -> ast.TypeExpr:
    members = [_type(b, part) for part in node.children if part.kind != "VBAR"]
    return members[0] if len(members) == 1 else ast.UnionTypeExpr(tuple(members), b.span(node))


def _optional(b: Building, node: Node) -> ast.TypeExpr:
    return ast.OptionalTypeExpr(_type(b, node.children[0]), b.span(node))


def _named(b: Building, node: Node) -> ast.TypeExpr:
    item: ast.TypeExpr | None = None
    refinements: tuple[ast.Argument, ...] = ()
    for part in node.children[1:]:
        if part.kind == "type":
            item = _type(b, part)
        elif part.kind == "refinements":
            refinements = arguments(b, part)
    return ast.NamedType(b.dotted(node.children[0]), item, refinements, b.span(node))


def _record(b: Building, node: Node) -> ast.TypeExpr:
    fields: list[ast.TypeField] = []
    for part in node.children:
        if isinstance(part, Node):
            name, _, of = part.children
            fields.append(ast.TypeField(b.name(name), _type(b, of), b.doc(part), b.span(part)))
    return ast.RecordTypeExpr(tuple(fields), b.span(node))


def _literal(b: Building, node: Node) -> ast.TypeExpr:
    last = node.children[-1]
    value: str | int | bool
    match last.kind:
        case "STRING":
            value = b.string(last)
        case "INT":
            value = integer(b, last)
        case _:
            value = last.kind == "TRUE"
    if len(node.children) == 2 and isinstance(value, int):
        value = -value
    return ast.LiteralTypeExpr(ast.Literal(value, b.span(node)), b.span(node))


def _group(b: Building, node: Node) -> ast.TypeExpr:
    return _type(b, node.children[1])


_TYPES = {
    "type": _union,
    "optional": _optional,
    "named_type": _named,
    "record_type": _record,
    "literal_type": _literal,
    "type_group": _group,
}
