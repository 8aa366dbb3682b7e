"""Runs pipelines: whole tables through steps, rows read where they stand and written once at the end.

In: a `PipelinePlan` and finished tables. Out: the rows as a view, and what each step did. Steps choose rows by number;
expressions over rows are evaluated batch by batch when a step asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Span
from synthdsl.dataset.address import Draw, stream
from synthdsl.dataset.batch import Batch
from synthdsl.dataset.vector import Vector
from synthdsl.dataset.views import Beside, Computed, Rows, Selected
from synthdsl.dataset.views_of_many import Stacked
from synthdsl.engine.evaluate import conform
from synthdsl.engine.failing import RunError, evaluated
from synthdsl.engine.frame import Frame, World
from synthdsl.engine.grouped import grouped
from synthdsl.engine.work import BATCH_ROWS
from synthdsl.model.expr import Expr, MakeRecord, Value, WholeColumn, WholeDataset
from synthdsl.model.walk import free_columns
from synthdsl.ops.steps.contract import Chosen, Dropped, Formed, Mapped, StepOperator
from synthdsl.ops.steps.table import step as step_of
from synthdsl.plan.steps import PARENT, PipelinePlan, StepPlan
from synthdsl.types.terms import RecordType

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(slots=True)
class StepReport:
    """What one step did: rows that went in and came out, and why rows went."""

    step: str
    before: int
    after: int
    dropped: tuple[Dropped, ...] = ()


@dataclass(slots=True, eq=False)
class Given:
    """What a step sees (satisfies `StepInput`)."""

    world: World
    pipeline: str
    operator: StepOperator
    table: Rows
    arguments: Mapping[str, Expr]
    address: str
    scratch: Path
    span: Span
    tables: Sequence[tuple[str, Rows]] = ()
    lineage: tuple[str, ...] = ()
    _parts: dict[str, Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, expr in self.arguments.items():
            if isinstance(expr, MakeRecord):
                self._parts.update({f"{name}.{i}": part for i, (_, part) in enumerate(expr.entries)})

    @property
    def name(self) -> str:
        return self.operator.name

    @property
    def rows(self) -> int:
        return self.table.rows

    def has(self, name: str) -> bool:
        return name in self.arguments

    def names(self) -> Sequence[str]:
        return list(self.arguments)

    def constant(self, name: str) -> Any:
        expr = self.arguments.get(name)
        if isinstance(expr, Value):
            return expr.value
        parameter = self.operator.parameter(name)
        return None if parameter is None else parameter.default

    def values(self, name: str) -> Iterator[tuple[int, Vector]]:
        expr = self._parts.get(name) or self.arguments[name]
        subject = f"'{self.operator.name}' of '{self.pipeline}'"
        for batch in self.table.batches(BATCH_ROWS, free_columns(expr)):
            yield batch.n, conform(evaluated(subject, expr, self.frame(batch)), expr.type)

    def values_at(self, name: str, rows: NDArray[Any]) -> Vector:
        expr = self._parts.get(name) or self.arguments[name]
        columns = {n: self.table.gather(n, rows) for n in free_columns(expr)}
        batch = Batch(len(rows), 0, self.table.gather_keys(rows), columns)
        subject = f"'{self.operator.name}' of '{self.pipeline}'"
        return conform(evaluated(subject, expr, self.frame(batch)), expr.type)

    def frame(self, batch: Batch) -> Frame:
        """The rows of a batch, to evaluate expressions over."""
        return Frame(self.world, self.pipeline, batch.n, batch.keys, None, dict(batch.columns))

    def parts(self, name: str) -> Sequence[str]:
        expr = self.arguments[name]
        assert isinstance(expr, MakeRecord)
        return [n for n, _ in expr.entries if n is not None]

    def other(self, name: str) -> tuple[Rows, str]:
        expr = self.arguments[name]
        assert isinstance(expr, WholeDataset | WholeColumn)
        table: Any = self.world.tables[expr.dataset]
        return table, expr.column if isinstance(expr, WholeColumn) else ""

    def target(self, name: str) -> str:
        expr = self.arguments[name]
        assert isinstance(expr, WholeDataset | WholeColumn)
        return expr.dataset

    def draw(self, slot: int = 0) -> Draw:
        place = stream(self.world.seed, self.pipeline, self.address, slot)
        return Draw(place, self.table.keys())

    def draw_of(self, keys: NDArray[Any] | None) -> Draw:
        draw = self.draw()
        return draw if keys is None else Draw(draw.stream, keys)

    def draw_for(self, table: Rows, slot: int) -> Draw:
        return Draw(stream(self.world.seed, self.pipeline, self.address, slot), table.keys())

    def grouped(self, name: str, order: NDArray[Any], starts: NDArray[Any]) -> Vector:
        return grouped(self, name, self.arguments[name], order, starts)

    def no_value(self, message: str, argument: str = "", code: str = "E0801", note: str = "") -> Exception:
        expr = self.arguments.get(argument)
        span = self.span if expr is None else expr.span
        return RunError(Diagnostic(code, message, span, (note,) if note else ()))

    def ancestors(self, target: str) -> tuple[Rows, NDArray[Any]]:
        """The table of a dataset that the rows descend from, and for each row the number of its ancestor in it."""
        import numpy as np

        from synthdsl.dataset.vector import to_array

        numbers: Any = np.arange(self.rows, dtype=np.int64)
        table: Rows = self.table
        for name in self.lineage:
            numbers = to_array(table.gather(PARENT, numbers), len(numbers)).astype(np.int64)
            above: Any = self.world.tables[name]
            table = above
            if name == target:
                break
        return table, numbers


def run_steps(plan: PipelinePlan, world: World, folder: Path) -> tuple[Rows, list[StepReport]]:
    """The rows of a pipeline. Raises `RunError`. folder: for temporary files, which the caller deletes."""
    reports: list[StepReport] = []
    tables: list[tuple[str, Rows]] = [(name, _table(world, name)) for name in plan.head.datasets]
    view: Rows = tables[0][1]
    if plan.head.operator:
        operator = step_of(plan.head.operator)
        arguments = dict(plan.head.arguments)
        given = Given(
            world, plan.address, operator, view, arguments, f"|> {operator.name}", folder, plan.head.span, tables
        )
        view, dropped = _come(given, view)
        before = sum(t.rows for _, t in tables)
        reports.append(StepReport(operator.name, before, view.rows, dropped))
        view = _adapted(view, tables, plan.steps[0].row if plan.steps else plan.row, operator)
    descent = list(plan.head.lineage)
    for number, step in enumerate(plan.steps):
        operator = step_of(step.operator)
        given = Given(
            world, plan.address, operator, view, dict(step.arguments), step.address, folder / str(number), step.span,
            (), tuple(descent),
        )  # fmt: skip
        before = view.rows
        view, dropped = _come(given, view)
        reports.append(StepReport(step.operator, before, view.rows, dropped))
        descent = _descent(descent, step, operator)
    return view, reports


def _descent(descent: list[str], step: StepPlan, operator: StepOperator) -> list[str]:
    if step.operator == "regroup" and descent:
        target = next((e.dataset for n, e in step.arguments if n == "to" and isinstance(e, WholeDataset)), descent[0])
        return descent[descent.index(target) + 1 :]
    return descent if operator.lineage else []


def _table(world: World, name: str) -> Rows:
    found: Any = world.tables[name]
    return found


def _come(given: Given, view: Rows) -> tuple[Rows, tuple[Dropped, ...]]:
    """The rows after a step."""
    work = given.operator.work
    assert work is not None
    given.scratch.mkdir(parents=True, exist_ok=True)
    came = work(given)
    match came:
        case Chosen(index, columns, dropped):
            chosen: Rows = view if _is_all(index, view.rows) else Selected(view, index)
            return (Beside(chosen, columns) if columns else chosen), dropped
        case Formed(table, dropped):
            return table, dropped
        case Mapped():
            return _mapped(given, view), ()


def _is_all(index: NDArray[Any], rows: int) -> bool:
    import numpy as np

    return len(index) == rows and bool((index == np.arange(rows)).all())


def _mapped(given: Given, view: Rows) -> Rows:
    """The arguments as columns, computed when they are read."""
    exprs = given.arguments
    needs = tuple(dict.fromkeys(n for e in exprs.values() for n in free_columns(e)))

    def compute(batch: Batch, names: Sequence[str]) -> dict[str, Vector]:
        frame = given.frame(batch)
        return {n: conform(evaluated(f"'{given.pipeline}.{n}'", exprs[n], frame), exprs[n].type) for n in names}

    return Computed(view, tuple(exprs), needs, compute, [n for n in view.names if n.startswith("#")])


def _adapted(view: Rows, tables: Sequence[tuple[str, Rows]], row: RecordType, operator: StepOperator) -> Rows:
    """Numbers in the form of the joined type, where tables differ in it."""
    base = view.base if isinstance(view, Beside) else view
    if isinstance(base, Stacked):
        types = {f.name: f.type for f in row.fields}
        base.adapt = lambda name, vector: conform(vector, types[name]) if name in types else vector
    return view
