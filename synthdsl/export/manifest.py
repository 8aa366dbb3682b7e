"""The manifest beside an output: what it is, what made it, and the digests to prove it.

It holds no clock, no absolute path, no user or machine, so that equal runs give equal bytes; and no secret: settings
with telling names are left out, addresses lose user, password and query, and texts that look like keys are masked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from synthdsl.export.ownership import KIND
from synthdsl.export.report import DatasetFacts, OutputReport, RunFacts, StepFacts
from synthdsl.types.show import show


def manifest_text(facts: RunFacts, report: OutputReport, card_sha256: str | None = None) -> str:
    """The manifest of one output as indented JSON. card_sha256: of the dataset card, for folders.

    It is of the form of `manifest_form.Manifest`, which takes too long to import for a run to be made of it.
    """
    from pydantic_core import to_json

    manifest = {
        "kind": KIND,
        "manifest": 1,
        "synthdsl": _version(),
        "edition": facts.edition,
        **_given("libraries", dict(facts.libraries)),
        "spec": {"name": facts.file, "digest": facts.digest},
        "seed": facts.seed,
        "params": _safe(facts.params),
        "models": [
            {"name": m.name, "provider": m.provider, "model": m.model, "settings": _safe(m.settings)}
            for m in facts.models
        ],
        "usage": [
            {
                "column": u.column,
                "model": u.model,
                "answers": u.answers,
                "refused": u.refused,
                "input_tokens": u.input,
                "output_tokens": u.output,
                "cached_tokens": u.cached,
            }
            for u in facts.usage
        ],
        "sources": [{"name": s.name, "path": s.path, "digest": s.digest, "rows": s.rows} for s in facts.sources],
        "datasets": [_dataset(d) for d in facts.datasets],
        "outputs": [_output(report)],
        **_given("card_sha256", card_sha256),
        **_given("created", facts.created),
    }
    return to_json(manifest, indent=2, inf_nan_mode="null").decode() + "\n"


def _given(name: str, value: Any) -> dict[str, Any]:
    """The entry, or none where there is no value."""
    return {name: value} if value else {}


def _dataset(facts: DatasetFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "rows": facts.rows,
        "tried": facts.tried,
        "failed": facts.failed,
        "rules": [
            {
                "name": r.name,
                "tried": r.tried,
                "redrawn": r.redrawn,
                "dropped": r.dropped,
                "flagged": r.flagged,
                "again": r.again,
            }
            for r in facts.rules
        ],
        "expectations": [
            {"name": e.name, "text": e.text, "holds": e.holds, "measured": dict(e.measured)} for e in facts.expectations
        ],
        **_given("steps", [_step(s) for s in facts.steps]),
    }


def _step(facts: StepFacts) -> dict[str, Any]:
    step = {"name": facts.name, "before": facts.before, "after": facts.after}
    return {**step, **_given("dropped", dict(facts.dropped))}


def _output(report: OutputReport) -> dict[str, Any]:
    spec = report.spec
    return {
        "path": spec.path,
        "dataset": spec.dataset,
        "format": spec.format,
        "rows": report.rows,
        "bytes": report.bytes,
        "columns": [{"name": f.name, "type": show(f.type), "doc": f.doc} for f in spec.record.fields],
        "files": [
            {"path": f.path, "rows": f.rows, "bytes": f.bytes, "sha256": f.sha256, **_given("split", f.split)}
            for files in report.splits().values()
            for f in files
        ],
    }


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
