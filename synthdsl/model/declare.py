"""Makes the declarations other than datasets: params, models, types, templates, pure recipes, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from synthdsl.base.diagnostic import Diagnostic, Edit, Fix, has_errors
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean, nearest
from synthdsl.llm.request import Env
from synthdsl.model.apply import want_type
from synthdsl.model.calls import fit
from synthdsl.model.constants import constant, type_of
from synthdsl.model.expr import Expr, Value
from synthdsl.model.files import File
from synthdsl.model.narrowing import Known
from synthdsl.model.params import read_setting
from synthdsl.model.program import Catalog, Report
from synthdsl.model.providers import check_model
from synthdsl.model.read_types import TypeReader
from synthdsl.model.scope import CallableText, NoRow, RowScope, Workplace
from synthdsl.model.spec import Model, Param, Source, SourceCall
from synthdsl.model.typer import Typer
from synthdsl.ops.signature import read_signature
from synthdsl.syntax import ast
from synthdsl.types.relations import assignable, larger_than
from synthdsl.types.show import show, spell
from synthdsl.types.terms import STR, UNKNOWN, RecordType, Type, UnknownType

_NO_DRAWS = "it can stand in a 'var' only."
MAX_TYPE = 5_000
"""Parts of a type, counted as often as they occur: types that nest each other twice would grow without bound."""

MAX_EXPANSIONS = 2_000
"""How many template calls one column may contain, nested ones counted: more is a mistake or an attack."""


def typer_of(file: File, row: RowScope, work: Workplace) -> Typer:
    """A typer for expressions of a file over a row."""
    return Typer(file, row, work, {}, Known())


def constant_typer(file: File, report: Report) -> Typer:
    """A typer for what must be known before the run."""
    return typer_of(file, NoRow(), Workplace(report, draws=_NO_DRAWS, row_number="there is no row here."))


def evaluate(file: File, node: ast.Expr, report: Report) -> Any:
    """The value of a constant expression; None after a report."""
    expr = constant_typer(file, report).type_expr(node)
    known = constant(expr)
    if known is None and not isinstance(expr.type, UnknownType):
        report(
            Diagnostic("E0306", "This must be known before the run.", node.span, ("It may use params and literals.",))
        )
    return None if known is None else known.value


def type_reader(file: File, report: Report) -> TypeReader:
    """Reads type expressions of a file."""
    return TypeReader(
        lambda name, span: file.type(name), lambda node: evaluate(file, node, report), file.type_names, report
    )


def make_param(file: File, item: ast.Param, settings: Mapping[str, str], report: Report) -> Param:
    """A param with its value: from the settings, else its default."""
    type_ = type_reader(file, report).read(item.type)
    name = file.prefix + item.name.text
    if name in settings:
        value, problem = read_setting(settings[name], type_)
        if problem:
            message = f"'--set {name}={settings[name]}' gives the param no value of its type: {problem}"
            report(Diagnostic("E0315", message, item.name.span))
        return Param(name, type_, value, item.doc, item.span)
    if item.default is None:
        if not isinstance(type_, UnknownType):
            message = f"The param '{name}' has no value."
            report(Diagnostic("E0314", message, item.name.span, (f"Give it one with `--set {name}=...`.",)))
        return Param(name, type_, None, item.doc, item.span)
    typer = constant_typer(file, report)
    expr = want_type(typer, typer.type_expr(item.default), type_, f"The param '{name}'")
    known = constant(expr)
    if known is None:
        if not isinstance(expr.type, UnknownType):
            message = "The default of a param must be known before the run."
            notes = ("It may use other params and literals.",)
            report(Diagnostic("E0306", message, item.default.span, notes))
        return Param(name, type_, None, item.doc, item.span)
    value = known.value
    if assignable(type_of(value), type_):
        from synthdsl.dataset.validate import fits

        reason = fits(value, type_)
        if reason:
            report(Diagnostic("E0301", f"The default of '{name}' does not fit its type: {reason}.", item.default.span))
    return Param(name, type_, value, item.doc, item.span)


def make_type(file: File, item: ast.TypeDecl, report: Report) -> Type:
    """A declared type; records carry its name for messages."""
    type_ = type_reader(file, report).read(item.type)
    if larger_than(type_, MAX_TYPE):
        message = f"The type '{item.name.text}' has more than {MAX_TYPE:,} parts."
        report(Diagnostic("E0323", message, item.name.span, ("Types that contain each other twice grow fast.",)))
        return UNKNOWN
    return replace(type_, name=item.name.text) if isinstance(type_, RecordType) else type_


def make_model(file: File, item: ast.ModelDecl, report: Report) -> Model:
    """A declared model: provider and constant settings, checked against the provider's."""
    value = item.value
    name = file.prefix + item.name.text
    if not isinstance(value, ast.Call) or not isinstance(value.function, ast.NameRef):
        message = "A model is made by a provider."
        report(Diagnostic("E0215", message, value.span, ('As in `openai("gpt-4o-mini", temperature=0.7)`.',)))
        return Model(name, "", (), item.doc, item.span)
    positional: list[tuple[Any, ast.Argument]] = []
    named: dict[str, tuple[Any, ast.Argument]] = {}
    for argument in value.arguments:
        known = _model_argument(file, argument.value, report)
        if argument.name is None:
            positional.append((known, argument))
        else:
            named[argument.name.text] = (known, argument)
    arguments = check_model(value.function, positional, named, value.span, report)
    return Model(name, value.function.name, tuple(arguments.items()), item.doc, item.span)


