"""`test` blocks: a dataset, values given to its columns, scripted answers to its calls, assertions on the row.

In an assertion a few functions tell of the row's way: `prompt(call)` the text of the first prompt sent, `prompts(call)`
all of them, `asked(call)` how many there were, `holds(rule)`, `kept()`. They are written as calls, and typed as locals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.apply import want_type
from synthdsl.model.declare import constant_typer, typer_of
from synthdsl.model.expr import Expr
from synthdsl.model.files import File
from synthdsl.model.program import Report
from synthdsl.model.results import dataset_named, typed_row
from synthdsl.model.scope import Workplace
from synthdsl.model.spec import Assertion, Dataset, Scripted, Trial
from synthdsl.model.work import Call, Chat, Invoke, Iterate, Turn, Work
from synthdsl.syntax import ast
from synthdsl.types.relations import is_text
from synthdsl.types.terms import BOOL, INT, STR, ListType, Type, UnknownType

OF_CALLS: Mapping[str, Type] = {"prompt": STR, "prompts": ListType(STR), "asked": INT}
OF_RULES: Mapping[str, Type] = {"holds": BOOL}
_NO_DRAWS = "a test says what it is about; give the value."


def same_titles(file: File, report: Report) -> None:
    """E0202 for tests of one file with the same title: they are picked and kept by it."""
    seen: dict[object, Span] = {}
    for item in file.module.items:
        if isinstance(item, ast.Test):
            first = seen.setdefault(item.title.value, item.title.span)
            if first != item.title.span:
                message = f"There are two tests '{item.title.value}'."
                report(Diagnostic("E0202", message, item.title.span, labels=(Label(first, "first here"),)))


def make_trial(file: File, item: ast.Test, texts: Mapping[str, str], report: Report) -> Trial | None:
    """A test, typed; None where it does not say of which dataset it is."""
    givens = [part for part in item.body if isinstance(part, ast.Given)]
    if len(givens) != 1:
        what = "does not say of which dataset it is" if not givens else "is of one dataset"
        span = item.title.span if not givens else givens[1].span
        note = 'As in `given tickets { severity = "high" }`; `given tickets {}` gives nothing.'
        report(Diagnostic("E0231", f"A test {what}.", span, (note,)))
        return None
    (given,) = givens
    dataset = dataset_named(file, given.dataset, report)
    if dataset is None:
        return None
    if not isinstance(dataset, Dataset):
        message = f"'{dataset.id}' is made of whole datasets; a test runs a row of a dataset with a body."
        report(Diagnostic("E0216", message, given.dataset.span))
        return None
    maker = _Maker(file, dataset, texts, report)
    values = maker.given(given)
    replies = tuple(r for p in item.body if isinstance(p, ast.Reply) and (r := maker.reply(p, given)) is not None)
    asserts = tuple(a for p in item.body if isinstance(p, ast.Assert) and (a := maker.assertion(p)) is not None)
    return Trial(str(item.title.value), dataset.id, tuple(values), replies, asserts, item.span)


class _Maker:
    """The parts of one test. calls: by the name they go by in tests. rules: names, those inside of recipes too."""

    def __init__(self, file: File, dataset: Dataset, texts: Mapping[str, str], report: Report) -> None:
        self.file = file
        self.dataset = dataset
        self.texts = texts
        self.report = report
        self.calls: dict[str, tuple[str, Call | Turn]] = {}
        for column in dataset.columns:
            for address, call in calls_of(column.work, column.address):
                name = column.name + address.removeprefix(column.address)
                self.calls.setdefault(name, (address, call))
        addresses = {c.name: c.address for c in dataset.columns}
        for rule in dataset.rules:
            if rule.repair is not None:
                self.calls[f"{rule.target}.{rule.name}"] = (f"{addresses[rule.target or '']}.{rule.name}", rule.repair)
        self.rules = [r.name for r in dataset.rules]
        self.rules += [name for c in dataset.columns for name in _rules_in(c.work)]

    # --- given

    def given(self, node: ast.Given) -> Iterator[tuple[str, Expr]]:
        """The given values, each of its column's type."""
        types = {f.name: f.type for f in self.dataset.row.fields}
        typer = constant_typer(self.file, self.report)
        seen: dict[str, Span] = {}
        for key in node.values:
            name = key.name.text
            value = typer.type_expr(key.value)
            if name not in types:
                message = f"'{self.dataset.id}' has no column '{name}'."
                self.report(Diagnostic("E0201", message, key.name.span, did_you_mean(name, types)))
            elif name in seen:
                label = Label(seen[name], "first here")
                self.report(Diagnostic("E0202", f"'{name}' is given twice.", key.name.span, labels=(label,)))
            elif name in ("flags", "violated") and name not in {n for n, _ in self.dataset.inherited}:
                message = f"'{name}' is what the rules make of the row; it cannot be given."
                self.report(Diagnostic("E0231", message, key.name.span))
            else:
                yield name, want_type(typer, value, types[name], f"'{name}'")
            seen.setdefault(name, key.name.span)

    # --- replies

    def reply(self, node: ast.Reply, given: ast.Given) -> Scripted | None:
        """A scripted answer: a value of the type that the call asks for, or the text of an answer."""
        name = node.column.text
        found = self._call(name, node.column.span)
        typer = constant_typer(self.file, self.report)
        value = typer.type_expr(node.value)
        if found is None:
            return None
        address, call = found
        first = name.partition(".")[0]
        if first in {k.name.text for k in given.values}:
            message = f"'{first}' is given, so '{name}' is not asked for."
            self.report(Diagnostic("E0231", message, node.column.span))
            return None
        answer = call.answer if isinstance(call, Call) else STR
        raw = not is_text(answer) and is_text(value.type)
        if not raw:
            value = want_type(typer, value, answer, f"An answer to '{name}'")
        return Scripted(name, address, value, raw, call, node.span)

    def _call(self, name: str, span: Span) -> tuple[str, Call | Turn] | None:
        found = self.calls.get(name)
        if found is None:
            notes = did_you_mean(name, self.calls) or _known("calls", self.calls)
            message = f"'{self.dataset.id}' makes no call '{name}'."
            self.report(Diagnostic("E0231", message, span, notes))
        return found

    # --- assertions

    def assertion(self, node: ast.Assert) -> Assertion | None:
        """A condition over the row's columns and its way; `snapshot(value)` alone is a comparison with a kept value."""
        text = " ".join(self._text(node.condition.span).split())
        asks: dict[tuple[str, str, str], Type] = {}
        condition = node.condition
        snapshot = _is_call(condition, "snapshot")
        if snapshot:
            assert isinstance(condition, ast.Call)
            if len(condition.arguments) != 1 or condition.arguments[0].name is not None:
                self.report(Diagnostic("E0208", "A snapshot is of one value.", node.condition.span))
                return None
            condition = condition.arguments[0].value
            text = " ".join(self._text(condition.span).split())
        condition = _rewritten(condition, lambda call: self._asked(call, asks))
        work = Workplace(self.report, draws=_NO_DRAWS, row_number="a test looks at values only.")
        typer = typer_of(self.file, typed_row(self.dataset), work)
        typer = typer.with_locals({local: (local, type_) for (_, _, local), type_ in asks.items()})
        typed = typer.type_expr(condition)
        if not snapshot:
            typer.want_bool(typed, "An assertion")
        if isinstance(typed.type, UnknownType):
            return None
        return Assertion(typed, text, snapshot, tuple(asks), node.span)

    def _text(self, span: Span) -> str:
        return self.texts.get(span.file, "")[span.start : span.end]

    def _asked(self, node: ast.Call, asks: dict[tuple[str, str, str], Type]) -> ast.Expr | None:
        """What stands for a function of tests: the name of a local; None for any other call."""
        assert isinstance(node.function, ast.NameRef)
        function = node.function.name
        if function == "kept" and not node.arguments:
            asks["kept", "", "kept()"] = BOOL
            return ast.NameRef("kept()", node.span)
        if function not in {**OF_CALLS, **OF_RULES} or len(node.arguments) != 1:
            return None
        argument = node.arguments[0].value
        name = _dotted(argument)
        if name is None:
            message = f"'{function}' takes the name of a {'rule' if function in OF_RULES else 'call'}."
            self.report(Diagnostic("E0231", message, argument.span))
            return ast.Missing(node.span)
        if function in OF_RULES:
            if name not in self.rules:
                notes = did_you_mean(name, self.rules) or _known("rules", self.rules)
                message = f"'{self.dataset.id}' has no rule '{name}'."
                self.report(Diagnostic("E0506", message, argument.span, notes))
                return ast.Missing(node.span)
            address = name
        else:
            found = self._call(name, argument.span)
            if found is None:
                return ast.Missing(node.span)
            address = found[0]
        local = f"{function}({name})"
        asks[function, address, local] = {**OF_CALLS, **OF_RULES}[function]
        return ast.NameRef(local, node.span)


