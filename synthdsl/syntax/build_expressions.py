"""Expressions."""

from __future__ import annotations

import datetime

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix
from synthdsl.base.span import Span
from synthdsl.syntax import ast
from synthdsl.syntax.building import MAX_DEPTH, Building, Part, TooDeepError
from synthdsl.syntax.tree import Node, Token


def build_expr(b: Building, part: Part) -> ast.Expr:
    """The expression; `Missing` where it is nested too deep."""
    depth = b.depth
    try:
        return expr(b, part)
    except TooDeepError:
        note = "Parts of it can stand in a `var` of their own."
        b.report("E0110", f"This expression has more than {MAX_DEPTH} levels.", b.span(part), note)
        return ast.Missing(b.span(part))
    finally:
        b.depth = depth


def expr(b: Building, part: Part) -> ast.Expr:
    """A part of an expression; `TooDeepError` goes up to its root."""
    if isinstance(part, Token):
        return _leaf(b, part)
    b.depth += 1
    if b.depth > MAX_DEPTH:
        raise TooDeepError
    built = _EXPRESSIONS[part.kind](b, part)
    b.depth -= 1
    return built


def integer(b: Building, token: Part) -> int:
    """The value of an INT token; 0 where it was reported."""
    return 0 if token.start in b.broken else int(b.text[token.start : token.end])


def arguments(b: Building, node: Part) -> tuple[ast.Argument, ...]:
    """The arguments between parentheses, of a call or of a refinement."""
    assert isinstance(node, Node)
    return tuple(_argument(b, part) for part in node.children if isinstance(part, Node))


def _argument(b: Building, node: Node) -> ast.Argument:
    if node.kind == "generator":
        return ast.Argument(None, _generator(b, node, b.span(node), bare=True), b.span(node))
    name = b.name(node.children[0]) if len(node.children) == 3 else None
    return ast.Argument(name, expr(b, node.children[-1]), b.span(node))


def _leaf(b: Building, token: Token) -> ast.Expr:
    match token.kind:
        case "STRING":
            return ast.Literal(b.string(token), b.span(token))
        case "TSTRING":
            return b.template(token)
        case _:
            return ast.Missing(b.span(token))


_CAPITAL: dict[str, bool | None] = {"None": None, "True": True, "False": False}
"""Values as another language spells them."""


def _name(b: Building, node: Node) -> ast.Expr:
    text = b.text[node.start : node.end]
    if text not in _CAPITAL:
        return ast.NameRef(text, b.span(node))
    value = _CAPITAL[text]
    word = "null" if value is None else text.lower()
    fix = Fix(f"write `{word}`", (Edit(b.span(node), word),), safe=True)
    b.diagnostics.append(Diagnostic("E0101", f"`{text}` is written `{word}`.", b.span(node), (), (), (fix,)))
    return ast.Literal(value, b.span(node))


def _literal(b: Building, node: Node) -> ast.Expr:
    span = b.span(node)
    if node.start in b.broken:
        return ast.Missing(span)
    text = b.text[node.start : node.end]
    value: int | float | bool | datetime.date | None
    match node.children[0].kind:
        case "INT":
            value = int(text)
        case "FLOAT":
            value = float(text)
        case "PERCENT":
            # Through the exponent, because 0.7 / 100 is not the float nearest to 0.007.
            value = float(f"{text[:-1]}e-2")
        case "DATE":
            value = datetime.date.fromisoformat(text)
        case "NULL":
            value = None
        case kind:
            value = kind == "TRUE"
    return ast.Literal(value, span)


def _negative_key(b: Building, node: Node) -> ast.Expr:
    inner = expr(b, node.children[1])
    if isinstance(inner, ast.Literal) and isinstance(inner.value, int | float) and not isinstance(inner.value, bool):
        return ast.Literal(-inner.value, b.span(node))
    if not isinstance(inner, ast.Missing):
        b.report("E0101", "Only a number can be negative.", b.span(node))
    return ast.Missing(b.span(node))


def _group(b: Building, node: Node) -> ast.Expr:
    return expr(b, node.children[1])


def _binary(b: Building, node: Node) -> ast.Expr:
    left, op, right = node.children
    return ast.Binary(b.text[op.start : op.end], expr(b, left), expr(b, right), b.span(node))


def _unary(b: Building, node: Node) -> ast.Expr:
    op, operand = node.children
    return ast.Unary(b.text[op.start : op.end], expr(b, operand), b.span(node))


def _compare(b: Building, node: Node) -> ast.Expr:
    parts = node.children
    ops: list[str] = []
    for op in parts[1::2]:
        assert isinstance(op, Node)
        ops.append(" ".join(b.text[t.start : t.end] for t in op.children))
    rest = tuple(expr(b, part) for part in parts[2::2])
    return ast.Compare(expr(b, parts[0]), tuple(ops), rest, b.span(node))


