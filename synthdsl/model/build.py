"""Syntax in, resolved spec out: names found, types given, everything checked that needs no run.

`build` gives a spec whenever one can be made of the declarations that are sound, and all findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.suggest import did_you_mean
from synthdsl.model import declare
from synthdsl.model.abilities import beyond_models
from synthdsl.model.bodies import column_statements, make_column, make_dataset, pool_row
from synthdsl.model.externs import make_extern
from synthdsl.model.files import KINDS, File, open_file
from synthdsl.model.pipelines import make_pipeline
from synthdsl.model.program import Catalog, Key, Library, Needed, Program, Report
from synthdsl.model.recipes import make_recipe
from synthdsl.model.results import make_expectation, make_output, not_yet, read_moves
from synthdsl.model.scope import Watch
from synthdsl.model.spec import Column, Dataset, Model, Param, Pipeline, Source, Spec
from synthdsl.model.trials import make_trial, same_titles
from synthdsl.model.unused import unused
from synthdsl.syntax import ast
from synthdsl.types.terms import UNKNOWN

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What building needs of the world: effects as protocols, values of params, texts for messages.

    models: declarations that stand in for those of the same name; None for one that could not be read.
    watch: who is told what names are found to be.
    """

    library: Library
    catalog: Catalog
    settings: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, ast.ModelDecl | None] = field(default_factory=dict)
    watch: Watch | None = None


def build(module: ast.Module, around: Surroundings) -> tuple[Spec, list[Diagnostic]]:
    """The spec of a root file with everything it imports."""
    maker = _Maker(around)
    program = Program(maker.make, maker.broken, files=maker.files, watch=around.watch)
    report: Report = program.findings.append
    root = open_file(module, "", program, around.library, maker.files, report)
    _swap_models(maker, around.models, report)
    for file in maker.files.values():
        maker.moves[file.file] = read_moves(file, report)
    for file in maker.files.values():
        for name, item in file.items.items():
            if file is root or not isinstance(item, ast.DatasetDecl | ast.PipelineDecl | ast.SourceDecl):
                program.build(Key(KINDS[type(item)], file.file, name))
    spec = _collect(root, maker, program)
    _unknown_settings(maker, around.settings, report)
    program.findings.extend(unused(root, spec, program))
    return spec, program.findings