def _known(what: str, names: Any) -> tuple[str, ...]:
    return (f"Its {what} are {', '.join(names)}.",) if names else (f"It has no {what}.",)


def calls_of(work: Work | None, address: str) -> Iterator[tuple[str, Call | Turn]]:
    """The calls that a column may make, at any depth, with their addresses; those of repairs in recipes left out."""
    match work:
        case Call():
            yield address, work
        case Chat():
            for part in work.parts:
                if isinstance(part, Turn):
                    yield f"{address}.{part.role}", part
        case Iterate() | Invoke():
            for inner in work.body:
                if isinstance(inner.make, Work):
                    yield from calls_of(inner.make, inner.address)


def _rules_in(work: Work | None) -> Iterator[str]:
    if isinstance(work, Iterate | Invoke):
        if isinstance(work, Invoke):
            yield from (rule.name for rule in work.rules)
        for inner in work.body:
            if isinstance(inner.make, Work):
                yield from _rules_in(inner.make)


# --- syntax


def _is_call(node: ast.Expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.function, ast.NameRef) and node.function.name == name


def _dotted(node: ast.Expr) -> str | None:
    match node:
        case ast.NameRef(name):
            return name
        case ast.Attribute(base, name):
            head = _dotted(base)
            return None if head is None else f"{head}.{name.text}"
        case _:
            return None


def _rewritten(node: Any, change: Callable[[ast.Call], ast.Expr | None]) -> Any:
    """A syntax tree with some calls of functions replaced. Nesting is bounded by the parser."""
    if isinstance(node, tuple):
        return tuple(_rewritten(part, change) for part in node)
    if not is_dataclass(node) or isinstance(node, type | Span):
        return node
    if isinstance(node, ast.Call) and isinstance(node.function, ast.NameRef):
        made = change(node)
        if made is not None:
            return made
    parts = {f.name: getattr(node, f.name) for f in fields(node)}
    new = {name: _rewritten(part, change) for name, part in parts.items()}
    changed = {name: part for name, part in new.items() if part is not parts[name] and part != parts[name]}
    return replace(node, **changed) if changed else node
