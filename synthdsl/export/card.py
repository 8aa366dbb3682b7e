"""The dataset card of a folder: README.md with the front matter that the Hugging Face hub and `datasets` read.

License and language are left out, since a spec does not know them. Front matter: https://huggingface.co/docs/hub/datasets-cards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from synthdsl.export.report import DatasetFacts, FileReport, OutputReport, RunFacts
from synthdsl.export.suffix import stem_of
from synthdsl.export.table import export_format
from synthdsl.types.show import show

_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))
_LARGER = ((10**8, "10M<n<100M"), (10**9, "100M<n<1B"), (10**10, "1B<n<10B"))


def card_text(facts: RunFacts, report: OutputReport) -> str:
    """README.md for a folder output."""
    spec = report.spec
    form = export_format(spec.format)
    title = facts.title or stem_of(spec.path)
    lines = [
        "---",
        f"pretty_name: {_yaml(title)}",
        *_yaml_list("tags", ("synthetic", "synthdsl", *form.tags)),
        *_yaml_list("task_categories", (form.task,) if form.task else ()),
        *_yaml_list("size_categories", (size_category(report.rows),)),
        "configs:",
        "- config_name: default",
        "  data_files:",
    ]
    for split in report.splits():
        lines += [f"  - split: {_yaml(split)}", f"    path: {_yaml(f'data/{split}-*')}"]
    lines += ["---", "", f"# {_line(title)}", ""]
    description = spec.description or facts.description
    if description:
        lines += [description.strip(), ""]
    lines += [f"{form.doc} Format `{form.name}`, read by {form.read_by}.", ""]
    lines += _table(("split", "rows", "files"), ((s, sum(f.rows for f in fs), len(fs)) for s, fs in _splits(report)))
    lines += ["## Columns", ""]
    lines += _table(("column", "type", "meaning"), ((f.name, f"`{show(f.type)}`", f.doc) for f in spec.record.fields))
    lines += ["## How it was made", ""]
    lines += [f"By `{_line(facts.file)}` (digest `{facts.digest}`, seed {facts.seed}), with synthdsl.", ""]
    lines += _made(facts)
    lines += ["`manifest.json` has the digest of every file and of everything the data were made from.", ""]
    return "\n".join(lines)


def _made(facts: RunFacts) -> list[str]:
    lines: list[str] = []
    if facts.models:
        lines += _table(("model", "provider", "name"), ((m.name, m.provider, m.model) for m in facts.models))
    if facts.sources:
        lines += _table(("source", "file", "rows"), ((s.name, s.path, s.rows) for s in facts.sources))
    if facts.datasets:
        rows = ((d.name, d.rows, d.tried, d.failed, _rules(d)) for d in facts.datasets)
        lines += _table(("dataset", "rows", "tried", "failed", "rules"), rows)
    checks = [
        (d.name, e.name, f"`{e.text}`", "yes" if e.holds else "no") for d in facts.datasets for e in d.expectations
    ]
    if checks:
        lines += _table(("dataset", "expectation", "condition", "holds"), checks)
    return lines


def _rules(dataset: DatasetFacts) -> str:
    parts = []
    for rule in dataset.rules:
        counts = {"redrawn": rule.redrawn, "dropped": rule.dropped, "flagged": rule.flagged}
        done = ", ".join(f"{n} {what}" for what, n in counts.items() if n)
        parts.append(f"{rule.name}: {done or 'held'}")
    return "; ".join(parts)


def _splits(report: OutputReport) -> Iterable[tuple[str, list[FileReport]]]:
    return report.splits().items()


def size_category(rows: int) -> str:
    """The hub's word for the number of rows."""
    return next((name for limit, name in (*_SIZES, *_LARGER) if rows < limit), "10B<n<100B")


def _yaml(text: str) -> str:
    # A JSON string is a YAML string, whatever is in it.
    return json.dumps(text, ensure_ascii=False)


def _yaml_list(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name}:", *(f"- {_yaml(v)}" for v in values)] if values else []


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_line(str(cell)).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return [*lines, ""]


def _line(text: str) -> str:
    return " ".join(text.split())
