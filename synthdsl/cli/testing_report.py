"""How tests came out: for a person, as JSON, as the XML that build servers read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.cli.findings import Texts, listing
from synthdsl.cli.findings_json import as_object
from synthdsl.cli.json_text import json_text
from synthdsl.cli.style import Style
from synthdsl.cli.text import count, escape

if TYPE_CHECKING:
    from synthdsl.pipeline import Compiled
    from synthdsl.testing import Change, Coverage, Report

    Reports = Sequence[tuple[Compiled, Report]]


def as_text(reports: Reports, texts: Texts, style: Style, update: bool) -> str:
    """Tests one a line, findings in full, snapshots that were kept, coverage, the sum."""
    lines: list[str] = []
    failed = 0
    total = sum(len(report.results) for _, report in reports)
    for compiled, report in reports:
        lines.append(style.paint(escape(compiled.path.as_posix()), "bold"))
        for result in report.results:
            word = style.paint("FAIL", "red", "bold") if result.findings else style.paint("ok  ", "green")
            lines.append(f"  {word}  {escape(result.title)}")
        found = [d for result in report.results for d in result.findings]
        failed += sum(bool(result.findings) for result in report.results)
        if found:
            lines += ["", listing(found, texts, style)]
        if update:
            lines += [line for change in report.changes for line in _change(change, style)]
        if report.coverage is not None:
            seen = _coverage(report.coverage, texts, style)
            lines += ["", *seen] if found and seen else seen
    if not total:
        return "There is no test."
    passed = f"{count(total, 'test')}, {failed} failed" if failed else f"{count(total, 'test')} passed"
    return "\n".join([*lines, "", f"{passed}."])


def _change(change: Change, style: Style) -> list[str]:
    what = "new" if change.old is None else "removed" if change.new is None else "changed"
    colours = {"+": "green", "-": "red"}
    lines = [f"snapshot {what}: {escape(change.title)}: {escape(change.of)}"]
    for line in change.lines():
        lines.append("  " + (style.paint(escape(line), colours[line[0]]) if line[0] in colours else escape(line)))
    return lines


def _coverage(coverage: Coverage, texts: Texts, style: Style) -> list[str]:
    parts = []
    if coverage.rules:
        rules = f"{coverage.held} of {count(coverage.rules, 'rule')} seen to hold, {coverage.failed} to fail"
        parts.append(rules)
    if coverage.arms:
        parts.append(f"{coverage.taken} of {count(coverage.arms, 'match arm')} taken")
    lines = [f"  {style.paint('seen', 'cyan')}  {'; '.join(parts)}"] if parts else []
    for one in coverage.unseen:
        source = texts.get(one.span.file)
        place = "" if source is None else f" (line {source.position(one.span.start)[0]})"
        lines.append(f"        {escape(one.what)}{place}")
    return lines


def as_json(reports: Reports, texts: Texts) -> str:
    """An object a spec."""
    return json_text([_object(compiled, report, texts) for compiled, report in reports])


def _object(compiled: Compiled, report: Report, texts: Texts) -> dict[str, Any]:
    coverage = report.coverage
    return {
        "spec": compiled.path.as_posix(),
        "tests": [
            {
                "title": result.title,
                "dataset": result.dataset,
                "passed": not result.findings,
                "findings": [as_object(d, texts) for d in result.findings],
            }
            for result in report.results
        ],
        "snapshots": [{"title": c.title, "of": c.of, "old": c.old, "new": c.new} for c in report.changes],
        "coverage": None
        if coverage is None
        else {
            "rules": coverage.rules,
            "held": coverage.held,
            "failed": coverage.failed,
            "arms": coverage.arms,
            "taken": coverage.taken,
            "unseen": [one.what for one in coverage.unseen],
        },
    }


def as_junit(reports: Reports) -> str:
    """A suite a spec."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites")
    for compiled, report in reports:
        failed = sum(bool(r.findings) for r in report.results)
        attributes = {"name": compiled.path.as_posix(), "tests": str(len(report.results)), "failures": str(failed)}
        suite = SubElement(root, "testsuite", attributes)
        for result in report.results:
            case = SubElement(suite, "testcase", {"name": escape(result.title), "classname": result.dataset})
            for found in result.findings:
                failure = SubElement(case, "failure", {"type": found.code, "message": escape(found.message)})
                failure.text = escape("\n".join(found.notes), keep="\n")
    indent(root)
    return tostring(root, encoding="unicode")
