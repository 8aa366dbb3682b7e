"""The filters of a template that look into lists: `join`, `map`, `selectattr`, `sort`, `first`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from synthdsl.model.expr import Collect, Expr, Out, Text, Value
from synthdsl.model.template_filters import REQUIRED, Use, filtered, items_of, local_item
from synthdsl.model.template_tests import tested
from synthdsl.model.template_types import printable, truth, unknown
from synthdsl.types.relations import is_bool, is_nullable, is_number, is_text
from synthdsl.types.show import show
from synthdsl.types.terms import STR, ListType, UnknownType


def _attribute(use: Use, item: Expr, path: Expr) -> Expr:
    """The field of an item that a constant path `"a.b"` names."""
    if not isinstance(path, Value) or not isinstance(path.value, str):
        return use.reader.problem("E0306", "The attribute must be a text known before the run.", path.span)
    for name in path.value.split("."):
        if name.startswith("_"):
            return use.reader.problem("E0402", "A field in a template cannot begin with '_'.", path.span)
        if not isinstance(item.type, UnknownType):
            item = use.reader.field(item, name, path.span)
    return item


def _collected(use: Use, source: Expr, item: Expr, local: str, condition: Expr | None = None) -> Expr:
    if isinstance(item.type, UnknownType) or (condition is not None and isinstance(condition.type, UnknownType)):
        return unknown(use.span)
    return Collect(item, local, source, condition, ListType(item.type), use.span)


def _join(use: Use) -> Expr:
    bound = use.bind(("d", ""), ("attribute", None))
    if bound is None:
        return unknown(use.span)
    if is_text(use.value.type):
        # Jinja joins the characters of a text.
        use = replace(use, value=use.apply("jinja.chars"))
    found = items_of(use)
    if found is None:
        return unknown(use.span)
    source, type_ = found
    local = local_item(use, type_)
    item: Expr = local
    if not _is_none(bound["attribute"]):
        item = _attribute(use, item, bound["attribute"])
    if not is_text(item.type):
        item = Text((Out(printable(item, use.where, use.reader.maker)),), STR, use.span)
        if isinstance(item.pieces[0], Out) and isinstance(item.pieces[0].value.type, UnknownType):
            return unknown(use.span)
    texts = source if item is local else _collected(use, source, item, local.local)
    if isinstance(texts.type, UnknownType):
        return texts
    return use.reader.apply("join", (texts, bound["d"]), use.span)


def _is_none(value: Expr) -> bool:
    return isinstance(value, Value) and value.value is None


def _first(use: Use) -> Expr:
    return _nth(use, 0)


def _last(use: Use) -> Expr:
    return _nth(use, -1)


def _nth(use: Use, index: int) -> Expr:
    from synthdsl.model.constants import type_of

    if use.bind() is None:
        return unknown(use.span)
    if not is_text(use.value.type):
        found = items_of(use)
        if found is None:
            return unknown(use.span)
        use = replace(use, value=found[0])
    return use.apply("item", Value(index, type_of(index), use.span))


def _sum(use: Use) -> Expr:
    bound, found = use.bind(("attribute", None), ("start", 0)), items_of(use)
    if bound is None or found is None:
        return unknown(use.span)
    source, type_ = found
    if not _is_none(bound["attribute"]):
        local = local_item(use, type_)
        source = _collected(use, source, _attribute(use, local, bound["attribute"]), local.local)
        if isinstance(source.type, UnknownType):
            return source
    return use.reader.apply("jinja.sum", (source, bound["start"]), use.span)


def _ordered(use: Use) -> Expr:
    """`sort`, `unique`, `min` and `max`: by the items, or by a field of theirs."""
    first = [("reverse", False)] if use.name == "sort" else []
    bound, found = use.bind(*first, ("case_sensitive", False), ("attribute", None)), items_of(use)
    if bound is None or found is None:
        return unknown(use.span)
    source, type_ = found
    attribute = bound["attribute"]
    keys = [Value(None, STR)] if _is_none(attribute) else _paths(attribute)
    for path in keys:
        item: Expr = local_item(use, type_)
        key = item if path.value is None else _attribute(use, item, path)
        if isinstance(key.type, UnknownType):
            return key
        if not _has_order(key, use.name):
            what = "items" if path.value is None else f"'{path.value}'"
            return use.problem("E0404", f"'{use.name}' cannot order {what} of type {show(key.type)}.")
    return replace(use, value=source).apply(f"jinja.{use.name}", *bound.values())


def _paths(attribute: Expr) -> list[Value]:
    if isinstance(attribute, Value) and isinstance(attribute.value, str):
        return [replace(attribute, value=path) for path in attribute.value.split(",")]
    return [replace(attribute, value=0)] if isinstance(attribute, Value) else [Value(0, STR, attribute.span)]


def _has_order(key: Expr, name: str) -> bool:
    from synthdsl.model.calls import is_scalar

    if is_nullable(key.type):
        return False
    return is_text(key.type) or is_number(key.type) or is_bool(key.type) or is_scalar(key.type)


def _map(use: Use) -> Expr:
    found = items_of(use)
    if found is None:
        return unknown(use.span)
    source, type_ = found
    item = local_item(use, type_)
    if "attribute" in use.named and not use.args:
        bound = use.bind(("attribute", REQUIRED), ("default", None))
        if bound is None:
            return unknown(use.span)
        value = _attribute(use, item, bound["attribute"])
        if not _is_none(bound["default"]) and not isinstance(value.type, UnknownType):
            value = filtered(replace(use, name="default", value=value, args=[bound["default"]], named={}))
        return _collected(use, source, value, item.local)
    name = use.args[0] if use.args else None
    if not isinstance(name, Value) or not isinstance(name.value, str):
        note = '`map(attribute="name")` takes a field, `map("upper")` applies a filter.'
        return use.problem("E0208", "The filter 'map' wants a field or a filter.", note)
    inner = replace(use, name=name.value, value=item, args=use.args[1:], where=name.span, span=use.span)
    return _collected(use, source, filtered(inner), item.local)


def _select(use: Use) -> Expr:
    """`select` and `reject` by a test of the items, `selectattr` and `rejectattr` by a test of a field."""
    found = items_of(use)
    if found is None:
        return unknown(use.span)
    source, type_ = found
    item = local_item(use, type_)
    args = list(use.args)
    value: Expr = item
    if use.name.endswith("attr"):
        if not args:
            return use.problem("E0208", f"The filter '{use.name}' lacks the name of a field.")
        value = _attribute(use, item, args.pop(0))
        if isinstance(value.type, UnknownType):
            return value
    if use.named:
        return use.problem("E0207", f"The filter '{use.name}' takes its arguments by position.")
    if not args:
        test = truth(value, use.span)
    elif isinstance(args[0], Value) and isinstance(args[0].value, str):
        test = tested(use.reader, args[0].value, value, args[1:], args[0].span, use.span)
    else:
        return use.reader.problem("E0306", "The name of the test must be known before the run.", args[0].span)
    if use.name.startswith("reject") and not isinstance(test.type, UnknownType):
        test = use.reader.apply("not_", (test,), use.span)
    return _collected(use, source, item, item.local, test)


LISTS: dict[str, Callable[[Use], Expr]] = {
    "first": _first,
    "join": _join,
    "last": _last,
    "map": _map,
    "max": _ordered,
    "min": _ordered,
    "reject": _select,
    "rejectattr": _select,
    "select": _select,
    "selectattr": _select,
    "sort": _ordered,
    "sum": _sum,
    "unique": _ordered,
}
