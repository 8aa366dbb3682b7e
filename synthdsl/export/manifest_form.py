"""The form of a manifest, for whoever reads one: what is not of this form is refused.

Apart from what writes manifests, since pydantic takes longer to import than a small run takes.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spec(_Part):
    """The spec file and the digest of what it compiled to."""

    name: str
    digest: str


class Model(_Part):
    """A model as it was used."""

    name: str
    provider: str
    model: str
    settings: dict[str, Any]


class SourceFile(_Part):
    """A source with the digest of its content."""

    name: str
    path: str
    digest: str
    rows: int


class Rule(_Part):
    """What one rule did; `redrawn`, `dropped` and `flagged` count rows, `again` how often a model was asked again."""

    name: str
    tried: int
    redrawn: int
    dropped: int
    flagged: int
    again: int = 0


class Usage(_Part):
    """What a column took of a model: answers and tokens, whether asked in this run or stored before.

    `refused`: answers that did not fit their type and were asked for again, or given up.
    """

    column: str
    model: str
    answers: int
    refused: int = 0
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0


class Expectation(_Part):
    """One expectation, whether it holds, and the measured values in it."""

    name: str
    text: str
    holds: bool
    measured: dict[str, Any]


class Step(_Part):
    """One step of a pipeline: rows before and after it, and how many went for which reason."""

    name: str
    before: int
    after: int
    dropped: dict[str, int] | None = None


class Dataset(_Part):
    """One dataset of the run."""

    name: str
    rows: int
    tried: int
    failed: int
    rules: list[Rule]
    expectations: list[Expectation]
    steps: list[Step] | None = None


class DataFile(_Part):
    """One data file with its digest."""

    path: str
    rows: int
    bytes: int
    sha256: str
    split: str | None = None


class Column(_Part):
    """A column of the data files, its type in the language's spelling."""

    name: str
    type: str
    doc: str


class Output(_Part):
    """What stands beside this manifest."""

    path: str
    dataset: str
    format: str
    rows: int
    bytes: int
    columns: list[Column]
    files: list[DataFile]


class Manifest(_Part):
    """The whole file. `manifest` is the version of this form."""

    kind: Literal["synthdsl/manifest"]
    manifest: Literal[1]
    synthdsl: str
    edition: int
    libraries: dict[str, str] | None = None
    spec: Spec
    seed: int
    params: dict[str, Any]
    models: list[Model]
    usage: list[Usage] = []
    sources: list[SourceFile]
    datasets: list[Dataset]
    outputs: list[Output]
    card_sha256: str | None = None
    created: str | None = None


def read_manifest(text: str | bytes) -> Manifest:
    """The manifest a file holds. Raises pydantic.ValidationError (a ValueError) for anything else."""
    return Manifest.model_validate_json(text)
