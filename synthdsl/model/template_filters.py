"""The filters of a template: what each stands for, in one table.

A filter is a function of the language where that means the same, else an operator of `ops/jinja/`. Those that look
into lists (`map`, `selectattr`, ...) are in `template_lists.py`. Every function of the language is a filter too:
`{{ talk | transcript }}`, `{{ opened | format_date("%d %B") }}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import nodes

from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.constants import type_of
from synthdsl.model.expr import Expr, LocalRef, Out, Text, Value
from synthdsl.model.template_expr import Reader
from synthdsl.model.template_types import is_unknown, printable, truth, unknown
from synthdsl.types.relations import is_nullable, is_text, without_null
from synthdsl.types.show import show
from synthdsl.types.terms import NULL, STR, DatasetType, JsonType, ListType, RecordType

REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Simple:
    """A filter that is one operator of the value and these parameters: name -> default."""

    operator: str
    parameters: tuple[tuple[str, Any], ...] = ()


SIMPLE: dict[str, Simple] = {
    "abs": Simple("abs"),
    "batch": Simple("jinja.batch", (("linecount", REQUIRED), ("fill_with", None))),
    "capitalize": Simple("jinja.capitalize"),
    "center": Simple("jinja.center", (("width", 80),)),
    "count": Simple("len"),
    "e": Simple("jinja.escape"),
    "escape": Simple("jinja.escape"),
    "float": Simple("jinja.float", (("default", 0.0),)),
    "indent": Simple("jinja.indent", (("width", 4), ("first", False), ("blank", False))),
    "int": Simple("jinja.int", (("default", 0), ("base", 10))),
    "length": Simple("len"),
    "lower": Simple("lower"),
    "reverse": Simple("jinja.reverse"),
    "round": Simple("jinja.round", (("precision", 0), ("method", "common"))),
    "title": Simple("jinja.title"),
    "tojson": Simple("jinja.tojson", (("indent", None),)),
    "trim": Simple("strip", (("chars", None),)),
    "truncate": Simple("jinja.truncate", (("length", 255), ("killwords", False), ("end", "..."), ("leeway", 5))),
    "upper": Simple("upper"),
    "wordcount": Simple("jinja.wordcount"),
    "wordwrap": Simple(
        "jinja.wordwrap",
        (("width", 79), ("break_long_words", True), ("wrapstring", "\n"), ("break_on_hyphens", True)),
    ),
}

REFUSED = {
    "attr": "Write the field: `{{ x.field }}`.",
    "format": "Write the text with its values in place: `{{ a }}: {{ b }}`.",
    "random": "Draws stand in a `var`: `var x = choice(xs)`.",
    "xmlattr": "Write the attributes out.",
    "urlize": "Write the link out.",
    "pprint": "`{{ x | tojson(indent=2) }}` shows a value.",
    "items": "A record has its fields: write them out.",
    "dictsort": "A record has its fields: write them out.",
    "groupby": "Groups are made over a dataset: `d |> group(by=...)`.",
    "slice": "`{{ xs[1:3] }}` is a part of a list, `xs | batch(3)` makes groups.",
    "filesizeformat": "Write the number with its unit.",
    "forceescape": "`{{ x | escape }}` writes HTML.",
    "striptags": "`replace_matches(x, pattern, by)` takes tags away.",
    "urlencode": "There is no such function.",
}
"""Filters that Jinja has and templates do not, with what to do instead."""


@dataclass(frozen=True, slots=True)
class Use:
    """One filter applied: the value, the arguments, the place of the name and of the whole."""

    reader: Reader
    name: str
    value: Expr
    args: Sequence[Expr]
    named: dict[str, Expr]
    where: Span
    span: Span

    def problem(self, code: str, message: str, *notes: str) -> Expr:
        """Report at the name of the filter."""
        return self.reader.problem(code, message, self.where, *notes)

    def bind(self, *parameters: tuple[str, Any]) -> dict[str, Expr] | None:
        """The arguments by parameter, defaults as values; None when they do not fit, which is reported."""
        names = [name for name, _ in parameters]
        if len(self.args) > len(names):
            count = {0: "no argument", 1: "one argument"}.get(len(names), f"{len(names)} arguments")
            self.problem("E0209", f"The filter '{self.name}' takes {count}, {len(self.args)} were given.")
            return None
        bound = dict(zip(names, self.args, strict=False))
        for name, value in self.named.items():
            if name not in names or name in bound:
                code, what = ("E0225", "is given twice") if name in bound else ("E0207", "is not one of its own")
                message = f"The argument '{name}' of the filter '{self.name}' {what}."
                self.reader.problem(code, message, value.span, *did_you_mean(name, names))
                return None
            bound[name] = value
        for name, default in parameters:
            if name not in bound and default is REQUIRED:
                self.problem("E0208", f"The filter '{self.name}' lacks its argument '{name}'.")
                return None
            bound.setdefault(name, Value(default, type_of(default), self.span))
        if any(is_unknown(b) for b in bound.values()):
            return None
        return {name: bound[name] for name in names}

    def apply(self, operator: str, *arguments: Expr) -> Expr:
        """An operator of the value and arguments; nulls at the end are left to its defaults."""
        while arguments and isinstance(arguments[-1], Value) and arguments[-1].value is None:
            arguments = arguments[:-1]
        return self.reader.apply(operator, (self.value, *arguments), self.span)


def read_filter(reader: Reader, node: nodes.Filter) -> Expr:
    """The expression that a filter stands for."""
    span = reader.reading.span(node)
    where = reader.reading.at(node.lineno, len(node.name))
    if node.node is None:
        return reader.problem("E0402", "A template cannot use blocks of filters.", where)
    value = reader.read(node.node)
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return reader.problem("E0402", "Arguments are written out one by one.", where)
    args = [reader.read(a) for a in node.args]
    named = {str(k.key): reader.read(k.value) for k in node.kwargs if isinstance(k, nodes.Keyword)}
    if any(is_unknown(a) for a in (*args, *named.values())):
        _check_name(reader, node.name, where)
        return unknown(span)
    return filtered(Use(reader, node.name, value, args, named, where, span))


def _check_name(reader: Reader, name: str, where: Span) -> Expr | None:
    """Report a filter that does not exist."""
    from synthdsl.model.template_lists import LISTS

    if name in SIMPLE or name in SPECIAL or name in LISTS:
        return None
    if name in REFUSED:
        return reader.problem("E0403", f"Templates have no filter '{name}'.", where, REFUSED[name])
    if reader.maker.is_function(name):
        return None
    return reader.problem("E0403", f"There is no filter '{name}'.", where, *did_you_mean(name, known_filters()))


def known_filters() -> list[str]:
    """The names of all filters, functions of the language left out."""
    from synthdsl.model.template_lists import LISTS

    return sorted({*SIMPLE, *SPECIAL, *LISTS})


def filtered(use: Use) -> Expr:
    """A filter applied to a value that is typed already."""
    from synthdsl.model.template_lists import LISTS

    wrong = _check_name(use.reader, use.name, use.where)
    if wrong is not None:
        return wrong
    if is_unknown(use.value):
        return unknown(use.span)
    special = SPECIAL.get(use.name)
    if special is not None:
        return special(use)
    if is_nullable(use.value.type) and use.name != "tojson":
        message = f"The filter '{use.name}' cannot take what may be null ({show(use.value.type)})."
        guard = "Guard it with `{% if x is not none %}`, or give a value: `{{ x | default(...) }}`."
        return use.reader.problem("E0303", message, use.value.span if use.value.span.file else use.where, guard)
    of_list = LISTS.get(use.name)
    if of_list is not None:
        return of_list(use)
    simple = SIMPLE.get(use.name)
    if simple is None:
        return use.reader.call(use.name, (use.value, *use.args), use.named, use.span)
    return _simple(use, simple)


def _simple(use: Use, simple: Simple) -> Expr:
    bound = use.bind(*simple.parameters)
    if bound is None:
        return unknown(use.span)
    if simple.operator == "len" and isinstance(use.value.type, RecordType):
        n = len(use.value.type.fields)
        return Value(n, type_of(n), use.span)
    if simple.operator == "jinja.tojson":
        # The operator takes null as any other value; `Maker.apply` would ask for a guard.
        plain = replace(use, value=replace(use.value, type=without_null(use.value.type)))
        return plain.apply("jinja.tojson", *bound.values())
    return use.apply(simple.operator, *bound.values())


# --- filters that are no one operator -------------------------------------------------------------


def _default(use: Use) -> Expr:
    bound = use.bind(("default_value", ""), ("boolean", False))
    if bound is None:
        return unknown(use.span)
    boolean = bound["boolean"]
    if not isinstance(boolean, Value):
        return use.problem("E0306", "Whether 'default' asks for truth must be known before the run.")
    value = use.value
    if not boolean.value and not is_nullable(value.type) and not isinstance(value.type, JsonType):
        return value
    if value.type == NULL:
        return bound["default_value"]
    held = use.reader.held(value)
    plain = replace(held, type=without_null(held.type))
    test = truth(held, use.span) if boolean.value else _not_null(use, held)
    chosen = use.reader.choose(test, plain, bound["default_value"], use.span)
    return use.reader.bound(held, value, chosen, use.span)


def _not_null(use: Use, value: Expr) -> Expr:
    return use.reader.apply("ne", (value, Value(None, NULL, use.span)), use.span)


def _string(use: Use) -> Expr:
    if use.bind() is None:
        return unknown(use.span)
    if is_text(use.value.type):
        return use.value
    return Text((Out(printable(use.value, use.value.span, use.reader.maker)),), STR, use.span)


def _safe(use: Use) -> Expr:
    return use.value if use.bind() is not None else unknown(use.span)


def _replace(use: Use) -> Expr:
    bound = use.bind(("old", REQUIRED), ("new", REQUIRED), ("count", None))
    if bound is None:
        return unknown(use.span)
    count = bound.pop("count")
    if isinstance(count, Value) and count.value is None:
        return use.apply("replace", *bound.values())
    return use.apply("jinja.replace", *bound.values(), count)


def _list(use: Use) -> Expr:
    if use.bind() is None:
        return unknown(use.span)
    if is_text(use.value.type):
        return use.apply("jinja.chars")
    from synthdsl.model.template_types import gone_through

    return gone_through(use.value, use.where, use.reader.maker)


SPECIAL: dict[str, Callable[[Use], Expr]] = {
    "d": _default,
    "default": _default,
    "list": _list,
    "replace": _replace,
    "safe": _safe,
    "string": _string,
}


def items_of(use: Use) -> tuple[Expr, ListType] | None:
    """The value as a list, for filters that look into lists; None where it is none, which is reported."""
    from synthdsl.model.template_types import gone_through

    if not isinstance(use.value.type, ListType | DatasetType | JsonType):
        message = f"The filter '{use.name}' takes a list, this is {show(use.value.type)}."
        use.reader.problem("E0404", message, use.value.span if use.value.span.file else use.where)
        return None
    source = gone_through(use.value, use.where, use.reader.maker)
    return (source, source.type) if isinstance(source.type, ListType) else None


def local_item(use: Use, items: ListType) -> LocalRef:
    """A local for one item of a list."""
    return LocalRef(use.reader.maker.fresh_local("item"), items.item, use.where)
