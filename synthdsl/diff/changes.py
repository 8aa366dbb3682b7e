"""What a change comes to, as data."""

from __future__ import annotations

from typing import Literal

from synthdsl.base.record import record

ColumnKind = Literal["added", "removed", "renamed", "direct", "inherited"]
Level = Literal["none", "filter", "append", "partial", "full", "added", "removed"]
Effect = Literal["additive", "breaking", "training"]
"""For who reads the data: more than before; something is missing or of another type; a trainer's contract breaks."""


@record
class ColumnChange:
    """One column. why: in a few words; for inherited changes the inputs that changed. before: its earlier name.

    types: before and after, where they differ. asks: whether models write it.
    """

    column: str
    kind: ColumnKind
    why: str
    before: str = ""
    types: tuple[str, str] | None = None
    asks: bool = False


@record
class DatasetChange:
    """One dataset. level: none (the same rows), filter (rows are kept or dropped otherwise), append (rows are added or
    cut at the end), partial (some columns have other values), full (all rows are others). why: what of its rows
    changed.
    """

    dataset: str
    kind: str
    level: Level
    why: tuple[str, ...]
    columns: tuple[ColumnChange, ...]


@record
class ContractChange:
    """One output: how it changes for who reads it."""

    output: str
    effect: Effect
    what: str


@record
class Difference:
    """All that a change means. Empty where it means nothing."""

    contract: tuple[ContractChange, ...]
    data: tuple[DatasetChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed in meaning."""
        return not self.contract and not self.data
