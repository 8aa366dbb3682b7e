"""The resolved spec: every name an id, every expression typed. What `build` gives and the rest reads."""

from __future__ import annotations

from typing import Any, Literal

from synthdsl.base.record import record
from synthdsl.base.span import Span
from synthdsl.model.expr import Expr
from synthdsl.model.work import Call, Invoke, Turn, Work, expressions
from synthdsl.types.terms import RecordType, Type

ColumnKind = Literal["var", "template", "llm", "chat", "iterate", "steps"]
Action = Literal["redraw", "drop", "flag", "fail", "retry", "repair"]


@record
class Column:
    """A column made in a dataset's body.

    expr: how it is computed; None for those that models make. work: what models are asked to do; None for free ones.
    A column of kind "steps" has neither: it is made along with its loop, the one column that it reads.
    declared: whether its type was written (then values are tested against it at run time).
    address: the name its draws go by (the column's first name, should it have been `moved`).
    reads: the names of the row's columns that it needs, known also where `expr` is None.
    """

    name: str
    kind: ColumnKind
    type: Type
    expr: Expr | None
    declared: bool
    address: str
    reads: tuple[str, ...]
    doc: str
    span: Span
    work: Work | None = None

    @property
    def is_paid(self) -> bool:
        """Whether making it calls a model."""
        return self.kind in ("llm", "chat", "iterate", "steps")

    @property
    def when(self) -> Expr | None:
        """The condition under which it is made; elsewhere it is null."""
        return self.work.when if isinstance(self.work, Call | Invoke) else None

    @property
    def expressions(self) -> tuple[Expr, ...]:
        """All expressions that stand in it."""
        if self.expr is not None:
            return (self.expr,)
        return () if self.work is None else tuple(expressions(self.work))


@record
class Rule:
    """A rule of a dataset; `redraw` draws all joined columns again until it holds.

    target: the column that `retry` makes again, at most `times` times, or that `repair` replaces once by an answer.
    """

    name: str
    condition: Expr
    action: Action
    doc: str
    span: Span
    target: str | None = None
    times: int = 0
    repair: Call | None = None


@record
class Violation:
    """This share of the rows (0..1) breaks the rule on purpose; column `violated` names it."""

    rule: str
    share: float
    span: Span


@record
class Growth:
    """`grow from seeds batch size`: rounds of so many candidates, which see the rows accepted in earlier rounds."""

    seeds: str
    batch: int
    span: Span


@record
class Archive:
    """`keep best score per keys`: of rows with equal keys the one with the highest score stays, the older of equals."""

    score: Expr
    keys: tuple[Expr, ...]


@record
class FreshRows:
    """`of count [accepted within limit]`, perhaps in rounds."""

    count: int
    within: int | None
    span: Span
    growth: Growth | None = None


@record
class DerivedRows:
    """`[of copies] from parent [each item in items]`; `items` is an expression over the parent's row.

    levels: of a tree, how many; the rows of a level are made from those of the one above.
    """

    parent: str
    copies: int | None
    each: str | None
    each_type: Type | None
    items: Expr | None
    within: int | None
    span: Span
    levels: int | None = None


Rows = FreshRows | DerivedRows


@record
class Head:
    """What a pipeline begins with: one dataset as it is (`operator` is empty), or several joined by a head.

    arguments: those of the head, by name, but for the datasets. lineage: the datasets from whose rows its rows were
    made, nearest first.
    """

    operator: str
    datasets: tuple[str, ...]
    arguments: tuple[tuple[str, Expr], ...]
    lineage: tuple[str, ...]
    span: Span


@record
class Step:
    """One step of a pipeline over whole datasets. address: what its draws go by, its name and how often it came before.

    arguments: by name, in the order written. Several columns are a `MakeRecord`, a dataset is a `WholeDataset`.
    row: what comes out of it.
    """

    operator: str
    arguments: tuple[tuple[str, Expr], ...]
    address: str
    row: RecordType
    span: Span


@record
class Dataset:
    """A dataset with a body. `inherited` are the parent's columns and the `each` item, by name.

    `row` is the type of its rows: inherited columns first, then its own in the order written.
    """

    id: str
    rows: Rows
    inherited: tuple[tuple[str, Type], ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    violations: tuple[Violation, ...]
    row: RecordType
    address: str
    doc: str
    span: Span
    archive: Archive | None = None


@record
class Pipeline:
    """`dataset x = y |> step() ...`: head and steps.

    parents: all datasets it takes rows or values from. lineage: the datasets from whose rows its rows were made,
    nearest first.
    """

    id: str
    parents: tuple[str, ...]
    head: Head
    steps: tuple[Step, ...]
    row: RecordType
    lineage: tuple[str, ...]
    address: str
    doc: str
    span: Span


@record
class SourceCall:
    """How a source is read: reader, constant arguments, steps (`chunk`) with theirs. Paths as written."""

    reader: str
    arguments: tuple[tuple[str, Any], ...]
    steps: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]
    folder: str
    span: Span


@record
class Source:
    """Real rows from a file or a query."""

    id: str
    call: SourceCall
    row: RecordType
    declared: bool
    doc: str
    span: Span


@record
class OutputKey:
    """`key = value` of an output: an expression over the dataset's row."""

    name: str
    value: Expr
    span: Span


@record
class Output:
    """A file or folder to write."""

    path: str
    dataset: str
    format: str
    keys: tuple[OutputKey, ...]
    doc: str
    span: Span
    path_span: Span
    format_span: Span


@record
class Check:
    """One named condition of an `expect` block, with its text as written."""

    name: str
    condition: Expr
    text: str
    span: Span


@record
class Expectation:
    """An `expect` block."""

    dataset: str
    checks: tuple[Check, ...]
    span: Span


@record
class Model:
    """A declared model; `arguments` are its constant settings, an environment variable as `Env`."""

    name: str
    provider: str
    arguments: tuple[tuple[str, Any], ...]
    doc: str
    span: Span


@record
class Param:
    """A parameter with the value it has in this compilation."""

    name: str
    type: Type
    value: Any
    doc: str
    span: Span


@record
class Assertion:
    """`assert condition` of a test, with its text as written. snapshot: whether its value is compared with a kept one.

    calls, rules: what it asks about the row's way, as (function, address of a call or name of a rule, name of the
    local that stands for it).
    """

    condition: Expr
    text: str
    snapshot: bool
    asks: tuple[tuple[str, str, str], ...]
    span: Span


@record
class Scripted:
    """`reply call = value` of a test. address: of the call, name: as written. raw: whether it is the text of an answer,
    to be read like any model's; else `value` is what such an answer says, of the type `answer`."""

    name: str
    address: str
    value: Expr
    raw: bool
    call: Call | Turn
    span: Span


@record
class Trial:
    """A `test` block: one row of a dataset with given values and scripted answers, and what is asserted of it."""

    title: str
    dataset: str
    given: tuple[tuple[str, Expr], ...]
    replies: tuple[Scripted, ...]
    asserts: tuple[Assertion, ...]
    span: Span


@record
class Spec:
    """All of a program that the root file asks for, in the order written."""

    file: str
    doc: str
    params: tuple[Param, ...]
    models: tuple[Model, ...]
    sources: tuple[Source, ...]
    datasets: tuple[Dataset | Pipeline, ...]
    outputs: tuple[Output, ...]
    expectations: tuple[Expectation, ...]
    trials: tuple[Trial, ...] = ()

    def dataset(self, id_: str) -> Dataset | Pipeline | Source:
        """The dataset or source of that id."""
        for found in (*self.datasets, *self.sources):
            if found.id == id_:
                return found
        raise KeyError(id_)
