"""The whole compiler on one page: text → module → spec → graph → plan → run → files.

Nobody else puts stages together. Values go forward; findings are gathered beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from synthdsl.base.diagnostic import Diagnostic, has_errors, in_order
from synthdsl.base.span import NOWHERE, Source
from synthdsl.catalog import SourceCatalog
from synthdsl.export.check import Declaration, GivenKey, check_collisions, check_output, with_manifest_names
from synthdsl.export.spec import OutputSpec
from synthdsl.graph.link import DependencyGraph, link
from synthdsl.machine import on_this_machine
from synthdsl.model.build import Surroundings, build
from synthdsl.model.consequences import without_consequences
from synthdsl.model.spec import Dataset, Spec
from synthdsl.plan.lower import lower
from synthdsl.plan.steps import DrawTogether, Plan
from synthdsl.project import Project, project_folder
from synthdsl.syntax import ast

if TYPE_CHECKING:
    from synthdsl.engine.calls import NoCalls
    from synthdsl.engine.effects import Events
    from synthdsl.engine.run import Outcome, ReadSource, RunOptions
    from synthdsl.engine.survey import Asked
    from synthdsl.engine.trace import Story
    from synthdsl.export.report import OutputReport
    from synthdsl.llm.contract import AnswerStore
    from synthdsl.llm.session import Session
    from synthdsl.llm.spending import Spent
    from synthdsl.model.scope import Watch
    from synthdsl.telemetry import Telemetry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chooses for a compilation: values of params as text, the seed, other models by their name.

    locked: whether types that `synth.lock` pins are taken from it.
    """

    params: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    models: Mapping[str, str] = field(default_factory=dict)
    locked: bool = True


