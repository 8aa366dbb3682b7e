"""The plan: what is to be done, as data. The engine runs it; `plan`, `explain`, `diff` and the cost read it.

Everything here is frozen and goes through `codec.py` to versioned JSON and back; there are no callables. Places in the
spec, for what a run finds, stay behind: they take no part in equality, digest and JSON.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, Literal

from synthdsl.base.record import record
from synthdsl.base.span import NOWHERE, Span
from synthdsl.llm.request import ModelSpec
from synthdsl.model.expr import Expr
from synthdsl.model.work import Call, Chat, Invoke, Iterate
from synthdsl.types.terms import RecordType, Type

PLAN_VERSION = 3

PARENT = "#parent"
"""A column of rows made from rows, kept where `regroup` asks for it: the number of the row that each was made from."""


@record
class Make:
    """Make a column. address: the name its draws go by. validate: test values against `type` (it was declared)."""

    column: str
    expr: Expr
    type: Type
    address: str
    validate: bool


@record
class Condition:
    """A rule's condition under its name."""

    rule: str
    condition: Expr


@record
class Outcome:
    """One joint outcome of a group: the values of its columns, in order, and its probability."""

    values: tuple[Any, ...]
    probability: float


@record
class Limit:
    """What a rule asks of one draw: `draw OPERATOR bound`; the bound reads columns made before the draw only."""

    rule: str
    operator: Literal["lt", "le", "gt", "ge", "eq"]
    bound: Expr


@record
class Window:
    """A column of a group that is drawn from between the bounds that rules give it.

    reach: None where the window is the same however often the row is drawn. Else the window varies with what is drawn
    before: this is the widest it gets where the rules hold, and a draw counts with the share of it that the window has.
    """

    column: str
    limits: tuple[Limit, ...]
    reach: tuple[float, float] | None


@record
class DrawTogether:
    """Draw the columns of a group until all rules hold.

    outcomes: where all that is drawn has few values, the exact conditional distribution: one draw suffices.
    broken: for each rule that is violated on purpose, the distribution in which that rule fails and the rest hold.
    acceptance: the probability that a fresh draw satisfies all rules, when known.
    windows: columns that are drawn from where rules allow them, so that fewer draws are refused.
    """

    columns: tuple[Make, ...]
    rules: tuple[Condition, ...]
    outcomes: tuple[Outcome, ...] | None
    broken: tuple[tuple[str, tuple[Outcome, ...]], ...]
    acceptance: float | None
    windows: tuple[Window, ...] = ()


@record
class Ask:
    """Have models make a column, and, for a loop, the column of its steps beside it."""

    column: str
    work: Call | Iterate | Chat | Invoke
    type: Type
    address: str


@record
class Judge:
    """Judge rows: drop, flag, stop the run at the first that breaks the rule, or ask a model again.

    text: the condition, as models are told it. target: the column that `retry` makes again at most `times` times, or
    that `repair` replaces once by the answer to the call.
    """

    rule: str
    condition: Expr
    action: Literal["drop", "flag", "fail", "retry", "repair"]
    text: str = ""
    target: str | None = None
    times: int = 0
    repair: Call | None = None


Task = Make | DrawTogether | Ask | Judge


@record
class FreshPlan:
    """Rows keyed by their number. batch: how many are tried in a round, where later rounds see the rows accepted in
    earlier ones; None where there are no rounds. span: where the spec says so."""

    count: int
    within: int | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    batch: int | None = None


@record
class DerivedPlan:
    """Rows from rows: `copies` of each parent row, or one per item of `items`, named `each`.

    span: where the spec says so. levels: of a tree, how many; its rows see the row above as the record `parent`, of the
    type `above`.
    """

    parent: str
    inherited: tuple[str, ...]
    copies: int | None
    each: str | None
    items: Expr | None
    within: int | None
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    levels: int | None = None
    above: RecordType | None = None


@record
class ViolationPlan:
    """This share of the rows breaks the rule on purpose."""

    rule: str
    share: float


@record
class ArchivePlan:
    """Of the rows with equal keys the one with the highest score stays, the older one of equals."""

    score: Expr
    keys: tuple[Expr, ...]


@record
class DatasetPlan:
    """How one dataset is made. columns: what of its rows others need, in the order of `row`.

    pool: rules that look at the rows accepted so far, to be judged at the end of each round.
    keep: whether its rows are stored for other datasets (else they stream to the outputs and are gone).
    archive: which of the rows with equal keys stays, where the pool is an archive.
    """

    id: str
    address: str
    rows: FreshPlan | DerivedPlan
    tasks: tuple[Task, ...]
    violations: tuple[ViolationPlan, ...]
    flags: bool
    row: RecordType
    keep: tuple[str, ...] | None
    pool: tuple[Judge, ...] = ()
    archive: ArchivePlan | None = None


@record
class HeadPlan:
    """What a pipeline begins with: the rows of one dataset (`operator` is empty), or of several, joined by a head.

    lineage: the datasets from whose rows its rows were made, nearest first.
    """

    operator: str
    datasets: tuple[str, ...]
    arguments: tuple[tuple[str, Expr], ...]
    lineage: tuple[str, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class StepPlan:
    """One step over a whole table. address: what its draws go by. row: what comes out of it. span: of its name."""

    operator: str
    arguments: tuple[tuple[str, Expr], ...]
    address: str
    row: RecordType
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class PipelinePlan:
    """How a whole dataset is made of others.

    keep: as for `DatasetPlan`.
    """

    id: str
    address: str
    head: HeadPlan
    steps: tuple[StepPlan, ...]
    row: RecordType
    keep: tuple[str, ...] | None


@record
class SourcePlan:
    """How a source is read; paths as written, relative to `folder` in the project folder. span: of the reader."""

    id: str
    reader: str
    arguments: tuple[tuple[str, Any], ...]
    steps: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]
    folder: str
    row: RecordType
    declared: bool
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@record
class OutputPlan:
    """A file or folder to write: format and keys over the rows of a dataset."""

    path: str
    dataset: str
    format: str
    keys: tuple[tuple[str, Expr], ...]
    docs: tuple[tuple[str, str], ...]
    doc: str


@record
class CheckPlan:
    """One expectation on a finished dataset."""

    dataset: str
    name: str
    condition: Expr
    text: str


@record
class Plan:
    """The whole run. order: sources and datasets, each after what it needs."""

    version: int
    file: str
    doc: str
    digest: str
    seed: int
    params: tuple[tuple[str, Any], ...]
    order: tuple[str, ...]
    models: tuple[ModelSpec, ...]
    sources: tuple[SourcePlan, ...]
    datasets: tuple[DatasetPlan, ...]
    pipelines: tuple[PipelinePlan, ...]
    outputs: tuple[OutputPlan, ...]
    checks: tuple[CheckPlan, ...]

    @property
    def rows(self) -> dict[str, RecordType]:
        """The row of each dataset and pipeline, in the order they are made."""
        found = {d.id: d.row for d in self.datasets} | {p.id: p.row for p in self.pipelines}
        return {name: found[name] for name in self.order if name in found}

    def dataset(self, id_: str) -> DatasetPlan:
        """The plan of a dataset. Raises KeyError."""
        for found in self.datasets:
            if found.id == id_:
                return found
        raise KeyError(id_)

    def pipeline(self, id_: str) -> PipelinePlan | None:
        """The plan of a pipeline; None for what is none."""
        return next((p for p in self.pipelines if p.id == id_), None)

    def source(self, id_: str) -> SourcePlan:
        """The plan of a source. Raises KeyError."""
        for found in self.sources:
            if found.id == id_:
                return found
        raise KeyError(id_)
