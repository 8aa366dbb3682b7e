"""Declarations of the abstract syntax: what a file consists of."""

from __future__ import annotations

from synthdsl.base.record import record
from synthdsl.base.span import Span
from synthdsl.syntax.ast_expressions import Expr, Literal, Name, TemplateText
from synthdsl.syntax.ast_statements import Statement
from synthdsl.syntax.ast_types import TypeExpr


@record(eq=False)
class ImportedName:
    """`name` or `name as alias` in an import list."""

    name: Name
    alias: Name | None


@record(eq=False)
class Import:
    """`import std.judge (a, B)`, `import "./x.synth" as x`.

    module: dotted name or path text. is_path: whether it was a string.
    """

    module: str
    module_span: Span
    is_path: bool
    names: tuple[ImportedName, ...]
    alias: Name | None
    span: Span


@record(eq=False)
class Parameter:
    """A parameter of a template, recipe, extern function; `default` only where it has one."""

    name: Name
    type: TypeExpr
    default: Expr | None
    span: Span


@record(eq=False)
class Param:
    """`param rows: int = 10`."""

    name: Name
    type: TypeExpr
    default: Expr | None
    doc: str
    span: Span


@record(eq=False)
class ModelDecl:
    """`model writer = openai("...")`."""

    name: Name
    value: Expr
    doc: str
    span: Span


@record(eq=False)
class TypeDecl:
    """`type Name = ...`."""

    name: Name
    type: TypeExpr
    doc: str
    span: Span


@record(eq=False)
class TemplateDecl:
    """`template greeting(name: str) = \"\"\"...\"\"\"` at top level."""

    name: Name
    parameters: tuple[Parameter, ...]
    text: TemplateText
    doc: str
    span: Span


@record(eq=False)
class SourceDecl:
    """`source topics: { ... } = jsonl("...") |> chunk(...)`."""

    name: Name
    type: TypeExpr | None
    value: Expr
    doc: str
    span: Span


@record(eq=False)
class Extern:
    """`extern f(a: str) -> float = "pkg.mod:f"`."""

    name: Name
    parameters: tuple[Parameter, ...]
    result: TypeExpr
    target: Literal
    doc: str
    span: Span


@record(eq=False)
class Rows:
    """The header of a dataset: where its rows come from. Absent clauses are None.

    `of count accepted within limit from source each target in items levels levels
    grow from grow batch batch keep best score per keys`
    """

    of: Expr | None
    within: Expr | None
    source: Expr | None
    each: Name | None
    items: Expr | None
    levels: Expr | None
    grow: Expr | None
    batch: Expr | None
    best: Expr | None
    per: tuple[Expr, ...]
    span: Span


@record(eq=False)
class DatasetDecl:
    """`dataset name of 10 { ... }`: fresh or derived rows with a body."""

    name: Name
    rows: Rows
    body: tuple[Statement, ...]
    doc: str
    span: Span


@record(eq=False)
class PipelineDecl:
    """`dataset clean = tickets |> dedup(body)`; `value` may also be a recipe call or a bare name."""

    name: Name
    value: Expr
    doc: str
    span: Span


@record(eq=False)
class NamedExpr:
    """`name: condition` in `expect`; `name = value` in `evaluate` and `output`."""

    name: Name
    value: Expr
    doc: str
    span: Span


@record(eq=False)
class Expect:
    """`expect dataset { name: condition ... }`."""

    dataset: Name
    checks: tuple[NamedExpr, ...]
    span: Span


@record(eq=False)
class Output:
    """`output "path" from dataset as format { key = value ... }`."""

    path: Literal
    dataset: Name
    format: Name | None
    keys: tuple[NamedExpr, ...]
    has_body: bool
    doc: str
    span: Span


@record(eq=False)
class Evaluate:
    """`evaluate dataset against real { name = measure ... }`."""

    dataset: Name
    against: Name | None
    measures: tuple[NamedExpr, ...]
    span: Span


@record(eq=False)
class Given:
    """`given dataset { column = value, ... }` in a test."""

    dataset: Name
    values: tuple[NamedExpr, ...]
    span: Span


@record(eq=False)
class Reply:
    """`reply column = value` in a test: a scripted answer; `talk.user`, `text.harder` for calls inside a column."""

    column: Name
    value: Expr
    span: Span


@record(eq=False)
class Assert:
    """`assert condition` in a test."""

    condition: Expr
    span: Span


@record(eq=False)
class Test:
    """`test "title" { ... }`."""

    title: Literal
    body: tuple[Given | Reply | Assert, ...]
    span: Span


@record(eq=False)
class Recipe:
    """`recipe f(a: str) -> T { ... give x }`, or `recipe f(d: dataset) -> dataset = d |> ...`."""

    name: Name
    parameters: tuple[Parameter, ...]
    result: TypeExpr
    body: tuple[Statement, ...] | None
    value: Expr | None
    doc: str
    span: Span


@record(eq=False)
class Moved:
    """`moved replies.note -> replies.praise`; each side is a dataset, or a dataset and a column."""

    old: tuple[Name, ...]
    new: tuple[Name, ...]
    span: Span


Declaration = (
    Import
    | Param
    | ModelDecl
    | TypeDecl
    | TemplateDecl
    | SourceDecl
    | Extern
    | DatasetDecl
    | PipelineDecl
    | Expect
    | Output
    | Evaluate
    | Test
    | Recipe
    | Moved
)
