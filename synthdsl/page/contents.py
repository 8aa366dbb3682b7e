"""What a person wants to know of a spec, put in order: what it is for, what comes out, how each column is made.

In: a compiled spec with what its plan says of rows, calls and their cost, and a few rows, where there are any. Out: a
`Page`. Nothing is decided here; statements are shown as they are written.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthdsl.base.span import Span
from synthdsl.export.table import export_format
from synthdsl.graph.draw_mermaid import draw_mermaid
from synthdsl.graph.draw_svg import draw_svg
from synthdsl.graph.picture import picture_of
from synthdsl.llm.request import Env
from synthdsl.model.spec import Column, Dataset, DerivedRows, FreshRows, Model, Pipeline, Source
from synthdsl.page.blocks import Block, Code, Drawing, Heading, Page, Paragraph, Table
from synthdsl.pipeline import Compiled
from synthdsl.plan.show import show_value
from synthdsl.types.show import show

LONGEST_VALUE = 120
"""Characters of a sample value that are shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the plan says. amounts: rows of each dataset in words. calls: the table of calls, header first.

    total: the sum of calls in words. samples: for some datasets their first rows.
    """

    amounts: Mapping[str, str]
    calls: Sequence[tuple[str, ...]]
    total: str
    samples: Mapping[str, Sequence[Mapping[str, Any]]]


def page_of(compiled: Compiled, told: Told) -> Page:
    """The page. compiled: with a plan, so without errors."""
    assert compiled.spec is not None and compiled.plan is not None
    title = compiled.path.stem if compiled.path.stem != "main" else compiled.path.resolve().parent.name
    spec = compiled.spec
    doc = spec.doc.strip()
    summary = doc.split("\n", 1)[0] or f"What {title} makes, and how."
    return Page(title, summary, tuple(_blocks(compiled, told, title, doc)))


def _blocks(compiled: Compiled, told: Told, title: str, doc: str) -> Iterator[Block]:
    assert compiled.spec is not None and compiled.plan is not None and compiled.graph is not None
    spec, plan = compiled.spec, compiled.plan
    yield Heading(1, title, "top")
    if doc:
        yield Paragraph(doc)
    yield from _outputs(compiled, told)
    picture = picture_of(spec, compiled.graph, None)
    yield Heading(2, "What depends on what", "graph")
    yield Drawing(draw_svg(picture), draw_mermaid(picture))
    if spec.params:
        yield Heading(2, "Params", "params")
        rows = tuple((p.name, show(p.type), show_value(p.value), _line(p.doc)) for p in spec.params)
        yield _table(("param", "type", "value here", "what it is"), rows, (0, 1, 2))
    yield from _models(compiled, told)
    if spec.sources:
        yield Heading(2, "Sources", "sources")
        for source in spec.sources:
            yield from _source(source)
    yield Heading(2, "Datasets", "datasets")
    for dataset in spec.datasets:
        yield from _dataset(compiled, dataset, told)
    if spec.expectations:
        yield Heading(2, "Expectations", "expectations")
        checks = tuple((e.dataset, c.name, c.text) for e in spec.expectations for c in e.checks)
        yield _table(("dataset", "name", "has to hold"), checks, (0, 1, 2))
    yield Heading(2, "Made from", "provenance")
    facts = (
        ("spec", plan.file),
        ("seed", str(plan.seed)),
        ("plan", plan.digest[:16]),
        ("files", ", ".join(sorted(compiled.texts))),
    )
    yield _table(("what", "value"), facts, (1,))


def _outputs(compiled: Compiled, told: Told) -> Iterator[Block]:
    assert compiled.spec is not None
    outputs = compiled.spec.outputs
    if not outputs:
        return
    yield Heading(2, "What comes out", "outputs")
    rows = tuple(
        (o.path, o.dataset, told.amounts.get(o.dataset, ""), o.format, export_format(o.format).read_by) for o in outputs
    )
    yield _table(("file", "dataset", "rows", "format", "read by"), rows, (0, 1, 3))
    for output in outputs:
        if output.doc.strip():
            yield Paragraph(f"{output.path}: {output.doc.strip()}")


def _models(compiled: Compiled, told: Told) -> Iterator[Block]:
    assert compiled.spec is not None
    models = compiled.spec.models
    if not models:
        return
    yield Heading(2, "Models and what they cost", "models")
    yield _table(("model", "provider", "settings", "what it is for"), tuple(map(_model, models)), (0, 1, 2))
    if len(told.calls) > 1:
        yield Table(told.calls[0], tuple(told.calls[1:]), (0, 1))
    if told.total:
        yield Paragraph(told.total)


def _model(model: Model) -> tuple[str, ...]:
    shown = [f"{n}={_setting(v)}" for n, v in model.arguments]
    return model.name, model.provider, ", ".join(shown), _line(model.doc)


def _setting(value: Any) -> str:
    return f'env("{value.variable}")' if isinstance(value, Env) else show_value(value)


def _source(source: Source) -> Iterator[Block]:
    yield Heading(3, source.id, f"dataset-{source.id}")
    place = dict(source.call.arguments)
    steps = "".join(f", then {name}" for name, _ in source.call.steps)
    where = place.get("path", place.get("name", ""))
    yield Paragraph(f"Real rows, read by {source.call.reader} from {where}{steps}.")
    if source.doc.strip():
        yield Paragraph(source.doc.strip())
    rows = tuple((f.name, show(f.type), _line(f.doc)) for f in source.row.fields)
    yield _table(("column", "type", "what it is"), rows, (0, 1))


def _dataset(compiled: Compiled, dataset: Dataset | Pipeline, told: Told) -> Iterator[Block]:
    yield Heading(3, dataset.id, f"dataset-{dataset.id}")
    derived = isinstance(dataset, Dataset) and isinstance(dataset.rows, DerivedRows)
    facts = ("" if derived else told.amounts.get(dataset.id, ""), _origin(dataset))
    yield Paragraph(". ".join(part[:1].upper() + part[1:] for part in facts if part) + ".")
    if dataset.doc.strip():
        yield Paragraph(dataset.doc.strip())
    if isinstance(dataset, Pipeline):
        yield Code(_written(compiled, dataset.span))
        rows = tuple((f.name, show(f.type), _line(f.doc)) for f in dataset.row.fields)
        yield _table(("column", "type", "what it is"), rows, (0, 1))
    else:
        docs = {f.name: f.doc for f in dataset.row.fields}
        made = tuple((c.name, c.kind, show(c.type), _line(c.doc)) for c in dataset.columns)
        inherited = tuple((n, "above", show(t), _line(docs.get(n, ""))) for n, t in dataset.inherited)
        yield _table(("column", "made by", "type", "what it is"), (*inherited, *made), (0, 1, 2))
        for column in dataset.columns:
            if column.is_paid and column.kind != "steps":
                yield from _paid(compiled, column)
        if dataset.rules:
            rules = tuple((r.name, *_rule(compiled, r.span), _line(r.doc)) for r in dataset.rules)
            yield _table(("rule", "holds where", "else", "what it is for"), rules, (0, 1, 2))
    rows_shown = told.samples.get(dataset.id, ())
    if rows_shown:
        names = tuple(rows_shown[0])
        yield Paragraph("The first rows:")
        yield _table(names, tuple(tuple(_sample(row[n]) for n in names) for row in rows_shown), ())


def _origin(dataset: Dataset | Pipeline) -> str:
    if isinstance(dataset, Pipeline):
        return f"made of {' and '.join(dataset.head.datasets)}"
    match dataset.rows:
        case FreshRows(growth=None):
            return "fresh rows"
        case FreshRows(growth=growth):
            assert growth is not None
            return f"a pool that grows from {growth.seeds}, {growth.batch:,} candidates a round"
        case DerivedRows(parent, copies, each, levels=levels):
            if levels is not None:
                return f"a tree of {levels} levels over {parent}, one row for each {each}"
            many = "one row" if copies is None or copies == 1 else f"{copies:,} rows"
            return f"{many} for each {each or 'row'} of {parent}"


def _paid(compiled: Compiled, column: Column) -> Iterator[Block]:
    yield Paragraph(f"How {column.name} is written:")
    yield Code(_written(compiled, column.span))


def _rule(compiled: Compiled, span: Span) -> tuple[str, str]:
    """The condition as it is written, and what happens else. A conditional in a condition stands in parentheses."""
    condition = " ".join(_written(compiled, span).split()).partition(":")[2].strip()
    depth = 0
    for at, letter in enumerate(condition):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0 and condition.startswith(" else ", at):
            return condition[:at], condition[at + len(" else ") :]
    return condition, "drawn again"


def _written(compiled: Compiled, span: Span) -> str:
    """The statement in its own words, at the left margin."""
    source = compiled.texts.get(span.file)
    if source is None:
        return ""
    begin = source.text.rfind("\n", 0, span.start) + 1
    margin = source.text[begin : span.start]
    text = source.text[span.start : span.end]
    return textwrap.dedent(margin + text) if not margin.strip() else text


def _line(doc: str) -> str:
    return " ".join(doc.split())


def _sample(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else show_value(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1].rstrip() + "…"


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...], code: tuple[int, ...]) -> Table:
    """A table without the columns in which nothing stands."""
    kept = [i for i in range(len(header)) if not rows or any(row[i] for row in rows)]
    return Table(
        tuple(header[i] for i in kept),
        tuple(tuple(row[i] for i in kept) for row in rows),
        tuple(at for at, i in enumerate(kept) if i in code),
    )
