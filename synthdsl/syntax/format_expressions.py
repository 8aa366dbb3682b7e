"""The layout of expressions."""

from __future__ import annotations

from synthdsl.syntax.formatter import Formatter, Part
from synthdsl.syntax.layout import SOFT, Doc, Group, Indent
from synthdsl.syntax.strings import is_block
from synthdsl.syntax.tree import Node, Token

_HUGGED = frozenset(["list", "display", "comprehension", "match"])
"""What stands directly between the parentheses of a call, without lines of its own, when it is all there is."""

_SHORT = frozenset(["INT", "FLOAT", "name"])
"""Ends of a range with no space around its dots."""


def expression(f: Formatter, part: Part) -> Doc:
    """Any expression."""
    if isinstance(part, Token):
        return f.string(part) if part.kind in ("STRING", "TSTRING") else f.word(part)
    return EXPRESSIONS[part.kind](f, part)


def argument(f: Formatter, part: Part) -> Doc:
    """An argument of a call or of a refinement."""
    if isinstance(part, Node) and part.kind == "argument" and len(part.children) == 3:
        name, sign, value = part.children
        return (f.word(name), f.word(sign), expression(f, value))
    assert isinstance(part, Node)
    return _generator(f, part) if part.kind == "generator" else expression(f, part.children[0])


def _word(f: Formatter, node: Node) -> Doc:
    return f.word(node.children[0])


def _joined(f: Formatter, node: Node) -> Doc:
    return tuple(expression(f, part) for part in node.children)


def _group(f: Formatter, node: Node) -> Doc:
    left, inner, right = node.children
    before, after = f.line(inner, SOFT), None
    content = expression(f, inner)
    after = f.line(right, SOFT)
    return Group((f.word(left), Indent((before, content)), after, ")"))


def _chain(f: Formatter, node: Node) -> Doc:
    """Operators of one kind, broken before each of them."""
    first, operators = _flattened(node)
    docs: list[Doc] = []
    head = expression(f, first)
    for sign, operand in operators:
        edge = f.break_before(sign, operand)
        docs += (*edge, _operator(f, sign), " ", expression(f, operand))
    return Group((head, Indent(tuple(docs))))


def _flattened(node: Node) -> tuple[Part, list[tuple[Part, Part]]]:
    """The first operand, then operators with their operands."""
    if node.kind == "compare":
        return node.children[0], list(zip(node.children[1::2], node.children[2::2], strict=True))
    operators: list[tuple[Part, Part]] = []
    part: Part = node
    if node.kind == "implies":
        first = node.children[0]
        while isinstance(part, Node) and part.kind == "implies":
            operators.append((part.children[1], part.children[2]))
            part = part.children[2]
        return first, [
            (sign, operand.children[0] if isinstance(operand, Node) and operand.kind == "implies" else operand)
            for sign, operand in operators
        ]
    while isinstance(part, Node) and part.kind == node.kind:
        operators.append((part.children[1], part.children[2]))
        part = part.children[0]
    return part, operators[::-1]


def _operator(f: Formatter, sign: Part) -> Doc:
    if isinstance(sign, Token):
        return f.word(sign)
    first, *others = sign.children
    return (f.word(first), *(doc for other in others for doc in (" ", f.word(other))))


def _not(f: Formatter, node: Node) -> Doc:
    return (f.word(node.children[0]), " ", expression(f, node.children[1]))


def _range(f: Formatter, node: Node) -> Doc:
    start, sign, stop = node.children
    tight = _is_short(start) and _is_short(stop)
    space = "" if tight else " "
    return (expression(f, start), space, f.word(sign), space, expression(f, stop))


def _is_short(part: Part) -> bool:
    if isinstance(part, Node) and part.kind == "negative":
        part = part.children[1]
    if isinstance(part, Node) and part.kind == "literal":
        part = part.children[0]
    return part.kind in _SHORT


def _conditional(f: Formatter, node: Node) -> Doc:
    """Broken before every `if` and `else`; a conditional behind `else` goes on at the same level."""
    head = expression(f, node.children[0])
    docs: list[Doc] = []
    while True:
        _, if_word, test, else_word, other = node.children
        docs += (*f.break_before(if_word, test), "if ", expression(f, test))
        chained = isinstance(other, Node) and other.kind == "conditional"
        value = other.children[0] if isinstance(other, Node) and chained else other
        docs += (*f.break_before(else_word, value), "else ", expression(f, value))
        if not (isinstance(other, Node) and chained):
            return Group((head, Indent(tuple(docs))))
        node = other


