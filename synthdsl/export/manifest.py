"""The manifest beside an output: what it is, what made it, and the digests to prove it.

It holds no clock, no absolute path, no user or machine, so that equal runs give equal bytes; and no secret: settings
with telling names are left out, addresses lose user, password and query, and texts that look like keys are masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict

from synthdsl.export.ownership import KIND
from synthdsl.export.report import OutputReport, RunFacts
from synthdsl.types.show import show


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
    """What a column took of a model: answers and tokens, whether asked in this run or stored before."""

    column: str
    model: str
    answers: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0


class Expectation(_Part):
    """One expectation, whether it holds, and the measured values in it."""

    name: str
    text: str
    holds: bool
    measured: dict[str, Any]


class Dataset(_Part):
    """One dataset of the run."""

    name: str
    rows: int
    tried: int
    failed: int
    rules: list[Rule]
    expectations: list[Expectation]


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


def manifest_text(facts: RunFacts, report: OutputReport, card_sha256: str | None = None) -> str:
    """The manifest of one output as indented JSON. card_sha256: of the dataset card, for folders."""
    assert KIND == "synthdsl/manifest"
    manifest = Manifest(
        kind="synthdsl/manifest",
        manifest=1,
        synthdsl=_version(),
        edition=facts.edition,
        libraries=dict(facts.libraries) or None,
        spec=Spec(name=facts.file, digest=facts.digest),
        seed=facts.seed,
        params=_safe(facts.params),
        models=[
            Model(name=m.name, provider=m.provider, model=m.model, settings=_safe(m.settings)) for m in facts.models
        ],
        usage=[
            Usage(
                column=u.column,
                model=u.model,
                answers=u.answers,
                input_tokens=u.input,
                output_tokens=u.output,
                cached_tokens=u.cached,
            )
            for u in facts.usage
        ],
        sources=[SourceFile(name=s.name, path=s.path, digest=s.digest, rows=s.rows) for s in facts.sources],
        datasets=[_dataset(d) for d in facts.datasets],
        outputs=[_output(report)],
        card_sha256=card_sha256,
        created=facts.created,
    )
    return manifest.model_dump_json(indent=2, exclude_none=True) + "\n"


def read_manifest(text: str | bytes) -> Manifest:
    """The manifest a file holds. Raises pydantic.ValidationError (a ValueError) for anything else."""
    return Manifest.model_validate_json(text)


def _dataset(facts: Any) -> Dataset:
    return Dataset(
        name=facts.name,
        rows=facts.rows,
        tried=facts.tried,
        failed=facts.failed,
        rules=[
            Rule(name=r.name, tried=r.tried, redrawn=r.redrawn, dropped=r.dropped, flagged=r.flagged, again=r.again)
            for r in facts.rules
        ],
        expectations=[
            Expectation(name=e.name, text=e.text, holds=e.holds, measured=dict(e.measured)) for e in facts.expectations
        ],
    )


def _output(report: OutputReport) -> Output:
    spec = report.spec
    return Output(
        path=spec.path,
        dataset=spec.dataset,
        format=spec.format,
        rows=report.rows,
        bytes=report.bytes,
        columns=[Column(name=f.name, type=show(f.type), doc=f.doc) for f in spec.record.fields],
        files=[
            DataFile(path=f.path, rows=f.rows, bytes=f.bytes, sha256=f.sha256, split=f.split or None)
            for files in report.splits().values()
            for f in files
        ],
    )


def _version() -> str:
    try:
        return version("synthdsl")
    except PackageNotFoundError:
        return "unknown"


_SECRET_NAME = re.compile(r"(^|_)(key|token|secret|password|passwd|authorization|credentials?|headers?)$", re.I)
_SECRET_TEXT = re.compile(r"\b(sk-|sk_|hf_|gsk_|xai-|AKIA|AIza|ghp_|github_pat_|xox[abp]-)[\w-]{8,}")


def _safe(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without secrets, sorted by name."""
    return {name: _masked(settings[name]) for name in sorted(settings) if not _is_secret(name, settings[name])}


def _is_secret(name: str, value: Any) -> bool:
    # `max_tokens` is a number; a token is a text.
    return _SECRET_NAME.search(name) is not None and not isinstance(value, int | float)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        text = _plain_address(value) if "://" in value else value
        return _SECRET_TEXT.sub("[masked]", text)
    if isinstance(value, Mapping):
        return _safe({str(k): v for k, v in value.items()})
    if isinstance(value, list | tuple):
        return [_masked(v) for v in value]
    return value


def _plain_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "[masked]"
    if not parts.netloc:
        return text
    return urlunsplit((parts.scheme, (parts.hostname or "") + port, parts.path, "", ""))