def _model_argument(file: File, node: ast.Expr, report: Report) -> Any:
    if isinstance(node, ast.Call) and isinstance(node.function, ast.NameRef) and node.function.name == "env":
        if len(node.arguments) == 1:
            name = evaluate(file, node.arguments[0].value, report)
            return Env(name) if isinstance(name, str) else None
        report(Diagnostic("E0208", "'env' takes the name of one variable.", node.span))
        return None
    return evaluate(file, node, report)


def parameters_of(file: File, declared: Sequence[ast.Parameter], report: Report) -> list[tuple[str, Type, Expr | None]]:
    """Parameters as they are called with: name, type, default; defaults are known before the run."""
    reader = type_reader(file, report)
    parameters: list[tuple[str, Type, Expr | None]] = []
    for parameter in declared:
        type_ = reader.read(parameter.type)
        default = None
        if parameter.default is not None:
            typer = constant_typer(file, report)
            default = want_type(typer, typer.type_expr(parameter.default), type_, f"'{parameter.name.text}'")
        parameters.append((parameter.name.text, type_, default))
    return parameters


def make_template(file: File, item: ast.TemplateDecl, stack: list[str], report: Report) -> CallableText:
    """A declared template, to be called with arguments. Its own mistakes are reported here, once."""
    parameters = parameters_of(file, item.parameters, report)

    refused = False

    def body(work: Workplace, locals_: dict[str, tuple[str, Type]]) -> Expr:
        if refused:
            return Value("", STR, item.span)
        if item.name.text in stack:
            path = " → ".join([*stack[stack.index(item.name.text) :], item.name.text])
            report(Diagnostic("E0405", f"The template calls itself: {path}.", item.name.span))
            return Value("", STR, item.span)
        before = work.expansions
        work.expansions += 1
        if work.expansions > MAX_EXPANSIONS:
            too_many_calls(item.name.span, before, work)
            return Value("", STR, item.span)
        # Findings inside the template belong to its declaration, not to each of its callers.
        inner = replace(work, report=silent, draws=_NO_DRAWS)
        stack.append(item.name.text)
        try:
            made = typer_of(file, NoRow(), inner).with_locals(locals_).type_expr(item.text)
        finally:
            stack.pop()
        work.locals, work.expansions = inner.locals, inner.expansions
        too_many_calls(item.name.span, before, work)
        return made

    made = CallableText(item.name.text, tuple(parameters), body)
    work = Workplace(report, draws=_NO_DRAWS, row_number="it can stand in a dataset only.")
    stack.append(item.name.text)
    try:
        typer = typer_of(file, NoRow(), work).with_locals({n: (n, t) for n, t, _ in parameters})
        typer.type_expr(item.text)
    finally:
        stack.pop()
    # One that is too large is reported here; its callers take it for empty instead of expanding it again.
    refused = work.expansions > MAX_EXPANSIONS
    return made


def too_many_calls(span: Span, before: int, work: Workplace) -> None:
    """Reports E0406 where a call has passed the limit. Calls inside of calls are silent, so each level looks."""
    if before <= MAX_EXPANSIONS < work.expansions:
        work.report(Diagnostic("E0406", f"More than {MAX_EXPANSIONS} template calls in one column.", span))


def silent(diagnostic: Diagnostic) -> None:
    """Findings that were reported where they belong."""


