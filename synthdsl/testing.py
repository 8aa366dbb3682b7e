"""The tests of a spec: run, held against kept snapshots, with what of rules and `match` arms they have seen.

In: a compiled spec. Out: a `Report`; a failing assertion, a row that cannot go on and a snapshot that differs are
diagnostics (E0850, E0851 or the row's own, E0852).
"""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source, Span
from synthdsl.catalog import SourceCatalog
from synthdsl.engine.arms import Arms, arms_in
from synthdsl.engine.run import RunOptions
from synthdsl.engine.trying import Checked, Tried, try_out
from synthdsl.model.spec import Dataset, Trial
from synthdsl.ops.contract import Undefined
from synthdsl.pipeline import Compiled, run_folder
from synthdsl.snapshots import heading, read_snapshots, snapshot_file, value_text
from synthdsl.syntax import ast

_LONGEST = 300
_LINES = 15


@dataclass(frozen=True, slots=True)
class Change:
    """A snapshot that is not as it was kept; old is None for a new one, new for one that no test has any more."""

    title: str
    of: str
    old: str | None
    new: str | None

    def lines(self) -> list[str]:
        """The difference, line by line."""
        old = [] if self.old is None else self.old.split("\n")
        new = [] if self.new is None else self.new.split("\n")
        return [line for line in difflib.ndiff(old, new) if not line.startswith("?")]


@dataclass(frozen=True, slots=True)
class Result:
    """A test that was run: it passed where nothing was found."""

    title: str
    dataset: str
    span: Span
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Unseen:
    """What no test has seen: a rule that holds or fails, an arm that is taken."""

    what: str
    span: Span


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the rules of the file's datasets, and of the arms of its matches."""

    rules: int
    held: int
    failed: int
    arms: int
    taken: int
    unseen: tuple[Unseen, ...]


@dataclass(slots=True)
class Report:
    """All tests that were run. kept: the snapshots after the run, should they be kept."""

    results: list[Result] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    coverage: Coverage | None = None


def run_tests(compiled: Compiled, word: str = "", update: bool = False) -> Report:
    """Run the tests with `word` in their title. update: snapshots that differ are changes, not findings.

    Raises `sources.contract.SourceError`, and `engine.failing.RunError` as datasets do that tests look into.
    """
    spec = compiled.spec
    assert spec is not None
    trials = [t for t in spec.trials if word.casefold() in t.title.casefold()]
    datasets = {d.id: d for d in spec.datasets if isinstance(d, Dataset) and d.span.file == spec.file}
    places = _matches(compiled)
    matches = {name: _arms(d, places) for name, d in datasets.items()}
    done = _tried(compiled, trials, matches) if trials else []
    report = Report(kept=read_snapshots(snapshot_file(compiled.path)))
    seen: set[tuple[str, str]] = set()
    for one in done:
        findings = [] if one.stopped is None else [_titled(one.trial, one.stopped)]
        for checked in one.checks if one.stopped is None else ():
            if checked.assertion.snapshot and not checked.reason:
                findings += _snapshot(one.trial, checked, report, seen, update)
            elif checked.holds is not True:
                findings.append(_failed(one.trial, checked, compiled.texts))
        report.results.append(Result(one.trial.title, one.trial.dataset, one.trial.span, tuple(findings)))
    if update and not word:
        titles = {heading(t.trial.title) for t in done if t.stopped is not None}
        for key in [k for k in report.kept if k not in seen and k[0] not in titles]:
            report.changes.append(Change(*key, report.kept.pop(key), None))
    if not word:
        report.coverage = _coverage(list(datasets.values()), done, matches, places)
    return report


def _tried(
    compiled: Compiled, trials: Sequence[Trial], matches: Mapping[str, Mapping[str, Sequence[Arms]]]
) -> list[Tried]:
    """Run tests, one row each; tables that they look into are made once."""
    plan = compiled.plan
    assert plan is not None, "a spec with errors does not run"
    catalog = SourceCatalog(compiled.root, lambda file: file)
    folder = run_folder(compiled.root)
    tables: dict[str, Any] = {}
    try:
        options = RunOptions(folder)
        return [try_out(plan, t, matches.get(t.dataset, {}), options, catalog.load, tables) for t in trials]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _titled(trial: Trial, found: Diagnostic) -> Diagnostic:
    message = f"The test '{trial.title}' stops: {found.message}"
    return Diagnostic(found.code, message, found.span, found.notes, found.labels, found.fixes)


