"""Sources as the compiler and the engine see them: described before the run, loaded during it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.model.spec import SourceCall
from synthdsl.plan.steps import SourcePlan
from synthdsl.types.terms import RecordType

if TYPE_CHECKING:
    from synthdsl.dataset.store import StoredTable


class SourceCatalog:
    """root: the project folder. folder_of: the folder of a spec file, relative to it."""

    def __init__(self, root: Path, folder_of: Callable[[str], str]) -> None:
        self.root = root
        self.folder_of = folder_of

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

    def load(self, plan: SourcePlan, folder: Path) -> StoredTable:
        """Read all of a source into a table in `folder`. Raises `sources.contract.SourceError`."""
        from synthdsl.sources.load import load

        return load(self._call(plan), plan.row, self.root, folder)

    def digest(self, plan: SourcePlan) -> str:
        """The digest of a source's files."""
        from synthdsl.sources.digest import digest

        return digest(self._call(plan), self.root)

    def _call(self, plan: SourcePlan) -> SourceCall:
        return SourceCall(plan.reader, plan.arguments, plan.steps, plan.folder, plan.span)
