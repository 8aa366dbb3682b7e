"""What a drawing of a spec shows, before it is text, mermaid, dot or svg: blocks, columns, rules, and needs.

In: a resolved `Spec` and its `DependencyGraph`. Out: a `Picture` of plain texts, in dependency order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from synthdsl.graph.link import DatasetGraph, DependencyGraph, columns_in, ordered
from synthdsl.model.expr import Expr, WholeColumn, WholeDataset
from synthdsl.model.spec import Column, Dataset, DerivedRows, FreshRows, Output, Pipeline, Rule, Source, Spec
from synthdsl.model.walk import walk
from synthdsl.types.show import show
from synthdsl.types.terms import RecordType

VertexKind = Literal["var", "template", "llm", "chat", "iterate", "steps", "each", "rule", "column", "key"]
BlockKind = Literal["source", "dataset", "pipeline", "output"]


@dataclass(frozen=True, slots=True)
class Vertex:
    """A column, an `each` item, a rule or an output's key.

    id: `block.name`, with `rule ` before a rule's name, which may be a column's too. detail: its type, or what a rule
    does. mark: the letter of its group, empty outside of groups. needs: ids of vertices, or of blocks used whole.
    """

    id: str
    name: str
    kind: VertexKind
    detail: str
    mark: str = ""
    needs: tuple[str, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Together:
    """Columns that rules join: drawn again together until all of them hold."""

    mark: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A source, a dataset, a pipeline or an output.

    title: how it is called. headline: where its rows come from. hidden: columns that nothing reads and that are left
    out. parents: the blocks it takes rows or values from.
    """

    id: str
    kind: BlockKind
    title: str
    headline: str
    vertices: tuple[Vertex, ...]
    groups: tuple[Together, ...] = ()
    hidden: int = 0
    parents: tuple[str, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """All blocks, each after its parents."""

    title: str
    doc: str
    blocks: tuple[Block, ...]

    def block_of(self) -> dict[str, str]:
        """The block of each vertex; a block's own id stands for itself."""
        known = {v.id: b.id for b in self.blocks for v in b.vertices}
        known.update({b.id: b.id for b in self.blocks})
        return known


def picture_of(spec: Spec, graph: DependencyGraph, only: str | None = None) -> Picture:
    """The picture of a spec, or of one dataset with what it takes directly. Raises KeyError for no such dataset."""
    found = {d.id: d for d in (*spec.sources, *spec.datasets)}
    if only is not None and only not in found:
        raise KeyError(only)
    blocks: list[Block] = []
    for name in graph.order:
        item = found[name]
        if isinstance(item, Dataset):
            blocks.append(_dataset(item, graph.datasets[name], graph.parents[name], found))
        else:
            blocks.append(_plain(item, graph.parents[name]))
    blocks.extend(_output(o, found) for o in spec.outputs)
    if only is not None:
        parents = graph.parents[only]
        blocks = [b for b in blocks if b.id == only or b.id in parents or (b.kind == "output" and b.parents == (only,))]
        shown = {only, *parents}
        blocks = [replace(b, parents=tuple(p for p in b.parents if p in shown)) if b.id != only else b for b in blocks]
        blocks = [b if b.id not in parents else _only_columns(b) for b in blocks]
    return Picture(spec.file, spec.doc, _without_unread(blocks))


Found = dict[str, Source | Dataset | Pipeline]


def _dataset(item: Dataset, graph: DatasetGraph, parents: tuple[str, ...], found: Found) -> Block:
    columns = {c.name: c for c in item.columns}
    marks = {
        name: _letter(i) for i, group in enumerate(graph.groups) for name in (*group.columns, *_rules(group.rules))
    }
    vertices: list[Vertex] = []
    if isinstance(item.rows, DerivedRows) and item.rows.each is not None and item.rows.items is not None:
        each_type = "" if item.rows.each_type is None else show(item.rows.each_type)
        needs = _resolved(columns_in(item.rows.items), found[item.rows.parent], found)
        each = item.rows.each
        vertices.append(Vertex(f"{item.id}.{each}", each, "each", each_type, needs=(*needs, *_whole(item.rows.items))))
    # In the order written, as far as needs allow.
    for name in ordered({c.name: c.reads for c in item.columns}):
        column = columns[name]
        # What a pool's columns read of the pool itself was made in earlier rounds: an edge would close a circle.
        whole = [n for e in column.expressions for n in _whole(e) if n.partition(".")[0] != item.id]
        needs = (*_resolved(column.reads, item, found), *whole)
        vertices.append(_column(item, column, marks.get(name, ""), needs))
    vertices.extend(_rule(item, r, marks.get(f"rule {r.name}", ""), found) for r in item.rules)
    groups = tuple(Together(_letter(i), g.rules) for i, g in enumerate(graph.groups))
    return Block(item.id, "dataset", item.id, _rows(item), tuple(vertices), groups, 0, parents, item.doc)


def _rules(names: Iterable[str]) -> list[str]:
    return [f"rule {n}" for n in names]


def _column(item: Dataset, column: Column, mark: str, needs: tuple[str, ...]) -> Vertex:
    return Vertex(
        f"{item.id}.{column.name}",
        column.name,
        column.kind,
        show(column.type),
        mark,
        tuple(dict.fromkeys(needs)),
        column.doc,
    )


def _rule(item: Dataset, rule: Rule, mark: str, found: Found) -> Vertex:
    needs = (*_resolved(columns_in(rule.condition), item, found), *_whole(rule.condition))
    does = "drawn again" if rule.action == "redraw" else f"else {rule.action}"
    return Vertex(f"{item.id}.rule {rule.name}", rule.name, "rule", does, mark, tuple(dict.fromkeys(needs)), rule.doc)


def _plain(item: Source | Dataset | Pipeline, parents: tuple[str, ...]) -> Block:
    kind: BlockKind = "source" if isinstance(item, Source) else "pipeline"
    return Block(item.id, kind, item.id, _rows(item), _fields(item.id, item.row), (), 0, parents, item.doc)


def _fields(block: str, row: RecordType) -> tuple[Vertex, ...]:
    return tuple(Vertex(f"{block}.{f.name}", f.name, "column", show(f.type), doc=f.doc) for f in row.fields)


def _output(output: Output, found: Found) -> Block:
    place = f"output {output.path}"
    keys = tuple(
        Vertex(
            f"{place}.{key.name}",
            key.name,
            "key",
            show(key.value.type),
            needs=_resolved(columns_in(key.value), found[output.dataset], found),
        )
        for key in output.keys
    )
    return Block(place, "output", output.path, output.format, keys, (), 0, (output.dataset,), output.doc)


def _rows(item: Source | Dataset | Pipeline) -> str:
    """Where rows come from, in a few words."""
    if isinstance(item, Source):
        path = dict(item.call.arguments).get("path", dict(item.call.arguments).get("name", ""))
        return f"{item.call.reader} {path}".rstrip()
    if isinstance(item, Pipeline):
        head = ", ".join(item.head.datasets)
        first = f"{item.head.operator}({head})" if item.head.operator else head
        return " |> ".join([first, *(s.operator for s in item.steps)])
    rows = item.rows
    tried = "" if rows.within is None else f" accepted within {rows.within:,}"
    if isinstance(rows, FreshRows):
        grows = "" if rows.growth is None else f", grows from {rows.growth.seeds} by {rows.growth.batch:,}"
        return f"{rows.count:,} rows{tried}{grows}"
    if rows.levels is not None:
        return f"a tree of {rows.levels} levels over {rows.parent}, one for each {rows.each}"
    if rows.each is not None:
        return f"one for each {rows.each} of {rows.parent}"
    return f"{'one' if rows.copies is None else f'{rows.copies:,}'} per row of {rows.parent}{tried}"


def _whole(expr: Expr | None) -> tuple[str, ...]:
    """Columns and datasets that an expression uses as a whole."""
    found: dict[str, None] = {}
    for node in () if expr is None else walk(expr):
        if isinstance(node, WholeColumn):
            found[f"{node.dataset}.{node.column}"] = None
        elif isinstance(node, WholeDataset):
            found[node.dataset] = None
    return tuple(found)


def _resolved(names: Iterable[str], item: Source | Dataset | Pipeline, found: Found) -> tuple[str, ...]:
    """The vertices that these names of the dataset's row stand for: inherited ones where they were made."""
    vertices = [_made(name, item, found) for name in names]
    return tuple(dict.fromkeys(v for v in vertices if v))


def _made(name: str, item: Source | Dataset | Pipeline, found: Found) -> str:
    while isinstance(item, Dataset):
        if any(c.name == name for c in item.columns) or not isinstance(item.rows, DerivedRows):
            break
        if name in (item.rows.each, "flags", "violated"):
            break
        item = found[item.rows.parent]
    if isinstance(item, Dataset) and name.endswith("_steps") and any(c.name == name[:-6] for c in item.columns):
        # What an `iterate` leaves beside its last value.
        name = name[:-6]
    known = {c.name for c in item.columns} if isinstance(item, Dataset) else {f.name for f in item.row.fields}
    each = item.rows.each if isinstance(item, Dataset) and isinstance(item.rows, DerivedRows) else None
    return f"{item.id}.{name}" if name in known or name == each else ""


def _letter(number: int) -> str:
    """a, b, ... z, aa, ab, ..."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text


def _only_columns(block: Block) -> Block:
    """A parent beside the dataset that is shown alone: what it is made of is not told."""
    return replace(block, vertices=tuple(replace(v, needs=(), mark="") for v in block.vertices), groups=(), hidden=0)


def _without_unread(blocks: list[Block]) -> tuple[Block, ...]:
    """Columns of sources and pipelines that nothing reads are counted, not shown."""
    read = {need for b in blocks for v in b.vertices for need in v.needs}
    kept: list[Block] = []
    for block in blocks:
        if block.kind in ("source", "pipeline"):
            shown = tuple(v for v in block.vertices if v.id in read)
            block = replace(block, vertices=shown, hidden=len(block.vertices) - len(shown))
        kept.append(block)
    return tuple(kept)
