"""A compiled spec as rules look at it: its calls with their models and settings, its columns, its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from synthdsl.base.span import Span
from synthdsl.llm.request import Env
from synthdsl.model.expr import ColumnRef, Expr, LocalRef, ModelName, Value, WholeColumn, WholeDataset
from synthdsl.model.spec import Column, Dataset, Model, Pipeline, Source, Spec
from synthdsl.model.walk import walk
from synthdsl.model.work import Call, calls_in
from synthdsl.pipeline import Compiled
from synthdsl.types.terms import RecordType, StrType, Type


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of a column of the file, written there and not in a recipe that it invokes."""

    dataset: Dataset
    column: Column
    call: Call

    @property
    def is_verdict(self) -> bool:
        """Whether the answer is a judgement: typed, with a number, a truth value or a choice in it."""
        return bool(_verdicts(self.base))

    @property
    def base(self) -> Type:
        """The type of the answer itself."""
        return self.call.answer if self.call.extras is None else self.call.extras.base


def _verdicts(type_: Type) -> bool:
    from synthdsl.types.terms import BoolType, FloatType, IntType, LiteralType

    if isinstance(type_, RecordType):
        return any(isinstance(f.type, BoolType | FloatType | IntType | LiteralType) for f in type_.fields)
    return isinstance(type_, BoolType | FloatType | IntType)


@dataclass(slots=True)
class Subject:
    """compiled: without errors."""

    compiled: Compiled
    calls: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        for dataset in self.datasets:
            for column in dataset.columns:
                for call in () if column.work is None else calls_in(column.work):
                    if isinstance(call, Call) and call.model.span.file == self.file:
                        self.calls.append(Asked(dataset, column, call))

    @property
    def spec(self) -> Spec:
        """What the file means."""
        assert self.compiled.spec is not None
        return self.compiled.spec

    @property
    def file(self) -> str:
        """The name that the file is shown under."""
        return self.spec.file

    @property
    def text(self) -> str:
        """The file."""
        return self.compiled.texts[self.file].text

    @property
    def datasets(self) -> list[Dataset]:
        """The datasets with a body that stand in the file."""
        return [d for d in self.spec.datasets if isinstance(d, Dataset) and d.span.file == self.file]

    @property
    def pipelines(self) -> list[Pipeline]:
        """The pipelines that stand in the file."""
        return [d for d in self.spec.datasets if isinstance(d, Pipeline) and d.span.file == self.file]

    @property
    def models(self) -> list[Model]:
        """The models that stand in the file."""
        return [m for m in self.spec.models if m.span.file == self.file]

    def written(self, span: Span) -> str:
        """The text at a place of the file."""
        return self.text[span.start : span.end] if span.file == self.file else ""

    def models_of(self, call: Call) -> list[Model]:
        """The models that a call names."""
        names = {n.value.name for n in walk(call.model) if isinstance(n, Value) and isinstance(n.value, ModelName)}
        return [m for m in self.spec.models if m.name in names]

    def setting(self, call: Call, name: str) -> list[Any]:
        """The values that a setting has in a call, for each of its models; None where it is not given."""
        own = dict(call.settings)
        if name in own:
            return [own[name]]
        return [dict(m.arguments).get(name) for m in self.models_of(call)]

    def source_of(self, dataset: Dataset, name: str) -> Source | None:
        """The source that a column is taken over from."""
        parents = {d.id: d for d in (*self.spec.datasets, *self.spec.sources)}
        at: Any = dataset
        while isinstance(at, Dataset) and all(c.name != name for c in at.columns):
            at = parents.get(getattr(at.rows, "parent", ""))
        while isinstance(at, Pipeline):
            at = parents.get(at.head.datasets[0]) if at.head.datasets else None
        return at if isinstance(at, Source) and at.row.field(name) is not None else None


def columns_of(expr: Expr) -> set[str]:
    """The row's columns in an expression."""
    return {n.column for n in walk(expr) if isinstance(n, ColumnRef)}


def varies(expr: Expr) -> bool:
    """Whether an expression depends on the row, or on what else is not the same for all."""
    for node in walk(expr):
        if (
            isinstance(node, ColumnRef | LocalRef | WholeColumn | WholeDataset)
            or getattr(node, "slot", None) is not None
        ):
            return True
    return False


def plain(value: Any) -> Any:
    """A setting as it is written; None for what the environment says."""
    return None if isinstance(value, Env) else value


def is_text(type_: Type) -> bool:
    """Whether an answer is text."""
    return isinstance(type_, StrType)


def prompts_written(subject: Subject, asked: Asked) -> Iterator[tuple[Span, str]]:
    """The prompts of a call as they stand in the file."""
    for prompt in asked.call.prompts:
        if prompt.text.span.file == subject.file:
            yield prompt.text.span, subject.written(prompt.text.span)