def _arguments(f: Formatter, node: Node) -> Doc:
    parts = node.children
    inner = [part for part in parts[1:-1] if part.kind != "COMMA"]
    quiet = not any(part.start in f.gaps for part in parts[1:])
    if len(inner) == 1 and quiet:
        only = inner[0]
        assert isinstance(only, Node)
        if only.kind == "generator":
            return Group((f.word(parts[0]), Indent((SOFT, _generator(f, only))), SOFT, ")"))
        value = only.children[-1]
        block = isinstance(value, Token) and "STRING" in value.kind and is_block(f.text, value)
        if value.kind in _HUGGED or block:
            return (f.word(parts[0]), argument(f, only), ")")
    # A comma may not follow a bare comprehension.
    comma = "" if [part.kind for part in inner] == ["generator"] else ","
    return f.bracketed(parts, lambda part: argument(f, part), comma=comma)


def _slice(f: Formatter, node: Node) -> Doc:
    return tuple(expression(f, part) for part in node.children)


def _list(f: Formatter, node: Node) -> Doc:
    return f.bracketed(node.children, lambda part: expression(f, part))


def _comprehension(f: Formatter, node: Node) -> Doc:
    left, inner, right = node.children
    assert isinstance(inner, Node)
    edge = f.line(inner, SOFT)
    content = _generator(f, inner)
    return Group((f.word(left), Indent((edge, content)), f.line(right, SOFT), "]"))


def _generator(f: Formatter, node: Node) -> Doc:
    body, for_word, name, in_word, iterable, *condition = node.children
    head = expression(f, body)
    docs: list[Doc] = [*f.break_before(for_word, name), "for ", f.word(name), " ", f.word(in_word), " "]
    docs.append(expression(f, iterable))
    if condition:
        docs += (*f.break_before(condition[0], condition[1]), "if ", expression(f, condition[1]))
    return (head, *docs)


def _display(f: Formatter, node: Node) -> Doc:
    pad = "" if any(part.kind == "pair" for part in node.children) else " "
    return f.bracketed(node.children, lambda part: _entry(f, part), pad=pad)


def _entry(f: Formatter, part: Part) -> Doc:
    assert isinstance(part, Node)
    if part.kind == "spread":
        return _joined(f, part)
    key, colon, value = part.children
    return (expression(f, key), f.word(colon), " ", expression(f, value))


def _match(f: Formatter, node: Node) -> Doc:
    """Always an arm a line."""
    parts = node.children
    brace = next(i for i, part in enumerate(parts) if part.kind == "LBRACE")
    head = tuple(doc for part in parts[:brace] for doc in (expression(f, part), " "))
    return (*head, f.braces(parts[brace:], lambda part: _arm(f, part), end=","))


def _arm(f: Formatter, part: Part) -> Doc:
    assert isinstance(part, Node)
    *patterns, sign, value = part.children
    head = expression(f, patterns[0])
    docs: list[Doc] = []
    for bar, pattern in zip(patterns[1::2], patterns[2::2], strict=True):
        docs += (*f.break_before(bar, pattern), "| ", expression(f, pattern))
    return (Group((head, Indent(tuple(docs)))) if docs else head, " ", f.word(sign), " ", expression(f, value))


def _pipeline(f: Formatter, node: Node) -> Doc:
    head = expression(f, node.children[0])
    docs: list[Doc] = []
    for part in node.children[1:]:
        assert isinstance(part, Node)
        sign, name, given = part.children
        docs += (*f.break_before(sign, name), "|> ", f.word(name), expression(f, given))
    return Group((head, Indent(tuple(docs))))


EXPRESSIONS = {
    "name": _word,
    "literal": _word,
    "negative_key": _joined,
    "group": _group,
    "implies": _chain,
    "or": _chain,
    "and": _chain,
    "add": _chain,
    "multiply": _chain,
    "compare": _chain,
    "not": _not,
    "negative": _joined,
    "conditional": _conditional,
    "range": _range,
    "call": _joined,
    "arguments": _arguments,
    "index": _joined,
    "slice": _slice,
    "attribute": _joined,
    "list": _list,
    "comprehension": _comprehension,
    "display": _display,
    "match": _match,
    "pipeline": _pipeline,
}