class _Maker:
    """Makes one declaration of any kind; the worklist calls it."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.files: dict[str, File] = {}
        self.moves: dict[str, dict[str, str]] = {}
        self.templates: list[str] = []

    def make(self, key: Key, report: Report) -> Any:
        """The declaration of that key. May raise `Needed`."""
        file = self.files[key.file]
        item = file.items[key.name]
        moves = self.moves[key.file]
        match item:
            case ast.DatasetDecl() if key.kind == "pool":
                return pool_row(file, item)
            case ast.DatasetDecl() if key.kind == "column":
                return make_column(file, item, key.column, moves, report)
            case ast.DatasetDecl():
                return make_dataset(file, item, moves, report)
            case ast.PipelineDecl():
                return make_pipeline(file, item, file.prefix + moves.get(item.name.text, item.name.text), report)
            case ast.Param():
                return declare.make_param(file, item, self.around.settings, report)
            case ast.ModelDecl():
                return declare.make_model(file, item, report)
            case ast.TypeDecl():
                return declare.make_type(file, item, report)
            case ast.TemplateDecl():
                return declare.make_template(file, item, self.templates, report)
            case ast.SourceDecl():
                return declare.make_source(file, item, self.around.catalog, report)
            case ast.Recipe():
                return make_recipe(file, item, report)
            case ast.Extern():
                return make_extern(file, item, report)

    def broken(self, path: list[Key], report: Report) -> Any:
        """Reports a cycle at its first declaration, and gives what stands in for it."""
        key = path[0]
        shown = " → ".join(_shown(k, path) for k in path)
        item = self.files[key.file].items[key.name]
        if key.kind == "type":
            note = "A type has a fixed depth: name the levels, as in `Comment` and `Reply`."
            report(Diagnostic("E0308", f"The type contains itself: {shown}.", item.name.span, (note,)))
            return UNKNOWN
        if key.kind == "template":
            report(Diagnostic("E0405", f"The template calls itself: {shown}.", item.name.span))
            return None
        span = item.name.span
        labels: list[Label] = []
        if isinstance(item, ast.DatasetDecl) and key.kind == "column":
            span = column_statements(item)[key.column].name.span
        for other in path[1:-1]:
            labels.append(Label(self._place(other), "through this"))
        what = {"column": "column", "param": "param", "recipe": "recipe"}.get(key.kind, "dataset")
        note = f"One {what} on this way must do without the next."
        report(Diagnostic("E0203", f"The {what} depends on itself: {shown}.", span, (note,), tuple(labels)))
        if key.kind == "column":
            return Column(key.column, "var", UNKNOWN, None, False, key.column, (), "", span)
        if key.kind == "param":
            return Param(key.name, UNKNOWN, None, "", span)
        return None

    def _place(self, key: Key) -> Any:
        item = self.files[key.file].items[key.name]
        if isinstance(item, ast.DatasetDecl) and key.kind == "column":
            return column_statements(item)[key.column].name.span
        return item.name.span


def _shown(key: Key, path: list[Key]) -> str:
    same = all(k.kind == "column" and k.name == path[0].name for k in path)
    if key.kind != "column":
        return key.name
    return key.column if same else f"{key.name}.{key.column}"


def _collect(root: File, maker: _Maker, program: Program) -> Spec:
    outputs = []
    expectations = []
    trials = []
    for item in root.module.items:
        match item:
            case ast.Output():
                outputs.append(_settled(program, partial(make_output, root, item)))
            case ast.Expect():
                expectations.append(_settled(program, partial(make_expectation, root, item, maker.around.texts)))
            case ast.Test():
                trials.append(_settled(program, partial(make_trial, root, item, maker.around.texts)))
            case _:
                _settled(program, partial(not_yet, root, item))
    same_titles(root, program.findings.append)
    order = {key: i for i, key in enumerate(_declared(maker))}

    def of(kind: type) -> list[Any]:
        found = [(order.get(k, 0), v) for k, v in program.built.items() if isinstance(v, kind) and k.kind != "column"]
        return [v for _, v in sorted(found, key=lambda pair: pair[0])]

    made = Spec(
        root.file,
        root.module.doc,
        tuple(of(Param)),
        tuple(of(Model)),
        tuple(of(Source)),
        tuple(d for d in of(object) if isinstance(d, Dataset | Pipeline)),
        tuple(o for o in outputs if o is not None),
        tuple(e for e in expectations if e is not None),
        tuple(t for t in trials if t is not None),
    )
    program.findings.extend(beyond_models(made))
    return made


def _settled(program: Program, make: Callable[[Report], _T]) -> _T:
    """What is made of an item that nothing else can need. Datasets of imported files are made for it on demand."""
    while True:
        found: list[Diagnostic] = []
        try:
            made = make(found.append)
        except Needed as signal:
            for key in signal.keys:
                program.build(key)
            continue
        program.findings.extend(found)
        return made


def _declared(maker: _Maker) -> list[Key]:
    # Imported files come before those that import them, the root file last.
    return [Key(KINDS[type(i)], f.file, n) for f in reversed(maker.files.values()) for n, i in f.items.items()]


def _swap_models(maker: _Maker, models: Mapping[str, ast.ModelDecl | None], report: Report) -> None:
    """Other declarations in the place of models that are named with their file's prefix, as params are."""
    known = {
        f.prefix + name: (f, name)
        for f in maker.files.values()
        for name, item in f.items.items()
        if isinstance(item, ast.ModelDecl)
    }
    for name, declared in models.items():
        if name not in known:
            from synthdsl.base.span import NOWHERE

            report(Diagnostic("E0201", f"There is no model '{name}' to swap.", NOWHERE, did_you_mean(name, known)))
        elif declared is not None:
            file, local = known[name]
            file.items[local] = replace(declared, name=file.items[local].name)


def _unknown_settings(maker: _Maker, settings: Mapping[str, str], report: Report) -> None:
    known = {
        f.prefix + name: item
        for f in maker.files.values()
        for name, item in f.items.items()
        if isinstance(item, ast.Param)
    }
    for name in settings:
        if name not in known:
            from synthdsl.base.span import NOWHERE

            message = f"There is no param '{name}' to set."
            report(Diagnostic("E0201", message, NOWHERE, did_you_mean(name, known)))