# --- assertions


def _failed(trial: Trial, checked: Checked, texts: Mapping[str, Source]) -> Diagnostic:
    """A failing assertion, with the values of its parts."""
    about = f"The test '{trial.title}' fails: "
    about += f"this has no value, since {_lower(checked.reason)}" if checked.reason else "this does not hold."
    notes: dict[str, None] = {}
    for span, value in checked.parts:
        text = " ".join(texts[span.file].slice(span).split())
        notes[f"{text} = {shown(value)}"] = None
    return Diagnostic("E0850", about, checked.assertion.span, tuple(notes))


def _lower(reason: str) -> str:
    return reason[:1].lower() + reason[1:]


def shown(value: Any) -> str:
    """A value for a message; texts of several lines as such."""
    if isinstance(value, str) and "\n" in value:
        lines = value.split("\n")
        more = [f"... ({len(lines) - _LINES} lines more)"] if len(lines) > _LINES else []
        return "\n".join(["text of several lines:", *(f"  {line}" for line in lines[:_LINES]), *more])
    if isinstance(value, Undefined):
        return f"no value: {value}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _snapshot(
    trial: Trial, checked: Checked, report: Report, seen: set[tuple[str, str]], update: bool
) -> list[Diagnostic]:
    """Hold a value against the kept one."""
    title, of = heading(trial.title), heading(checked.assertion.text)
    key, number = (title, of), 1
    while key in seen:
        number += 1
        key = (title, f"{of} ({number})")
    seen.add(key)
    old, new = report.kept.get(key), value_text(checked.value)
    if old == new:
        return []
    change = Change(*key, old, new)
    report.changes.append(change)
    report.kept[key] = new
    if update:
        return []
    what = "has no snapshot yet" if old is None else "is not as in its snapshot"
    lines = "\n".join(change.lines()[: 2 * _LINES])
    notes = (f"The difference:\n{lines}", "`synthc test --update` keeps it as it is now.")
    return [Diagnostic("E0852", f"In the test '{trial.title}' `{of}` {what}.", checked.assertion.span, notes)]


# --- coverage


def _matches(compiled: Compiled) -> dict[Span, ast.Match]:
    """The matches in datasets of the file."""
    items = () if compiled.module is None else compiled.module.items
    return {node.span: node for i in items if isinstance(i, ast.DatasetDecl) for node in _match_nodes(i)}


def _match_nodes(root: Any) -> Iterator[ast.Match]:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(node)
        elif is_dataclass(node) and not isinstance(node, type | Span):
            if isinstance(node, ast.Match):
                yield node
            stack.extend(getattr(node, f.name) for f in fields(node))


def _arms(dataset: Dataset, places: Mapping[Span, ast.Match]) -> dict[str, list[Arms]]:
    """The matches of a dataset by the column that they stand in."""
    found = {c.name: arms_in(c.expressions, places.keys()) for c in dataset.columns}
    return {name: arms for name, arms in found.items() if arms}


def _coverage(
    datasets: Sequence[Dataset],
    done: Sequence[Tried],
    matches: Mapping[str, Mapping[str, Sequence[Arms]]],
    places: Mapping[Span, ast.Match],
) -> Coverage:
    unseen: list[Unseen] = []
    rules = held = failed = arms = taken = 0
    for dataset in datasets:
        for rule in dataset.rules:
            ways = {w for t in done if t.trial.dataset == dataset.id for w in t.rules.get(rule.name, ())}
            rules += 1
            held += True in ways
            failed += False in ways
            words = [word for way, word in ((True, "hold"), (False, "fail")) if way not in ways]
            if words:
                unseen.append(Unseen(f"rule {dataset.id}.{rule.name} never seen to {' or '.join(words)}", rule.span))
        found = {span_number for t in done if t.trial.dataset == dataset.id for span_number in t.arms}
        for column, several in matches[dataset.id].items():
            for one in several:
                node = places[one.span]
                for number in range(len(one.tests) + 1):
                    arms += 1
                    taken += (one.span, number) in found
                    if (one.span, number) not in found:
                        known = len(node.arms) == len(one.tests) + 1
                        span = node.arms[number].span if known else node.span
                        unseen.append(Unseen(f"match of {dataset.id}.{column}, arm {number + 1} never taken", span))
    return Coverage(rules, held, failed, arms, taken, tuple(unseen))
