"""One file's names: what it declares, what it imports, and what expressions in it see (`Globals`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Diagnostic, Label
from synthdsl.base.span import Span
from synthdsl.base.suggest import did_you_mean
from synthdsl.model.expr import Expr, ModelName, Value, WholeDataset
from synthdsl.model.program import Key, Library, Program, Report
from synthdsl.model.scope import CallableText, Watch
from synthdsl.model.spec import Dataset, Model, Param, Pipeline, Source
from synthdsl.syntax import ast
from synthdsl.types.terms import MODEL, UNKNOWN, DatasetType, Type

if TYPE_CHECKING:
    from synthdsl.model.typer import Typer

KINDS: dict[type, str] = {
    ast.Param: "param",
    ast.ModelDecl: "model",
    ast.TypeDecl: "type",
    ast.TemplateDecl: "template",
    ast.SourceDecl: "source",
    ast.DatasetDecl: "dataset",
    ast.PipelineDecl: "dataset",
    ast.Recipe: "recipe",
    ast.Extern: "extern",
}

Named = (
    ast.Param
    | ast.ModelDecl
    | ast.TypeDecl
    | ast.TemplateDecl
    | ast.SourceDecl
    | ast.DatasetDecl
    | ast.PipelineDecl
    | ast.Recipe
    | ast.Extern
)


@dataclass(slots=True)
class File:
    """A file of the program. prefix: what the ids of its datasets begin with, empty for the root file.

    inherited, statements: by dataset, what its columns ask for again and again (see `bodies.py`).
    """

    module: ast.Module
    prefix: str
    program: Program
    items: dict[str, Named] = field(default_factory=dict)
    aliases: dict[str, File] = field(default_factory=dict)
    imported: dict[str, tuple[File, str]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    inherited: dict[str, dict[str, Type]] = field(default_factory=dict)
    statements: dict[str, Mapping[str, ast.Statement]] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return self.module.file

    def key(self, name: str) -> Key | None:
        """The declaration a visible name stands for, imported ones included."""
        item = self.items.get(name)
        if item is not None:
            return Key(KINDS[type(item)], self.file, name)
        if name in self.imported:
            other, original = self.imported[name]
            return other.key(original)
        return None

    def lookup(self, dotted: str) -> Key | None:
        """As `key`, for `alias.name` too."""
        head, _, rest = dotted.partition(".")
        if rest and head in self.aliases:
            return self.aliases[head].key(rest)
        return self.key(dotted)

    # --- Globals

    @property
    def watch(self) -> Watch | None:
        return self.program.watch

    def value(self, name: str, span: Span) -> Expr | None:
        """A param, model, dataset or source by name."""
        key = self.key(name)
        if key is None:
            return Value(None, UNKNOWN, span) if name in self.failed else None
        return self._value(key, span)

    def _value(self, key: Key, span: Span) -> Expr | None:
        self.program.used.add(key)
        unknown = Value(None, UNKNOWN, span)
        match key.kind:
            case "param":
                param = self.program.get(key)
                assert isinstance(param, Param)
                return Value(param.value, param.type if param.value is not None else UNKNOWN, span)
            case "model":
                model = self.program.get(key)
                return Value(ModelName(model.name), MODEL, span) if isinstance(model, Model) else unknown
            case "dataset" | "source":
                type_ = self._dataset(key)
                return Value(None, UNKNOWN, span) if type_ is None else WholeDataset(type_.dataset, type_, span)
            case _:
                return None

    def dataset(self, name: str) -> DatasetType | None:
        """The type of a dataset or source of that name."""
        key = self.lookup(name)
        return None if key is None or key.kind not in ("dataset", "source") else self._dataset(key)

    def _dataset(self, key: Key) -> DatasetType | None:
        self.program.used.add(key)
        item = self.program.files[key.file].items[key.name]
        if isinstance(item, ast.DatasetDecl) and item.rows.grow is not None and key not in self.program.built:
            # A dataset that grows reads its own accepted rows: of those, the columns with a declared type.
            row = self.program.get(Key("pool", key.file, key.name))
            return DatasetType(row, self.program.files[key.file].prefix + key.name)
        found = self.program.get(key)
        if isinstance(found, Dataset | Pipeline | Source):
            return DatasetType(found.row, found.id)
        return None

    def template(self, name: str) -> CallableText | None:
        """A declared template, pure recipe or function of the person's own."""
        key = self.lookup(name)
        if key is None or key.kind not in ("template", "recipe", "extern"):
            return None
        self.program.used.add(key)
        found = self.program.get(key)
        return found if isinstance(found, CallableText) else None

    def member(self, module: str, name: str, span: Span) -> Expr | None:
        """`module.name`; reported when there is none."""
        other = self.aliases[module]
        key = other.key(name)
        if key is None or name in other.imported:
            known = list(other.items)
            message = f"'{module}' has no '{name}'."
            self.program.findings.append(Diagnostic("E0212", message, span, did_you_mean(name, known)))
            return None
        return self._value(key, span)

    def is_module(self, name: str) -> bool:
        return name in self.aliases

    def is_broken(self, name: str) -> bool:
        key = self.lookup(name)
        if key is None:
            return name.partition(".")[0] in self.failed
        return key in self.program.built and self.program.built[key] is None

    def is_declared(self, name: str) -> bool:
        return self.key(name) is not None or name in self.aliases

    def kind(self, name: str) -> str:
        """What a declared name is, for messages: `a param`, `an imported file`."""
        key = self.lookup(name)
        if key is None:
            return "an imported file"
        return f"an {key.kind}" if key.kind == "extern" else f"a {key.kind}"

    def names(self) -> Iterable[str]:
        for name in (*self.items, *self.imported):
            key = self.key(name)
            if key is not None and key.kind in ("param", "model", "dataset", "source"):
                yield name

    def functions(self) -> Iterator[str]:
        for name in (*self.items, *self.imported):
            key = self.key(name)
            if key is not None and key.kind in ("template", "recipe", "extern"):
                yield name

    def type(self, name: str) -> Type | None:
        """A declared type."""
        key = self.lookup(name)
        if key is None:
            return UNKNOWN if self.is_broken(name) else None
        if key.kind != "type":
            return None
        self.program.used.add(key)
        found: Type = self.program.get(key)
        return found

    def documented_type(self, name: str) -> tuple[Type, str] | None:
        """A declared type and its documentation comment; None when there is none of that name."""
        type_ = self.type(name)
        if type_ is None:
            return None
        key = self.lookup(name)
        item = None if key is None else self.program.files[key.file].items.get(key.name)
        return type_, item.doc if isinstance(item, ast.TypeDecl) else ""

    def tool_schema(self, typer: Typer, node: ast.Call) -> Expr:
        """`tool_schema(Type)`: the description of the tool that a type of this file stands for."""
        from synthdsl.model.extras import tool_schema

        return tool_schema(self, node, typer)

    def type_names(self) -> list[str]:
        """All visible type names."""
        return [n for n in (*self.items, *self.imported) if (k := self.key(n)) is not None and k.kind == "type"]


