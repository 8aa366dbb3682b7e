"""The statements in the body of a dataset, recipe, iterate or chat."""

from __future__ import annotations

from synthdsl.base.span import Span
from synthdsl.syntax import ast
from synthdsl.syntax.build_expressions import build_expr
from synthdsl.syntax.build_types import optional_type
from synthdsl.syntax.building import Building, Part
from synthdsl.syntax.tree import Node


def body(b: Building, node: Part) -> tuple[ast.Statement, ...]:
    """The statements between braces."""
    assert isinstance(node, Node)
    return tuple(_STATEMENTS[part.kind](b, part) for part in node.children if isinstance(part, Node))


def named(b: Building, node: Part) -> ast.NamedExpr:
    """`name = value` or `name: value`."""
    assert isinstance(node, Node)
    name, _, value = node.children
    return ast.NamedExpr(b.name(name), build_expr(b, value), b.doc(node), b.span(node))


def _typed(b: Building, node: Node) -> ast.TypeExpr | None:
    """What stands after `word name:`."""
    return optional_type(b, node.children[3]) if node.children[2].kind == "COLON" else None


def _var(b: Building, node: Node) -> ast.Statement:
    name = b.name(node.children[1])
    value = build_expr(b, node.children[-1])
    return ast.Var(name, _typed(b, node), value, b.doc(node), b.span(node))


def _template(b: Building, node: Node) -> ast.Statement:
    text = b.template(node.children[3])
    return ast.TemplateColumn(b.name(node.children[1]), text, b.doc(node), b.span(node))


def _llm(b: Building, node: Node) -> ast.Statement:
    parts = node.children
    assign = next(i for i, part in enumerate(parts) if part.kind == "ASSIGN")
    target: ast.Name | None = None
    iterable: ast.Expr | None = None
    when: ast.Expr | None = None
    messages: list[ast.Message] = []
    settings: list[ast.Setting] = []
    for part in parts[assign + 2 :]:
        if not isinstance(part, Node):
            # A short form has no word for the role: the prompt is the user's message.
            role = ast.Name("user", Span(b.file, part.start, part.start))
            messages.append(ast.Message(role, b.template(part), b.span(part)))
            continue
        match part.kind:
            case "for_each":
                target, iterable = b.name(part.children[1]), build_expr(b, part.children[3])
            case "when":
                when = build_expr(b, part.children[1])
            case "complete":
                messages.append(_message(b, part))
            case _:
                inner = [p for p in part.children if isinstance(p, Node)]
                messages = [_message(b, p) for p in inner if p.kind == "message"]
                settings = [_setting(b, p) for p in inner if p.kind == "setting"]
    return ast.Llm(
        b.name(parts[1]),
        _typed(b, node),
        build_expr(b, parts[assign + 1]),
        target,
        iterable,
        when,
        tuple(messages),
        tuple(settings),
        b.doc(node),
        b.span(node),
    )


def _message(b: Building, node: Node) -> ast.Message:
    role, text = node.children
    return ast.Message(b.name(role), b.template(text), b.span(node))


def _setting(b: Building, node: Node) -> ast.Setting:
    name, _, value = node.children
    return ast.Setting(b.name(name), build_expr(b, value), b.span(node))


def _rule(b: Building, node: Node) -> ast.Statement:
    parts = node.children
    condition = build_expr(b, parts[3])
    otherwise = _otherwise(b, parts[5]) if len(parts) == 6 else None
    return ast.Rule(b.name(parts[1]), condition, otherwise, b.doc(node), b.span(node))


def _otherwise(b: Building, node: Part) -> ast.Otherwise:
    assert isinstance(node, Node)
    parts = node.children
    action, span = b.name(parts[0]), b.span(node)
    match node.kind:
        case "retry":
            return ast.Otherwise(action, b.name(parts[1]), build_expr(b, parts[2]), None, None, span)
        case "repair":
            model, prompt = build_expr(b, parts[3]), b.template(parts[4])
            return ast.Otherwise(action, b.name(parts[1]), None, model, prompt, span)
        case _:
            return ast.Otherwise(action, None, None, None, None, span)


def _violate(b: Building, node: Node) -> ast.Statement:
    _, rule, share = node.children
    return ast.Violate(b.name(rule), build_expr(b, share), b.doc(node), b.span(node))


def _iterate(b: Building, node: Node) -> ast.Statement:
    parts = node.children
    seed, times = build_expr(b, parts[-4]), build_expr(b, parts[-2])
    statements = body(b, parts[-1])
    return ast.Iterate(b.name(parts[1]), _typed(b, node), seed, times, statements, b.doc(node), b.span(node))


def _chat(b: Building, node: Node) -> ast.Statement:
    parts = node.children
    inner: list[ast.Turn | ast.Stop] = []
    for part in parts[5:]:
        if isinstance(part, Node):
            inner.append(_turn(b, part) if part.kind == "turn" else _stop(b, part))
    return ast.Chat(b.name(parts[1]), build_expr(b, parts[3]), tuple(inner), b.doc(node), b.span(node))


def _turn(b: Building, node: Node) -> ast.Turn:
    parts = node.children
    text = b.template(parts[3]) if len(parts) == 4 else None
    return ast.Turn(b.name(parts[0]), build_expr(b, parts[2]), text, b.span(node))


def _stop(b: Building, node: Node) -> ast.Stop:
    return ast.Stop(build_expr(b, node.children[2]), b.span(node))


def _next(b: Building, node: Node) -> ast.Statement:
    return ast.Next(build_expr(b, node.children[1]), b.span(node))


def _give(b: Building, node: Node) -> ast.Statement:
    return ast.Give(build_expr(b, node.children[1]), b.span(node))


_STATEMENTS = {
    "var": _var,
    "template_column": _template,
    "llm": _llm,
    "rule": _rule,
    "violate": _violate,
    "iterate": _iterate,
    "chat": _chat,
    "stop": _stop,
    "next": _next,
    "give": _give,
}