def _conditional(b: Building, node: Node) -> ast.Expr:
    then, _, test, _, other = node.children
    return ast.Conditional(expr(b, then), expr(b, test), expr(b, other), b.span(node))


def _range(b: Building, node: Node) -> ast.Expr:
    start, _, stop = node.children
    return ast.Range(expr(b, start), expr(b, stop), b.span(node))


def _call(b: Building, node: Node) -> ast.Expr:
    function = expr(b, node.children[0])
    built = arguments(b, node.children[1])
    if isinstance(function, ast.NameRef | ast.Attribute):
        return ast.Call(function, built, b.span(node))
    if not isinstance(function, ast.Missing):
        b.report("E0101", "Only what has a name can be called.", b.span(node.children[0]))
    return ast.Missing(b.span(node))


def _index(b: Building, node: Node) -> ast.Expr:
    return ast.Index(expr(b, node.children[0]), expr(b, node.children[2]), b.span(node))


def _slice(b: Building, node: Node) -> ast.Expr:
    parts = node.children
    colon = next(i for i, part in enumerate(parts) if part.kind == "COLON")
    start = expr(b, parts[2]) if colon == 3 else None
    stop = expr(b, parts[colon + 1]) if len(parts) == colon + 3 else None
    return ast.Slice(expr(b, parts[0]), start, stop, b.span(node))


def _attribute(b: Building, node: Node) -> ast.Expr:
    return ast.Attribute(expr(b, node.children[0]), b.name(node.children[2]), b.span(node))


def _list(b: Building, node: Node) -> ast.Expr:
    items = tuple(expr(b, part) for part in node.children[1:-1] if part.kind != "COMMA")
    return ast.ListDisplay(items, b.span(node))


def _comprehension(b: Building, node: Node) -> ast.Expr:
    inner = node.children[1]
    assert isinstance(inner, Node)
    return _generator(b, inner, b.span(node), bare=False)


def _generator(b: Building, node: Node, span: Span, *, bare: bool) -> ast.Comprehension:
    parts = node.children
    condition = expr(b, parts[6]) if len(parts) == 7 else None
    return ast.Comprehension(expr(b, parts[0]), b.name(parts[2]), expr(b, parts[4]), condition, bare, span)


def _display(b: Building, node: Node) -> ast.Expr:
    parts = [part for part in node.children if isinstance(part, Node)]
    pairs = [part for part in parts if part.kind == "pair"]
    if pairs and len(pairs) < len(parts):
        message = "A record has bare keys and a map quoted ones: this has both."
        b.report("E0114", message, b.span(node), 'A record: `{ name: x }`. A map: `{ "name": x }`.')
        return ast.Missing(b.span(node))
    if pairs:
        items = tuple((expr(b, pair.children[0]), expr(b, pair.children[2])) for pair in pairs)
        return ast.MapDisplay(items, b.span(node))
    return ast.RecordDisplay(tuple(_entry(b, part) for part in parts), b.span(node))


def _entry(b: Building, node: Node) -> ast.Entry:
    name = b.name(node.children[0]) if node.kind == "entry" else None
    return ast.Entry(name, expr(b, node.children[-1]), b.span(node))


def _match(b: Building, node: Node) -> ast.Expr:
    subject = None if node.children[1].kind == "LBRACE" else expr(b, node.children[1])
    arms = tuple(_arm(b, part) for part in node.children if isinstance(part, Node) and part.kind == "arm")
    return ast.Match(subject, arms, b.span(node))


def _arm(b: Building, node: Node) -> ast.Arm:
    *patterns, value = (expr(b, part) for part in node.children if part.kind not in ("VBAR", "ARM"))
    match patterns:
        case [ast.NameRef("_")]:
            patterns = []
    return ast.Arm(tuple(patterns), value, b.span(node))


def _pipeline(b: Building, node: Node) -> ast.Expr:
    head = expr(b, node.children[0])
    return ast.Pipeline(head, tuple(_step(b, part) for part in node.children[1:]), b.span(node))


def _step(b: Building, part: Part) -> ast.Call:
    assert isinstance(part, Node)
    _, name, given = part.children
    function = ast.NameRef(b.text[name.start : name.end], b.span(name))
    return ast.Call(function, arguments(b, given), Span(b.file, name.start, part.end))


_EXPRESSIONS = {
    "name": _name,
    "literal": _literal,
    "negative_key": _negative_key,
    "group": _group,
    "implies": _binary,
    "or": _binary,
    "and": _binary,
    "add": _binary,
    "multiply": _binary,
    "not": _unary,
    "negative": _unary,
    "compare": _compare,
    "conditional": _conditional,
    "range": _range,
    "call": _call,
    "index": _index,
    "slice": _slice,
    "attribute": _attribute,
    "list": _list,
    "comprehension": _comprehension,
    "display": _display,
    "match": _match,
    "pipeline": _pipeline,
}
