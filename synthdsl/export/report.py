"""What was written, and what the run that wrote it knows: plain data for manifests, cards and messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synthdsl.export.spec import OutputSpec


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file. path: relative to the folder of the output (or the file's name). split: empty where there is none."""

    path: str
    rows: int
    bytes: int
    sha256: str
    split: str = ""


@dataclass(frozen=True, slots=True)
class OutputReport:
    """One output, a file or a folder of them, once its bytes are complete."""

    spec: OutputSpec
    files: tuple[FileReport, ...]

    @property
    def rows(self) -> int:
        """Rows of all files."""
        return sum(f.rows for f in self.files)

    @property
    def bytes(self) -> int:
        """Bytes of all data files."""
        return sum(f.bytes for f in self.files)

    def splits(self) -> dict[str, list[FileReport]]:
        """The files of each split, `train` first, then by name."""
        found: dict[str, list[FileReport]] = {}
        for file in sorted(self.files, key=lambda f: (f.split != "train", f.split, f.path)):
            found.setdefault(file.split, []).append(file)
        return found


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What one rule did. tried: rows it judged. The others count rows, redrawn ones once for each further draw.

    again: how often it had a model asked again.
    """

    name: str
    tried: int
    redrawn: int = 0
    dropped: int = 0
    flagged: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """What a column took of a model: answers used, whether asked now or stored before, and their tokens.

    refused: how many of the answers did not fit their type.
    """

    column: str
    model: str
    answers: int
    input: int
    output: int
    cached: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class ExpectationFacts:
    """One expectation. text: as written. measured: the values of the aggregates in it, by their text."""

    name: str
    text: str
    holds: bool
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What one step of a pipeline did: rows before and after, and how many went for which reason."""

    name: str
    before: int
    after: int
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """One dataset of the run. tried: candidate rows. failed: rows put aside because a value had no result."""

    name: str
    rows: int
    tried: int
    failed: int = 0
    rules: tuple[RuleFacts, ...] = ()
    expectations: tuple[ExpectationFacts, ...] = ()
    steps: tuple[StepFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source. path: as written in the spec. digest: of the file's content."""

    name: str
    path: str
    digest: str
    rows: int


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model as it was used. settings: temperature and the like; keys and tokens are taken out before writing."""

    name: str
    provider: str
    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run knows about itself; the engine fills it.

    spec: the spec's file; folders in it are left out of what is written. digest: of the compiled spec. title: for the
    card, the output's stem if empty. libraries: packages that values came from, with their versions. created: a
    moment for the manifest, None (the rule) to leave it out, so that equal runs give equal bytes.
    """

    spec: str
    digest: str
    edition: int
    seed: int
    params: Mapping[str, Any] = field(default_factory=dict)
    models: tuple[ModelFacts, ...] = ()
    usage: tuple[UsageFacts, ...] = ()
    sources: tuple[SourceFacts, ...] = ()
    datasets: tuple[DatasetFacts, ...] = ()
    libraries: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    created: str | None = None

    @property
    def file(self) -> str:
        """The name of the spec's file without folders, which belong to one machine."""
        return re.split(r"[/\\]", self.spec)[-1]


def created_from(environment: Mapping[str, str]) -> str | None:
    """The moment of `SOURCE_DATE_EPOCH` (https://reproducible-builds.org/specs/source-date-epoch/), else None."""
    import datetime

    text = environment.get("SOURCE_DATE_EPOCH", "")
    if not text.isdigit():
        return None
    return datetime.datetime.fromtimestamp(int(text), datetime.UTC).isoformat()