def make_source(file: File, item: ast.SourceDecl, catalog: Catalog, report: Report) -> Source | None:
    """A source: its reader with constant arguments, its columns declared or inferred."""
    name = file.prefix + item.name.text
    declared: RecordType | None = None
    if item.type is not None:
        type_ = type_reader(file, report).read(item.type)
        if isinstance(type_, UnknownType):
            return None
        if not isinstance(type_, RecordType):
            message = f"A source has rows, so its type is a record, not {show(type_)}."
            report(Diagnostic("E0301", message, item.type.span))
            return None
        declared = type_
    call = _source_call(file, item, catalog, report)
    if call is None:
        if declared is None:
            return None
        unread = SourceCall("", (), (), "", item.span)
        return Source(name, unread, declared, True, item.doc, item.span)
    call = catalog.located(call)
    pinned, changes = (None, []) if declared is not None else catalog.pinned(name, call)
    if pinned is not None and not changes:
        return Source(name, call, pinned, False, item.doc, item.span)
    row, findings = catalog.describe(call, declared or pinned)
    for finding in (*changes, *findings):
        report(finding)
    if declared is None and pinned is None:
        if has_errors(findings):
            return None
        if call.reader not in _FIXED_COLUMNS:
            report(_untyped(item, row))
    return Source(name, call, row, declared is not None, item.doc, item.span)


_FIXED_COLUMNS = ("text", "hub")
"""Readers whose columns do not depend on what a file holds today."""


def _untyped(item: ast.SourceDecl, row: RecordType) -> Diagnostic:
    """The warning for a source without declared columns, with the types that the file shows now."""
    message = f"The columns of '{item.name.text}' are inferred; another file could change them in silence."
    place = item.name.span.within(len(item.name.text), len(item.name.text))
    fix = Fix("Declare them", (Edit(place, f": {spell(row)}"),), safe=True)
    return Diagnostic("W0601", message, item.name.span, (), (), (fix,))


def _source_call(file: File, item: ast.SourceDecl, catalog: Catalog, report: Report) -> SourceCall | None:
    whole = item.value
    steps = whole.steps if isinstance(whole, ast.Pipeline) else ()
    value = whole.head if isinstance(whole, ast.Pipeline) else whole
    if not isinstance(value, ast.Call) or not isinstance(value.function, ast.NameRef):
        report(Diagnostic("E0609", "A source is read by a reader.", value.span, ('As in `csv("people.csv")`.',)))
        return None
    read = _reader_call(file, value, catalog, "E0609", "reader", report)
    done = [_reader_call(file, step, catalog, "E0222", "step", report) for step in steps]
    if read is None or None in done:
        return None
    return SourceCall(read[0], read[1], tuple(d for d in done if d is not None), file.file, whole.span)


def _reader_call(
    file: File, node: ast.Call, catalog: Catalog, code: str, kind: str, report: Report
) -> tuple[str, tuple[tuple[str, Any], ...]] | None:
    assert isinstance(node.function, ast.NameRef)
    name = node.function.name
    known = {k: v for k, v in catalog.readers().items() if k.startswith("|>") == (kind == "step")}
    signatures = known.get(("|> " if kind == "step" else "") + name)
    if signatures is None:
        names = [k.removeprefix("|> ") for k in known]
        near = nearest(name, names)
        fixes = (Fix(f"Write '{near[0]}'", (Edit(node.function.span, near[0]),)),) if near else ()
        message = f"There is no {kind} '{name}' for sources."
        there = f"There are {', '.join(sorted(names))}." if len(names) > 1 else f"There is only {names[0]}."
        notes = (*did_you_mean(name, names), there)
        report(Diagnostic(code, message, node.function.span, notes, (), fixes))
        return None
    typer = constant_typer(file, report)
    positional = [typer.type_expr(a.value) for a in node.arguments if a.name is None]
    named = {a.name.text: typer.type_expr(a.value) for a in node.arguments if a.name is not None}
    if any(isinstance(e.type, UnknownType) for e in (*positional, *named.values())):
        return None
    fits = fit(read_signature(signatures[0]), positional, named, node.span)
    for misfit in fits.misfits:
        report(Diagnostic(misfit.code, misfit.message, misfit.span or node.span, misfit.notes))
    if not fits.fits:
        return None
    arguments: list[tuple[str, Any]] = []
    for key, expr in fits.given.items():
        if expr is None:
            arguments.append((key, fits.parameters[key].default))
            continue
        value = constant(expr)
        if value is None:
            message = f"'{key}' of '{name}' must be known before the run."
            report(Diagnostic("E0306", message, expr.span, ("It may use params and literals.",)))
            return None
        arguments.append((key, value.value))
    return name, tuple(arguments)
