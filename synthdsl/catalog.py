"""Sources as the compiler and the engine see them: described before the run, loaded during it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.lockfile import LOCK, Facts
from synthdsl.model.spec import SourceCall
from synthdsl.plan.steps import SourcePlan
from synthdsl.types.terms import Field, RecordType

if TYPE_CHECKING:
    from synthdsl.dataset.store import StoredTable


class SourceCatalog:
    """root: the project folder. folder_of: the folder of a spec file, relative to it. locked: what the lock says."""

    def __init__(self, root: Path, folder_of: Callable[[str], str], locked: Facts | None = None) -> None:
        self.root = root
        self.folder_of = folder_of
        self.locked = locked or {}

    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """Signatures of readers by name; steps on sources under `|> name`."""
        from synthdsl.sources.table import signatures

        return signatures()

    def located(self, call: SourceCall) -> SourceCall:
        """The call with the folder of its file, relative to the project folder, in place of the file."""
        return replace(call, folder=self.folder_of(call.folder))

    def describe(self, call: SourceCall, declared: RecordType | None) -> tuple[RecordType, list[Diagnostic]]:
        """The row type of a source, and what is wrong with it."""
        from synthdsl.sources.describe import describe

        return describe(call, declared, self.root)

    def pinned(self, name: str, call: SourceCall) -> tuple[RecordType | None, list[Diagnostic]]:
        """The row type that the lock file holds for a source, if any; W0602 where the source is another by now.

        The files are hashed, not read.
        """
        digest = self.locked.get(("source", name, "digest"))
        columns = {k[3]: v for k, v in self.locked.items() if k[:3] == ("source", name, "column")}
        if digest is None or not columns:
            return None, []
        from synthdsl.sources.contract import SourceError
        from synthdsl.spelled import read_spelled

        fields: list[Field] = []
        for column, text in columns.items():
            type_ = read_spelled(str(text))
            if type_ is None:
                return None, []
            fields.append(Field(column, type_))
        try:
            now = self.digest_of(call)
        except SourceError:
            # Whoever describes the source says what is wrong with it.
            return RecordType(tuple(fields)), [_changed(name, call)]
        return RecordType(tuple(fields)), [] if now == digest else [_changed(name, call)]

    def load(self, plan: SourcePlan, folder: Path) -> StoredTable:
        """Read all of a source into a table in `folder`. Raises `sources.contract.SourceError`."""
        from synthdsl.sources.load import load

        return load(self._call(plan), plan.row, self.root, folder)

    def digest(self, plan: SourcePlan) -> str:
        """The digest of a source's files."""
        return self.digest_of(self._call(plan))

    def digest_of(self, call: SourceCall) -> str:
        """The digest of the files that a call reads. Raises `sources.contract.SourceError`."""
        from synthdsl.sources.digest import digest

        return digest(call, self.root)

    def _call(self, plan: SourcePlan) -> SourceCall:
        return SourceCall(plan.reader, plan.arguments, plan.steps, plan.folder, plan.span)


def _changed(name: str, call: SourceCall) -> Diagnostic:
    message = f"The source '{name}' is another than when '{LOCK}' was written; its types are those of the lock."
    return Diagnostic("W0602", message, call.span, ("`synthc lock` takes in what it is now.",))
