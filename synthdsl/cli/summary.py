"""A finished run in a few lines, or as JSON: rows, what rules did, expectations, what was written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.cli.findings import Texts
from synthdsl.cli.findings_json import as_object
from synthdsl.cli.style import Style
from synthdsl.cli.text import count, escape, pad, size
from synthdsl.last_run import calls_of

if TYPE_CHECKING:
    from synthdsl.engine.pipes import StepReport
    from synthdsl.engine.rows import Fate
    from synthdsl.engine.run import DatasetReport
    from synthdsl.llm.spending import Spent
    from synthdsl.pipeline import Ran
    from synthdsl.plan.steps import Plan


def as_text(ran: Ran, seconds: float, style: Style) -> str:
    """For a person."""
    outcome = ran.outcome
    rows: list[tuple[str, str, str]] = []
    rows += [("source", name, f"{count(n, 'row')} read") for name, n in outcome.sources.items()]
    for report in outcome.datasets:
        rows.append(("dataset", report.id, _made(report)))
        rows += [("  rule", name, did) for name, fate in report.rules.items() if (did := _did(fate))]
        rows += [("  step", step.step, _stepped(step)) for step in report.steps]
    rows += [("calls", one.column, _asked(one)) for one in ran.spent]
    for check in outcome.checks:
        mark = style.paint("holds", "green") if check.passed else style.paint("does not hold", "red", "bold")
        rows.append(("expect", f"{check.dataset}.{check.name}", _measured(mark, check.measured)))
    for report_, place in ran.outputs:
        files = "" if len(report_.files) == 1 else f", {count(len(report_.files), 'file')}"
        rows.append(("output", _near(place), f"{count(report_.rows, 'row')}, {size(report_.bytes)}{files}"))
    names = min(44, max((len(name) for _, name, _ in rows), default=0))
    lines = [
        f"{style.paint(pad(kind, 8), 'cyan')} {style.paint(pad(escape(name), names), 'bold')}  {said}"
        for kind, name, said in rows
    ]
    total = sum(r.rows for r in outcome.datasets)
    return "\n".join([*lines, "", f"{count(total, 'row')} made in {_duration(seconds)}."])


def _made(report: DatasetReport) -> str:
    text = count(report.rows, "row")
    if report.candidates != report.rows:
        text += f" of {report.candidates:,} tried"
    if report.wanted is not None and report.rows < report.wanted:
        text += f", {report.wanted:,} wanted"
    if report.lost:
        text += f", {report.lost:,} failed"
    return text


def _stepped(step: StepReport) -> str:
    text = f"{step.before:,} to {count(step.after, 'row')}"
    return text + "".join(f", {gone.rows:,} {gone.reason}" for gone in step.dropped)


def _asked(one: Spent) -> str:
    parts = [f"{one.model}: {one.answered:,} asked"]
    if one.stored:
        parts.append(f"{one.stored:,} stored")
    if one.failed:
        limited = f" ({one.limited:,} for too many calls)" if one.limited else ""
        parts.append(f"{count(one.failed, 'failure')} on the way{limited}")
    if one.refused:
        parts.append(f"{count(one.refused, 'answer')} refused")
    if one.answered:
        half, most = one.latencies.quantile(0.5), one.latencies.quantile(0.95)
        if most is not None and most >= 0.001:
            parts.append(f"{half:g} s each, 95% within {most:g} s")
        parts.append(f"{one.input:,} + {one.output:,} tokens")
    if one.cost:
        parts.append(f"cost {one.cost:.4g}")
    return ", ".join(parts)


def _did(fate: Fate) -> str:
    parts = []
    if fate.redrawn:
        parts.append(f"{fate.redrawn:,} of {fate.tried:,} draws refused ({fate.redrawn / fate.tried:.1%})")
    if fate.again:
        parts.append("asked again once" if fate.again == 1 else f"asked again {fate.again:,} times")
    if fate.dropped:
        parts.append(f"{count(fate.dropped, 'row')} of {fate.tried:,} dropped")
    if fate.flagged:
        parts.append(f"{count(fate.flagged, 'row')} of {fate.tried:,} flagged")
    return ", ".join(parts) or ("held everywhere" if fate.tried else "")


def _measured(mark: str, measured: Sequence[tuple[str, Any]]) -> str:
    from synthdsl.verdict import shown

    values = ", ".join(f"{escape(name)} = {escape(shown(value))}" for name, value in measured)
    return f"{mark}  {values}" if values else mark


def _near(place: Path) -> str:
    """A path as the person would type it from where they are."""
    try:
        return place.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(place)


def _duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def as_json(plan: Plan, ran: Ran, findings: Sequence[Diagnostic], texts: Texts, seconds: float) -> dict[str, Any]:
    """For a script."""
    outcome = ran.outcome
    return {
        "spec": plan.file,
        "seed": plan.seed,
        "digest": plan.digest,
        "seconds": round(seconds, 3),
        "sources": [{"name": name, "rows": rows} for name, rows in outcome.sources.items()],
        "datasets": [
            {
                "name": r.id,
                "rows": r.rows,
                "tried": r.candidates,
                "wanted": r.wanted,
                "failed": r.lost,
                "rules": [
                    {
                        "name": name,
                        "tried": f.tried,
                        "redrawn": f.redrawn,
                        "dropped": f.dropped,
                        "flagged": f.flagged,
                        "again": f.again,
                    }
                    for name, f in r.rules.items()
                ],
                "steps": [
                    {
                        "name": s.step,
                        "before": s.before,
                        "after": s.after,
                        "dropped": [
                            {"reason": d.reason, "rows": d.rows, "examples": list(d.examples)} for d in s.dropped
                        ],
                    }
                    for s in r.steps
                ],
            }
            for r in outcome.datasets
        ],
        "calls": [calls_of(one) for one in ran.spent],
        "expectations": [
            {
                "dataset": c.dataset,
                "name": c.name,
                "text": c.text,
                "holds": c.passed,
                "measured": {name: plain(value) for name, value in c.measured},
            }
            for c in outcome.checks
        ],
        "outputs": [
            {
                "path": report.spec.path,
                "place": str(place),
                "format": report.spec.format,
                "dataset": report.spec.dataset,
                "rows": report.rows,
                "bytes": report.bytes,
                "files": [
                    {"path": f.path, "split": f.split or None, "rows": f.rows, "bytes": f.bytes, "sha256": f.sha256}
                    for f in report.files
                ],
            }
            for report, place in ran.outputs
        ],
        "findings": [as_object(d, texts) for d in findings],
    }


def stopped_as_json(plan: Plan, finding: Diagnostic, texts: Texts, seconds: float) -> dict[str, Any]:
    """Of a run that ended before it was finished: nothing was made, and one finding tells why."""
    return {
        "spec": plan.file,
        "seed": plan.seed,
        "digest": plan.digest,
        "seconds": round(seconds, 3),
        "sources": [],
        "datasets": [],
        "calls": [],
        "expectations": [],
        "outputs": [],
        "findings": [as_object(finding, texts)],
    }


def plain(value: Any) -> Any:
    """A value of the data as JSON has it: times as text, NaN and the infinities as text too."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case list() | tuple():
            return [plain(v) for v in value]
        case dict():
            return {str(k): plain(v) for k, v in value.items()}
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
