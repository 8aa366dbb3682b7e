"""The library: load a spec, check it, run it, take the rows as Arrow, pandas or Hugging Face datasets."""

from __future__ import annotations

import datetime
import shutil
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic, has_errors
from synthdsl.pipeline import Compiled, Ran, RunSettings, Settings, compile_spec, run
from synthdsl.plan.steps import Plan
from synthdsl.progress.choose import progress_of_library
from synthdsl.types.terms import RecordType
from synthdsl.verdict import shortfalls

if TYPE_CHECKING:
    import pandas
    import pyarrow
    from datasets import Dataset

    from synthdsl.dataset.store import StoredTable
    from synthdsl.engine.checks import CheckReport
    from synthdsl.engine.run import DatasetReport
    from synthdsl.engine.walker import Lost
    from synthdsl.llm.spending import Spent
    from synthdsl.testing import Report


class CompileError(Exception):
    """A spec with errors was asked to run or to be planned. `diagnostics` are all findings."""

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str) -> None:
        super().__init__(text)
        self.diagnostics = tuple(diagnostics)


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A spec on disk; each method compiles what is there now."""

    path: Path

    def check(self, params: Mapping[str, Any] | None = None) -> tuple[Diagnostic, ...]:
        """All findings, in the order of their places; nothing is run or written."""
        return self._compiled(params, 0).diagnostics

    def plan(self, params: Mapping[str, Any] | None = None, seed: int = 0) -> Plan:
        """The execution plan. Raises `CompileError`."""
        plan = self._sound(params, seed).plan
        assert plan is not None
        return plan

    def test(self, word: str = "", params: Mapping[str, Any] | None = None) -> Report:
        """Run the tests of the spec that have `word` in their title; no model is asked, snapshots are left as they are.

        Raises `CompileError`, and as `testing.run_tests` does.
        """
        from synthdsl.testing import run_tests

        return run_tests(self._sound(params, 0), word)

    def run(
        self,
        params: Mapping[str, Any] | None = None,
        seed: int = 0,
        *,
        out: str | Path | None = None,
        workers: int = 1,
        write: bool = False,
        only: str | None = None,
        models: Mapping[str, str] | None = None,
        frozen: bool = False,
        max_calls: int | None = None,
        max_cost: float | None = None,
        progress: bool | None = None,
    ) -> Result:
        """Run the spec and keep its datasets.

        params: values of params, as Python values or as text. write: also write the outputs, under `out` or where
        the spec says. only: make one dataset with all that it needs. models: other models in the place of declared
        ones, as `{"writer": "simulated()"}`. frozen: answers come from the store and cassettes alone. max_calls,
        max_cost (in the currency of the prices): where the run stops; the next one goes on. progress: whether to
        show how the run goes: under the cell of a notebook, as bars in a terminal, elsewhere as lines on standard
        error; None shows it in notebooks alone. In a coroutine the loop stands still for the time of the run; there,
        `await asyncio.to_thread(spec.run)`.
        Raises `CompileError`, and `engine.failing.RunError` and its like when the data fall short.
        """
        compiled = self._sound(params, seed, models)
        assert compiled.plan is not None
        names = tuple(compiled.plan.rows) if only is None else (only,)
        place = None if out is None else Path(out)
        settings = RunSettings(
            place,
            workers,
            collect=names,
            write=write or out is not None,
            only=only,
            max_calls=max_calls,
            max_cost=max_cost,
            frozen=frozen,
        )
        with progress_of_library(compiled.plan, progress) as events:
            return Result(run(compiled, settings, events), compiled)

    def _sound(self, params: Mapping[str, Any] | None, seed: int, models: Mapping[str, str] | None = None) -> Compiled:
        compiled = self._compiled(params, seed, models)
        if not compiled.ok:
            errors = [d for d in compiled.diagnostics if d.is_error]
            lines = [f"{_place(compiled, d)}: {d.code} {d.message}" for d in errors]
            raise CompileError(compiled.diagnostics, "\n".join(lines))
        return compiled

    def _compiled(
        self, params: Mapping[str, Any] | None, seed: int, models: Mapping[str, str] | None = None
    ) -> Compiled:
        texts = {name: _setting(value) for name, value in (params or {}).items()}
        return compile_spec(self.path, Settings(texts, seed, models or {}))


def load(path: str | Path) -> SpecFile:
    """A spec file, to be checked, planned and run."""
    return SpecFile(Path(path))


def _place(compiled: Compiled, finding: Diagnostic) -> str:
    source = compiled.texts.get(finding.span.file)
    if source is None:
        return finding.span.file or str(compiled.path)
    line, column = source.position(finding.span.start)
    return f"{finding.span.file}:{line}:{column}"


def _setting(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if value is None:
        return "null"
    if isinstance(value, list | dict):
        import json

        return json.dumps(value)
    return str(value)


class Result:
    """The datasets of a run; its tables live in a private folder that goes with this object."""

    def __init__(self, ran: Ran, compiled: Compiled) -> None:
        self._ran = ran
        assert compiled.plan is not None
        self._plan = compiled.plan
        self._rows: dict[str, RecordType] = compiled.plan.rows
        if ran.folder is not None:
            weakref.finalize(self, shutil.rmtree, ran.folder, ignore_errors=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The datasets, in the order they were made."""
        return tuple(self._ran.outcome.tables)

    @property
    def files(self) -> tuple[Path, ...]:
        """The outputs that were written."""
        return tuple(place for _, place in self._ran.outputs)

    @property
    def reports(self) -> tuple[DatasetReport, ...]:
        """Rows, tries and rules of each dataset."""
        return tuple(self._ran.outcome.datasets)

    @property
    def failed(self) -> tuple[Lost, ...]:
        """Rows that failed for good and are left out: which, at which column, why."""
        return tuple(self._ran.outcome.lost)

    @property
    def calls(self) -> tuple[Spent, ...]:
        """What calls to models took in this run, by column and model."""
        return self._ran.spent

    @property
    def checks(self) -> tuple[CheckReport, ...]:
        """The expectations, with measured values."""
        return tuple(self._ran.outcome.checks)

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What fell short: rows that are missing, expectations that do not hold; and what else is to be known."""
        return tuple(shortfalls(self._ran.outcome, self._plan))

    @property
    def ok(self) -> bool:
        """Whether every expectation held and no dataset fell short."""
        return not has_errors(self.findings)

    def rows(self, dataset: str | None = None) -> Iterator[dict[str, Any]]:
        """The rows as Python records, one after another; memory stays flat."""
        from synthdsl.dataset.vector import to_list

        table = self._table(dataset)
        for batch in table.batches(8_192):
            columns = [to_list(v, batch.n) for v in batch.columns.values()]
            for row in zip(*columns, strict=True):
                yield dict(zip(batch.columns, row, strict=True))

    def to_arrow(self, dataset: str | None = None) -> pyarrow.Table:
        """The dataset as an Arrow table with typed columns. Needs `pip install 'synthdsl[arrow]'`."""
        from synthdsl.arrow import arrow_table

        name = self._name(dataset)
        return arrow_table(self._ran.outcome.tables[name], self._rows[name])

    def to_pandas(self, dataset: str | None = None) -> pandas.DataFrame:
        """The dataset as a pandas frame. Needs `pip install 'synthdsl[pandas]'`."""
        return self.to_arrow(dataset).to_pandas()

    def to_hf(self, dataset: str | None = None) -> Dataset:
        """The dataset as `datasets.Dataset`. Needs `pip install 'synthdsl[hf]'`."""
        try:
            from datasets import Dataset
        except ImportError as error:
            raise ImportError("to_hf() needs the extra: pip install 'synthdsl[hf]'") from error
        return Dataset(self.to_arrow(dataset))

    def _name(self, dataset: str | None) -> str:
        if dataset is None:
            if not self.names:
                raise KeyError("the spec has no dataset")
            return self.names[-1]
        if dataset not in self._ran.outcome.tables:
            raise KeyError(f"there is no dataset {dataset!r}; there are {', '.join(self.names)}")
        return dataset

    def _table(self, dataset: str | None) -> StoredTable:
        return self._ran.outcome.tables[self._name(dataset)]
