"""The abstract syntax of a `.synth` file: what the text says, with a span on every node.

Built from the lossless tree by `build.py`; names are unresolved and nothing is typed yet. Nodes have no equality of
their own (`compare.py` compares meanings): making those methods would cost each start a twentieth of a second.
"""

from __future__ import annotations

import datetime

from synthdsl.base.record import record
from synthdsl.base.span import Span


@record(eq=False)
class Name:
    """A name as written, at its place."""

    text: str
    span: Span


# --- expressions --------------------------------------------------------------------------------


@record(eq=False)
class Literal:
    """A number, percentage (as float), string, date, `true`, `false` or `null`.

    For a dedented or escaped string `value` is the final text.
    """

    value: str | int | float | bool | datetime.date | None
    span: Span


@record(eq=False)
class TemplateText:
    r"""A Jinja template: `t"..."`, or a plain string where only a template makes sense.

    text: after dedenting and escapes. offsets: for each character of `text`, and one past its end, the
    offset in the file it came from, so that a span inside the template is exact.
    """

    text: str
    offsets: tuple[int, ...]
    span: Span

    def part(self, start: int, end: int) -> Span:
        """The place in the file of the characters `start` to `end` of `text`."""
        last = len(self.offsets) - 1
        begin = self.offsets[min(start, last)]
        if end <= start:
            return Span(self.span.file, begin, begin)
        return Span(self.span.file, begin, self.offsets[min(end - 1, last)] + 1)


@record(eq=False)
class NameRef:
    """A bare name used as a value."""

    name: str
    span: Span


@record(eq=False)
class Attribute:
    """`base.name`."""

    base: Expr
    name: Name
    span: Span


@record(eq=False)
class Index:
    """`base[index]`."""

    base: Expr
    index: Expr
    span: Span


@record(eq=False)
class Slice:
    """`base[start:stop]`, either bound may be absent."""

    base: Expr
    start: Expr | None
    stop: Expr | None
    span: Span


@record(eq=False)
class Argument:
    """One argument of a call; `name` is absent for a positional one."""

    name: Name | None
    value: Expr
    span: Span


@record(eq=False)
class Call:
    """`function(arguments)`; `function` is a `NameRef` or an `Attribute` (`faker("en_US").name()`)."""

    function: Expr
    arguments: tuple[Argument, ...]
    span: Span


@record(eq=False)
class Unary:
    """`-x` or `not x`; `op` is "-" or "not"."""

    op: str
    operand: Expr
    span: Span


@record(eq=False)
class Binary:
    """`left op right`: `+ - * /`, `and or implies`."""

    op: str
    left: Expr
    right: Expr
    span: Span


@record(eq=False)
class Compare:
    """`a < b`, `a in b`, `a not in b`, and chains such as `0 <= x < 1`.

    ops and rest have equal length; each op is one of `== != < <= > >= in not in`.
    """

    first: Expr
    ops: tuple[str, ...]
    rest: tuple[Expr, ...]
    span: Span


@record(eq=False)
class Conditional:
    """`then if test else other`."""

    then: Expr
    test: Expr
    other: Expr
    span: Span


@record(eq=False)
class Arm:
    """`pattern | pattern => value`. `patterns` is empty for `_`.

    With a subject the patterns are literals; without one there is a single condition.
    """

    patterns: tuple[Expr, ...]
    value: Expr
    span: Span


@record(eq=False)
class Match:
    """`match subject { arms }` or `match { condition => value, ... }`."""

    subject: Expr | None
    arms: tuple[Arm, ...]
    span: Span


@record(eq=False)
class ListDisplay:
    """`[a, b]`."""

    items: tuple[Expr, ...]
    span: Span


@record(eq=False)
class Entry:
    """One entry of a record display; `name` is absent for a spread `...base`."""

    name: Name | None
    value: Expr
    span: Span


@record(eq=False)
class RecordDisplay:
    """`{ name: x, ...base }` with bare keys; `{}` is the empty record."""

    entries: tuple[Entry, ...]
    span: Span


@record(eq=False)
class MapDisplay:
    """`{"router": 5, "sim": 2}` with quoted (or other literal) keys."""

    items: tuple[tuple[Expr, Expr], ...]
    span: Span


@record(eq=False)
class Comprehension:
    """`[body for target in iterable if condition]`; `bare` when it is the sole argument of a call."""

    body: Expr
    target: Name
    iterable: Expr
    condition: Expr | None
    bare: bool
    span: Span


@record(eq=False)
class Range:
    """`start .. stop`, both ends included."""

    start: Expr
    stop: Expr
    span: Span


@record(eq=False)
class Pipeline:
    """`head |> step(...) |> step(...)`; every step is a `Call` of a `NameRef`."""

    head: Expr
    steps: tuple[Call, ...]
    span: Span


@record(eq=False)
class Missing:
    """An expression that could not be read; reported already."""

    span: Span


