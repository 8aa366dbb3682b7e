"""From a call to what its reader and steps are asked: defaults filled in, arguments checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.suggest import did_you_mean
from synthdsl.ops.signature import REQUIRED, read_signature
from synthdsl.sources.contract import Arguments, Call, Input, Reader, Request, SourceError
from synthdsl.sources.steps import STEPS, Step
from synthdsl.sources.table import reader
from synthdsl.types.terms import RecordType


@dataclass(frozen=True, slots=True)
class Work:
    """A call made ready: its reader, what the reader is asked, and the steps with their arguments."""

    reader: Reader
    request: Request
    steps: tuple[tuple[Step, dict[str, Any]], ...]

    @property
    def key(self) -> str | None:
        """The column that identifies a row."""
        key: str | None = self.request.arguments.get("key")
        return key

    @property
    def added(self) -> set[str]:
        """The columns that steps add."""
        return {field.name for step, _ in self.steps for field in step.adds}


def prepare(
    call: Call, row: RecordType | None, root: Path, *, scratch: Path | None = None, prefix: bool = False
) -> Work:
    """A call made ready. row: the type of the rows after all steps, None where it is to be inferred.

    Raises SourceError for the first wrong argument.
    """
    used = reader(call.reader)
    steps = tuple((STEPS[name], _filled(STEPS[name].signatures[0], given)) for name, given in call.steps)
    added = {field.name for step, _ in steps for field in step.adds}
    declared = None if row is None else RecordType(tuple(f for f in row.fields if f.name not in added), row.name)
    arguments = _filled(used.signatures[0], call.arguments)
    for findings in (used.check(arguments), *(step.check(given) for step, given in steps)):
        for code, message, notes in findings:
            raise SourceError(Diagnostic(code, message, call.span, notes))
    request = Request(arguments, root, call.folder, call.span, declared, scratch, prefix)
    return Work(used, request, steps)


def _filled(signature: str, given: Arguments) -> dict[str, Any]:
    """The arguments given, and the defaults of the others."""
    values = dict(given)
    parameters = read_signature(signature).parameters
    return {p.name: values.get(p.name, None if p.default is REQUIRED else p.default) for p in parameters}


def missing_column(name: str, names: list[str], work: Work) -> SourceError:
    """E0605 for a column, declared or named as the key, that the source does not have."""
    shown = ", ".join(f"'{n}'" for n in names[:12] if n) + (", ..." if len(names) > 12 else "")
    notes = [*did_you_mean(name, names), f"There are {shown}." if shown else "There are no columns."]
    if len(names) == 1:
        notes += [f'It may be separated by "{c}": delimiter="{c}".' for c in ";\t|" if c in names[0]]
        notes = [n.replace("\t", r"\t") for n in notes]
    file = work.request.arguments.get("path") or work.request.arguments.get("name")
    return work.request.error("E0605", f"'{file}' has no column '{name}'.", *notes)


def check_columns(opened: Input, work: Work) -> None:
    """Raises SourceError for the first wanted column that the file's own list of columns lacks."""
    if opened.names is None:
        return
    for name in wanted_columns(work):
        if name not in opened.names:
            raise missing_column(name, list(opened.names), work)


def wanted_columns(work: Work) -> list[str]:
    """The declared columns and the key's."""
    declared = work.request.declared
    names = [] if declared is None else [f.name for f in declared.fields]
    return names if work.key is None or work.key in names else [*names, work.key]