@dataclass(frozen=True, slots=True)
class Compiled:
    """All stages of one spec, as far as they went. `plan` is there only when nothing is wrong.

    texts: every file that was read, by the name it is shown under. outputs: in the order of the plan's.
    """

    path: Path
    root: Path
    texts: Mapping[str, Source]
    module: ast.Module | None
    spec: Spec | None
    graph: DependencyGraph | None
    plan: Plan | None
    outputs: tuple[OutputSpec, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether it can run."""
        return self.plan is not None and not has_errors(self.diagnostics)


def compile_spec(
    path: Path,
    settings: Settings | None = None,
    overlay: Mapping[Path, str] | None = None,
    watch: Watch | None = None,
) -> Compiled:
    """Check and compile a spec file; no user code runs, nothing is written, no network is used.

    overlay: texts that stand in for files (an editor's unsaved buffers), by resolved path. watch: is told what
    names are found to be.
    """
    chosen = settings or Settings()
    root = project_folder(path)
    project = Project(root, overlay={k.resolve(): v for k, v in (overlay or {}).items()})
    module = project.read(path, path.as_posix())
    if isinstance(module, Diagnostic):
        return Compiled(path, root, project.texts, None, None, None, None, (), (module,))
    catalog = SourceCatalog(root, project.folder_of, project.locked(path) if chosen.locked else None)
    models = {name: project.model(name, text) for name, text in chosen.models.items()}
    around = Surroundings(project, catalog, chosen.params, _Texts(project), models, watch)
    spec, findings = build(module, around)
    outputs, wrong = _check_outputs(spec)
    findings = [*project.findings, *findings, *wrong]
    graph = link(spec)
    plan, more = lower(spec, graph, chosen.seed)
    findings.extend(more)
    findings = without_consequences(findings, project.modules.values(), _Texts(project))
    good = None if has_errors(findings) else plan
    return Compiled(path, root, project.texts, module, spec, graph, good, tuple(outputs), tuple(in_order(findings)))


class _Texts(Mapping[str, str]):
    """The texts of the project's files as they are read."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def __getitem__(self, file: str) -> str:
        return self.project.texts[file].text

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self.project.texts)

    def __len__(self) -> int:
        return len(self.project.texts)


def _check_outputs(spec: Spec) -> tuple[list[OutputSpec], list[Diagnostic]]:
    specs: list[OutputSpec] = []
    findings: list[Diagnostic] = []
    for output in spec.outputs:
        row = spec.dataset(output.dataset).row
        docs = {f.name: f.doc for f in row.fields}
        keys = {k.name: GivenKey(k.value.type, k.span, k.value.span, docs.get(k.name, "")) for k in output.keys}
        declared = Declaration(
            output.path,
            output.path_span,
            output.dataset,
            row,
            output.format,
            output.format_span,
            keys,
            output.span,
            output.doc or spec.dataset(output.dataset).doc or spec.doc,
        )
        checked, found = check_output(declared)
        findings.extend(found)
        if checked is not None:
            specs.append(checked)
    sources = [str(v) for s in spec.sources for n, v in s.call.arguments if n == "path"]
    findings.extend(check_collisions([(o.path, o.path_span) for o in spec.outputs], sources))
    return with_manifest_names(specs), findings


def estimated(compiled: Compiled) -> Compiled:
    """The same with the acceptance of rules estimated by drawing some rows; W0502 for those that few draws satisfy."""
    from synthdsl.engine.estimate import SAMPLE, with_acceptance

    if compiled.plan is None or compiled.spec is None:
        return compiled
    plan = with_acceptance(compiled.plan)
    findings = list(compiled.diagnostics)
    spans = {(d.id, r.name): r.span for d in compiled.spec.datasets if isinstance(d, Dataset) for r in d.rules}
    for dataset in plan.datasets:
        for task in dataset.tasks:
            if isinstance(task, DrawTogether) and task.acceptance is not None and task.acceptance < LOW_ACCEPTANCE:
                names = ", ".join(f"'{c.rule}'" for c in task.rules)
                share = f"about {task.acceptance:.2%}" if task.acceptance else f"none of {SAMPLE}"
                message = f"Of all draws {share} satisfy {names}: each row is drawn many times."
                notes = ("Draw from a range that fits the rule, or compute one column from the other.",)
                findings.append(Diagnostic("W0502", message, spans[dataset.id, task.rules[0].rule], notes))
    return replace(compiled, plan=plan, diagnostics=tuple(in_order(findings)))


LOW_ACCEPTANCE = 0.01
"""Below this share of draws that satisfy the rules a person should know before the run."""


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How to run. out: a folder of the person's choice for outputs, instead of the project's. workers: processes.

    batch_rows: rows made at a time, None for the engine's choice; no data depend on it. collect: datasets kept for
    the caller. limit: at most so many rows of each fresh dataset. write: whether outputs are written.
    max_calls, max_cost: where a run stops, to be gone on with. frozen: answers come from the store alone.
    retry_failed: answers that made rows fail in the last run are forgotten first. cassettes: files of answers to look
    into besides the store, instead of the spec's own.
    """

    out: Path | None = None
    workers: int = 1
    batch_rows: int | None = None
    collect: tuple[str, ...] = ()
    limit: int | None = None
    write: bool = True
    only: str | None = None
    max_calls: int | None = None
    max_cost: float | None = None
    frozen: bool = False
    retry_failed: bool = False
    cassettes: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished run: how the datasets came out, what was written and where. folder: holds the collected tables.

    spent: what calls took in this run, by column and model.
    """

    outcome: Outcome
    outputs: tuple[tuple[OutputReport, Path], ...]
    folder: Path | None
    spent: tuple[Spent, ...] = ()


def run(compiled: Compiled, settings: RunSettings | None = None, events: Events | None = None) -> Ran:
    """Run a compiled spec; what was there before stays until all is done, nothing half-written remains.

    Raises `engine.rows.RunError`, `sources.contract.SourceError` and `export.problems.OutputError`, each with a
    diagnostic.
    """
    import os
    import shutil

    from synthdsl.delivery import deliver, facts_of, made_otherwise, open_sinks
    from synthdsl.engine.run import RunOptions, run_plan
    from synthdsl.engine.work import BATCH_ROWS
    from synthdsl.telemetry import telemetry

    chosen = settings or RunSettings()
    plan = compiled.plan
    assert plan is not None, "a spec with errors does not run"
    plan = on_this_machine(plan, compiled.root)
    outputs = compiled.outputs if chosen.write else ()
    if chosen.only is not None:
        plan, outputs = only(plan, outputs, chosen.only)
    catalog = SourceCatalog(compiled.root, lambda file: file)
    folder = run_folder(compiled.root)
    keep = False
    try:
        with ExitStack() as stack:
            found: list[Diagnostic] = []
            listener = telemetry(os.environ, plan, events)
            if listener is not None:
                events = stack.enter_context(listener)
            calls = _calls(plan, compiled, chosen, stack, events, listener, found)
            rows = chosen.batch_rows or BATCH_ROWS
            options = RunOptions(folder, chosen.workers, rows, chosen.collect, chosen.limit, calls)
            sinks = open_sinks(plan, outputs, compiled.path.parent, chosen.out, stack)
            outcome = run_plan(plan, options, catalog.load, sinks, events)
            outcome.findings.extend(found)
            _put_aside(outcome, compiled)
            facts = facts_of(plan, outcome, catalog, compiled.path.stem)
            outcome.findings.extend(made_otherwise(sinks, facts))
            written = deliver(sinks, facts)
        keep = bool(chosen.collect)
        return Ran(outcome, tuple(written), folder if keep else None, calls.spent())
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _calls(
    plan: Plan,
    compiled: Compiled,
    chosen: RunSettings,
    stack: ExitStack,
    events: Events | None,
    listener: Telemetry | None,
    findings: list[Diagnostic],
) -> NoCalls | Session:
    """The way to models for a run that needs one, closed with `stack`."""
    import os

    from synthdsl.engine.calls import NoCalls
    from synthdsl.engine.program import is_paid

    if not any(is_paid(d) for d in plan.datasets):
        return NoCalls()
    from synthdsl.failed import failed_calls, failed_file
    from synthdsl.last_run import told_at_the_end
    from synthdsl.llm.answers import open_answers
    from synthdsl.llm.gateway import Gateway
    from synthdsl.llm.session import Session
    from synthdsl.llm.spending import Budget, Spending
    from synthdsl.llm.used import UsedKeys, used_file

    answers = open_answers(compiled.root, compiled.path, chosen.cassettes, chosen.frozen)
    findings.extend(answers.findings)
    store = stack.enter_context(closing(answers.store))
    if chosen.retry_failed:
        store.forget(list(failed_calls(failed_file(compiled.root, compiled.path.name))))
    used = None
    if chosen.write and not chosen.frozen:
        used = stack.enter_context(UsedKeys(used_file(compiled.root, compiled.path))).add
    models = {m.alias: m for m in plan.models}
    budget = Budget(chosen.max_calls, chosen.max_cost)
    told = None if events is None else events.calls
    gateway = Gateway(
        models, store, os.environ, budget, Spending(chosen.max_cost is not None), chosen.frozen, told, used
    )
    gateway.ended = None if listener is None else listener.called
    session = Session(gateway)
    # After the session is closed, since calls under way are waited for.
    stack.push(told_at_the_end(compiled.root, compiled.path, plan, session.spent))
    return stack.enter_context(session)


def _put_aside(outcome: Outcome, compiled: Compiled) -> None:
    """Rows that failed for good go to a file of their own, and are told of."""
    from synthdsl.engine.failing import RunError
    from synthdsl.failed import failed_file, failures, write_failed

    path = failed_file(compiled.root, compiled.path.name)
    try:
        write_failed(path, outcome.lost)
    except OSError as error:
        message = f"Failed rows cannot be written to '{path}': {error.strerror or error}."
        raise RunError(Diagnostic("E0806", message, NOWHERE)) from error
    outcome.findings.extend(failures(outcome.lost, path, compiled.root))


def surveyed(compiled: Compiled) -> list[Asked]:
    """What a run would ask of models, counted without asking: free columns are made, prompts rendered and looked up.

    Raises as `run` does, and `llm.store_problems.StoreError`.
    """
    from synthdsl.engine.failing import RunError
    from synthdsl.engine.survey import survey

    assert compiled.plan is not None, "a spec with errors does not run"
    try:
        plan = on_this_machine(compiled.plan, compiled.root)
    except RunError:
        # Weights that lie elsewhere: what they answered is not known here, so all of it is counted.
        plan = compiled.plan
    return _dry(compiled, lambda options, read, store: survey(plan, options, read, store))


def trace(compiled: Compiled, dataset: str, row: int, by_key: bool) -> Story:
    """The story of one row, from what is stored; see `engine.trace.trace`."""
    from synthdsl.engine.trace import trace as told

    assert compiled.plan is not None, "a spec with errors does not run"
    plan = on_this_machine(compiled.plan, compiled.root)
    return _dry(compiled, lambda options, read, store: told(plan, options, read, store, dataset, row, by_key))


def _dry(compiled: Compiled, do: Callable[[RunOptions, ReadSource, AnswerStore], T]) -> T:
    """Something that makes rows and asks nobody, with a folder for spilled tables and the store of answers."""
    import shutil

    from synthdsl.engine.run import RunOptions
    from synthdsl.llm.answers import open_answers

    catalog = SourceCatalog(compiled.root, lambda file: file)
    folder = run_folder(compiled.root)
    store = open_answers(compiled.root, compiled.path, reading=True).store
    try:
        return do(RunOptions(folder), catalog.load, store)
    finally:
        store.close()
        shutil.rmtree(folder, ignore_errors=True)


def only(plan: Plan, outputs: Sequence[OutputSpec], dataset: str) -> tuple[Plan, tuple[OutputSpec, ...]]:
    """The part of a plan that one dataset needs, with its outputs and expectations."""
    from synthdsl.plan.parts import part_for

    kept = part_for(plan, dataset)
    return kept, tuple(o for o in outputs if o.dataset == dataset)


def run_folder(root: Path) -> Path:
    """A private folder for spilled tables, beside the project's data rather than in a small /tmp."""
    from tempfile import mkdtemp

    from synthdsl.engine.failing import RunError

    try:
        home = root / ".synth"
        home.mkdir(exist_ok=True)
        ignore = home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        return Path(mkdtemp(prefix="run-", dir=home))
    except OSError:
        try:
            return Path(mkdtemp(prefix="synthdsl-"))
        except OSError as error:
            message = f"There is no place for temporary files: {error.strerror or error}."
            raise RunError(Diagnostic("E0806", message, NOWHERE)) from error