Expr = (
    Literal
    | TemplateText
    | NameRef
    | Attribute
    | Index
    | Slice
    | Call
    | Unary
    | Binary
    | Compare
    | Conditional
    | Match
    | ListDisplay
    | RecordDisplay
    | MapDisplay
    | Comprehension
    | Range
    | Pipeline
    | Missing
)

# --- types --------------------------------------------------------------------------------------


@record(eq=False)
class NamedType:
    """`int`, `Severity`, `telecom.Severity`, `int(1..5)`, `list[T](min=2)`, `column[str]`.

    item: the type in brackets. refinements: the arguments in parentheses.
    """

    name: Name
    item: TypeExpr | None
    refinements: tuple[Argument, ...]
    span: Span


@record(eq=False)
class TypeField:
    """A field of a record type with its documentation comment."""

    name: Name
    type: TypeExpr
    doc: str
    span: Span


@record(eq=False)
class RecordTypeExpr:
    """`{ a: T, b: T }`, fields apart by commas or line breaks."""

    fields: tuple[TypeField, ...]
    span: Span


@record(eq=False)
class LiteralTypeExpr:
    """A literal used as a type, as in `"a" | "b"`."""

    value: Literal
    span: Span


@record(eq=False)
class UnionTypeExpr:
    """`A | B | C`."""

    members: tuple[TypeExpr, ...]
    span: Span


@record(eq=False)
class OptionalTypeExpr:
    """`T?`."""

    inner: TypeExpr
    span: Span


TypeExpr = NamedType | RecordTypeExpr | LiteralTypeExpr | UnionTypeExpr | OptionalTypeExpr

# --- statements in the body of a dataset, recipe, iterate or chat --------------------------------


@record(eq=False)
class Var:
    """`var name: T = value`."""

    name: Name
    type: TypeExpr | None
    value: Expr
    doc: str
    span: Span


@record(eq=False)
class TemplateColumn:
    """`template name = \"\"\"...\"\"\"` inside a body."""

    name: Name
    text: TemplateText
    doc: str
    span: Span


@record(eq=False)
class Message:
    """`user \"\"\"...\"\"\"` in a long `llm` body; `complete` is a raw prompt."""

    role: Name
    text: TemplateText
    span: Span


@record(eq=False)
class Setting:
    """`temperature = 0`."""

    name: Name
    value: Expr
    span: Span


@record(eq=False)
class Llm:
    """An `llm` column.

    call: the model, or a recipe call when there are neither messages nor settings.
    target, iterable: from `for x in xs`. when: from `when cond`.
    """

    name: Name
    type: TypeExpr | None
    call: Expr
    target: Name | None
    iterable: Expr | None
    when: Expr | None
    messages: tuple[Message, ...]
    settings: tuple[Setting, ...]
    doc: str
    span: Span


@record(eq=False)
class Otherwise:
    """`else drop`, `flag`, `fail`, `retry column n`, `repair column by model prompt`."""

    action: Name
    column: Name | None
    times: Expr | None
    model: Expr | None
    prompt: TemplateText | None
    span: Span


@record(eq=False)
class Rule:
    """`rule name: condition else ...`."""

    name: Name
    condition: Expr
    otherwise: Otherwise | None
    doc: str
    span: Span


@record(eq=False)
class Violate:
    """`violate rule_name 5%`: this share of rows breaks the rule on purpose and says so."""

    rule: Name
    share: Expr
    doc: str
    span: Span


@record(eq=False)
class Stop:
    """`stop when condition`."""

    condition: Expr
    span: Span


@record(eq=False)
class Next:
    """`next value`."""

    value: Expr
    span: Span


@record(eq=False)
class Give:
    """`give value`, the result of a recipe."""

    value: Expr
    span: Span


@record(eq=False)
class Iterate:
    """`iterate name: T = seed times n { ... }`."""

    name: Name
    type: TypeExpr | None
    seed: Expr
    times: Expr
    body: tuple[Statement, ...]
    doc: str
    span: Span


@record(eq=False)
class Turn:
    """`user = model \"\"\"...\"\"\"` in a chat; `text` is absent when the transcript itself is sent."""

    role: Name
    model: Expr
    text: TemplateText | None
    span: Span


@record(eq=False)
class Chat:
    """`chat name turns 2..5 { ... }`; parts in the order written."""

    name: Name
    turns: Expr
    parts: tuple[Turn | Stop, ...]
    doc: str
    span: Span


Statement = Var | TemplateColumn | Llm | Rule | Violate | Iterate | Chat | Stop | Next | Give

# --- declarations -------------------------------------------------------------------------------


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
    """`reply column = value` in a test: the scripted answer."""

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


@record(eq=False)
class Module:
    """One file. `edition` is None when the first line is missing; `doc` is the module's `##` text.

    lost: the words in parts that could not be read; something else may be declared there.
    """

    file: str
    edition: int | None
    doc: str
    items: tuple[Declaration, ...]
    span: Span
    lost: frozenset[str] = frozenset()
