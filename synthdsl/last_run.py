"""What calls took in a spec's last run that called models, finished or not: a file beside the store, for people.

Latencies, failures and the time of the run stand here and in the summary alone. Manifests hold what is the same for
equal runs: answers, tokens, and how many answers were refused.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic

if TYPE_CHECKING:
    from synthdsl.llm.spending import Spent
    from synthdsl.plan.steps import Plan

FOLDER = Path(".synth", "runs")


Exit = Callable[[type[BaseException] | None, BaseException | None, object], None]
"""What an `ExitStack` calls with the exception that ends it, if one does."""


def told_at_the_end(root: Path, spec: Path, plan: Plan, spent: Callable[[], Sequence[Spent]]) -> Exit:
    """Writes the record when the run ends, if anything was asked; the run begins now."""
    begun = time.monotonic()

    def end(kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        found = spent()
        if any(one.calls for one in found):
            _write(root, spec, plan, found, time.monotonic() - begun, _ended(error))

    return end


def _ended(error: BaseException | None) -> str:
    """The code of what stopped the run, else the name of the exception."""
    if error is None:
        return "finished"
    diagnostic = getattr(error, "diagnostic", None)
    return diagnostic.code if isinstance(diagnostic, Diagnostic) else type(error).__name__


def _write(root: Path, spec: Path, plan: Plan, spent: Sequence[Spent], seconds: float, ended: str) -> None:
    """Write the record in the place of the one before. A disk that takes none does not fail the run."""
    path = root / FOLDER / f"{spec.stem}.json"
    record = {
        "spec": plan.file,
        "digest": plan.digest,
        "seed": plan.seed,
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "ended": ended,
        "calls": [calls_of(one) for one in spent],
    }
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError:
        return


def calls_of(one: Spent) -> dict[str, Any]:
    """What a statement's calls to a model took, for a script. Latencies are in seconds, null where nobody was asked."""
    return {
        "column": one.column,
        "model": one.model,
        "asked": one.answered,
        "stored": one.stored,
        "failures": one.failed,
        "retries": one.again,
        "rate_limited": one.limited,
        "refused": one.refused,
        "latency_p50": one.latencies.quantile(0.5),
        "latency_p95": one.latencies.quantile(0.95),
        "input_tokens": one.input,
        "output_tokens": one.output,
        "cost": one.cost,
    }
