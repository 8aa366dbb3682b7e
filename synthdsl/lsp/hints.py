"""What an editor shows between the lines: types that were not written, and the calls of columns that models make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from synthdsl.base.span import Span
from synthdsl.lsp.analysis import Analysis
from synthdsl.lsp.samples import small
from synthdsl.model.spec import Dataset
from synthdsl.plan.steps import FreshPlan
from synthdsl.syntax import ast
from synthdsl.types.show import spell
from synthdsl.types.terms import UnknownType

WIDE = 60
MOST_ROWS = 5_000
"""Calls of more fresh rows are not counted for an editor."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A text to be shown after an offset. is_type: else it tells of calls."""

    offset: int
    text: str
    is_type: bool


def type_hints(analysis: Analysis) -> Iterator[Hint]:
    """The inferred type of each `var` whose type is not written."""
    spec, module = analysis.compiled.spec, analysis.module
    if spec is None or module is None:
        return
    types = {(d.id, c.name): c.type for d in spec.datasets if isinstance(d, Dataset) for c in d.columns}
    for item in (i for i in module.items if isinstance(i, ast.DatasetDecl)):
        for statement in item.body:
            if isinstance(statement, ast.Var) and statement.type is None:
                type_ = types.get((item.name.text, statement.name.text))
                if type_ is not None and not isinstance(type_, UnknownType):
                    shown = spell(type_)
                    shown = shown if len(shown) <= WIDE else shown[: WIDE - 1] + "…"
                    yield Hint(statement.name.span.end, f": {shown}", True)


Calls = dict[str, str]
"""By `dataset.column`, the calls that a run would make, in a few words."""


def count_calls(analysis: Analysis) -> Calls:
    """The calls and cost of each column, counted as `synthc plan` does; nothing where counting would take long."""
    from synthdsl.engine.failing import RunError
    from synthdsl.llm.prices import price_of
    from synthdsl.llm.store_problems import StoreError
    from synthdsl.pipeline import surveyed
    from synthdsl.sources.contract import SourceError

    compiled = analysis.compiled
    plan = compiled.plan
    if plan is None or not compiled.ok or not plan.models or not small(plan, compiled.root):
        return {}
    if sum(d.rows.count for d in plan.datasets if isinstance(d.rows, FreshPlan)) > MOST_ROWS:
        return {}
    try:
        asked = surveyed(compiled)
    except (RunError, SourceError, StoreError):
        return {}
    models = {m.alias: m for m in plan.models}
    found: Calls = {}
    for one in asked:
        open_ = one.more is None or one.more > 0
        most = one.calls + (one.more or 0)
        text = f"{'up to ' if open_ else ''}{most:,} call{'' if most == 1 else 's'}"
        if one.more is None:
            text = f"{one.calls:,} calls and more"
        if one.stored:
            text += f", {one.stored:,} stored"
        price = price_of(models[one.model]) if one.model in models else None
        if price is not None and one.calls:
            text += f", about {price.cost(one.usage()[0]):.2g}"
        found[one.column] = f"{found[one.column]}; {text}" if one.column in found else text
    return found


def call_hints(analysis: Analysis, calls: Calls) -> Iterator[Hint]:
    """What is known of the calls of each column, behind its name."""
    module = analysis.module
    for item in (i for i in (module.items if module is not None else ()) if isinstance(i, ast.DatasetDecl)):
        for statement in item.body:
            if isinstance(statement, ast.Llm | ast.Chat | ast.Iterate):
                text = calls.get(f"{item.name.text}.{statement.name.text}")
                if text is not None:
                    end = _end_of_head(analysis, statement)
                    yield Hint(end, f"  {text}", False)


def _end_of_head(analysis: Analysis, statement: ast.Llm | ast.Chat | ast.Iterate) -> int:
    """The end of the statement's first line."""
    text = analysis.source.text
    end = text.find("\n", statement.span.start)
    return len(text) if end < 0 else end - (text[end - 1] == "\r")


def lenses(analysis: Analysis) -> Iterator[tuple[Span, str]]:
    """The datasets whose rows can be looked at, at their names."""
    module = analysis.module
    for item in module.items if module is not None else ():
        if isinstance(item, ast.DatasetDecl | ast.PipelineDecl):
            yield item.name.span, item.name.text