def open_file(
    module: ast.Module,
    prefix: str,
    program: Program,
    library: Library,
    files: dict[str, File],
    report: Report,
    importers: tuple[str, ...] = (),
) -> File:
    """The names of a file, and of all files it imports, opened once each."""
    made = File(module, prefix, program)
    files[module.file] = made
    for item in module.items:
        if isinstance(item, ast.Import):
            _import(made, item, library, files, report, (*importers, module.file))
    for item in module.items:
        if type(item) in KINDS:
            _declare(made, item, report)  # type: ignore[arg-type]
    return made


def _declare(made: File, item: Named, report: Report) -> None:
    name = item.name.text
    first = made.items.get(name)
    if first is not None:
        label = Label(first.name.span, "first declared here")
        report(Diagnostic("E0202", f"'{name}' is declared twice.", item.name.span, labels=(label,)))
        return
    if name in made.imported or name in made.aliases:
        message = f"'{name}' is imported already."
        report(Diagnostic("E0202", message, item.name.span, ("Import it under another name with `as`.",)))
        return
    capital = name[:1].isupper()
    if isinstance(item, ast.TypeDecl) and not capital:
        report(
            Diagnostic("E0224", f"Type names begin with a capital: '{name[:1].upper() + name[1:]}'.", item.name.span)
        )
    elif not isinstance(item, ast.TypeDecl) and capital:
        report(Diagnostic("E0224", f"Only types begin with a capital: write '{name.lower()}'.", item.name.span))
    made.items[name] = item


def _import(
    made: File, item: ast.Import, library: Library, files: dict[str, File], report: Report, importers: tuple[str, ...]
) -> None:
    opened = library.open(made.file, item.module, item.is_path, item.module_span)
    if isinstance(opened, Diagnostic):
        report(opened)
        made.failed.update(_visible(item))
        return
    if opened.file in importers:
        path = [*importers[importers.index(opened.file) :], opened.file]
        message = f"These files import each other: {' → '.join(path)}."
        note = "Declare what both need in a file of its own, which both import."
        report(Diagnostic("E0213", message, item.module_span, (note,)))
        made.failed.update(_visible(item))
        return
    other = files.get(opened.file)
    if other is None:
        prefix = _prefix(item)
        other = open_file(opened, prefix, made.program, library, files, report, importers)
    if item.alias is not None:
        made.aliases[item.alias.text] = other
    elif not item.names:
        made.aliases[_module_name(item)] = other
    for wanted in item.names:
        _import_name(made, other, wanted, item, report)


def _visible(item: ast.Import) -> list[str]:
    """The names that an import makes visible."""
    names = [(n.alias or n.name).text for n in item.names]
    return names or [item.alias.text if item.alias is not None else _module_name(item)]


def _module_name(item: ast.Import) -> str:
    return _prefix(item).rsplit(".", 2)[-2]


def _prefix(item: ast.Import) -> str:
    if not item.is_path:
        return item.module + "."
    stem = item.module.rsplit("/", 1)[-1]
    return stem.removesuffix(".synth") + "."


def _import_name(made: File, other: File, wanted: ast.ImportedName, item: ast.Import, report: Report) -> None:
    name = wanted.name.text
    visible = (wanted.alias or wanted.name).text
    if name not in other.items:
        message = f"'{item.module}' does not export '{name}'."
        has = f"It exports {', '.join(sorted(other.items))}." if other.items else "It exports nothing."
        report(Diagnostic("E0212", message, wanted.name.span, (*did_you_mean(name, other.items), has)))
        made.failed.add(visible)
    elif visible in made.imported:
        report(Diagnostic("E0202", f"'{visible}' is imported twice.", (wanted.alias or wanted.name).span))
    else:
        made.imported[visible] = (other, name)
