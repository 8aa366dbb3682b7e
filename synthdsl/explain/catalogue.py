"""Everything that has a name in the language, with its documentation: one list for `synthc docs` and `explain`.

In: the tables of operators, formats, readers and steps, and the shipped library. Out: `Entry`s, as plain texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["function", "sampler", "aggregate", "format", "reader", "step", "module"]

FAMILIES = {
    "choice": "Choice",
    "numbers": "Numbers",
    "identity": "Identity",
    "time": "Time",
    "people": "People",
    "text": "Text",
    "lists": "Lists and records",
    "dataset": "Over a dataset",
    "reader": "Readers of sources",
    "step": "Steps of sources",
    "pipeline": "Steps of pipelines",
    "format": "Output formats",
    "module": "Shipped library",
}
"""Sections, in the order of the reference."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name. signatures: how it is written. doc: Markdown; its first sentence is the summary.

    examples: an expression with its value as text, empty where it is drawn. source: where its method comes from.
    runnable: whether this version can run it.
    """

    name: str
    kind: Kind
    family: str
    signatures: tuple[str, ...]
    doc: str
    examples: tuple[tuple[str, str], ...] = ()
    source: str = ""
    runnable: bool = True

    @property
    def summary(self) -> str:
        """The first sentence."""
        text = " ".join(self.doc.split("\n\n", 1)[0].split())
        end = next((i + 1 for i, c in enumerate(text) if c == "." and text[i + 1 : i + 2] in ("", " ")), len(text))
        return text[:end]


def entries() -> list[Entry]:
    """All of them, by section and name."""
    order = list(FAMILIES)
    found = [*_operators(), *_readers(), *_steps(), *_pipeline_steps(), *_formats(), *_modules()]
    return sorted(found, key=lambda e: (order.index(e.family), e.name, e.kind))


def named(name: str) -> list[Entry]:
    """The entries of a name: a function and an aggregate may share one."""
    return [e for e in entries() if e.name == name]


def _operators() -> Iterator[Entry]:
    from synthdsl.ops.table import AGGREGATES, TABLE, aggregate, operator

    for name in TABLE:
        found = operator(name)
        if found.family != "symbols" and not name.endswith("_"):
            yield _operator(name, found)
    for name in AGGREGATES:
        yield _operator(name, aggregate(name))


def _operator(name: str, found: Any) -> Entry:
    from synthdsl.plan.show import show_value

    valued = found.kind == "function"
    examples = tuple((text, show_value(value) if valued else "") for text, value in found.examples)
    return Entry(
        name, found.kind, found.family, found.signatures, found.doc, examples, found.source, runnable=found.runnable
    )


def _readers() -> Iterator[Entry]:
    from synthdsl.sources.table import TABLE, reader

    for name in TABLE:
        found = reader(name)
        yield Entry(name, "reader", "reader", found.signatures, found.doc, tuple((e, "") for e in found.examples))


def _steps() -> Iterator[Entry]:
    from synthdsl.sources.steps import STEPS

    for name, found in STEPS.items():
        yield Entry(name, "step", "step", found.signatures, found.doc, tuple((e, "") for e in found.examples))


def _pipeline_steps() -> Iterator[Entry]:
    from synthdsl.ops.steps.table import HEADS, STEPS, step

    for name in (*STEPS, *HEADS):
        found = step(name)
        lines = [f"- `{p.name}`{'' if p.required else ' (optional)'}: {p.doc}" for p in found.parameters]
        if found.rest is not None:
            lines.append(f"- further names: {found.rest_doc}")
        doc = "\n\n".join(p for p in (found.doc, "\n".join(lines)) if p)
        written = f"|> {found.example}" if found.kind == "step" else found.example
        yield Entry(name, "step", "pipeline", (written,), doc, (), found.source, runnable=found.work is not None)


def _formats() -> Iterator[Entry]:
    from synthdsl.export.table import TABLE, export_format

    for name in TABLE:
        found = export_format(name)
        ways = []
        keys = []
        for alternative in found.alternatives:
            written = [k.name if k.required else f"{k.name}?" for k in alternative]
            ways.append(f"as {name} {{ {', '.join([*written, *(['...'] if found.extra else [])])} }}")
            keys += [f"- `{k.name}`{'' if k.required else ' (optional)'}: {k.doc}" for k in alternative]
        doc = "\n\n".join(p for p in (found.doc, "\n".join(dict.fromkeys(keys)), f"Read by {found.read_by}.") if p)
        yield Entry(name, "format", "format", tuple(ways), doc, source=found.source)


def _modules() -> Iterator[Entry]:
    """The files of the shipped library; what a file declares stands in its documentation."""
    from synthdsl.base.shipped import shipped
    from synthdsl.base.span import Source
    from synthdsl.syntax import parse

    for path in sorted(shipped("specs").glob("*.synth")):
        module, _ = parse(Source(path.name, path.read_text(encoding="utf-8")))
        lines = []
        names = []
        for item in module.items:
            name, doc = getattr(item, "name", None), getattr(item, "doc", "")
            if name is not None and hasattr(name, "text"):
                names.append(name.text)
                lines.append(f"- `{name.text}`: {' '.join(doc.split())}" if doc else f"- `{name.text}`")
        doc = "\n\n".join(p for p in (module.doc, "\n".join(lines)) if p)
        yield Entry(f"std.{path.stem}", "module", "module", (f"import std.{path.stem} ({', '.join(names)})",), doc)
