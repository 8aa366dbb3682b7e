"""The language reference, executed."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

import synthdsl
from synthdsl.testing import run_tests
from tests.reference import Case, cases, compiled_in, expected, findings, loud, parsed_rows, places

PAGES = sorted(Path(__file__).parent.glob("*.md"))
ALL = [pytest.param(case, id=f"{page.stem}/{case.name}") for page in PAGES for case in cases(page)]


@pytest.mark.parametrize("case", ALL)
def test_reference(case: Case, tmp_path: Path) -> None:
    compiled = compiled_in(tmp_path, case)
    wanted = expected(case)
    messages = "\n".join(f"{d.code} {d.message} {d.notes}" for d in compiled.diagnostics)
    found = findings(compiled)
    if compiled.ok and compiled.spec is not None and compiled.spec.trials:
        failed = [d for result in run_tests(compiled).results for d in result.findings]
        found |= places(failed, compiled.texts)
        messages += "\n".join(f"{d.code} {d.message} {d.notes}" for d in failed)
    assert loud(found, wanted) == wanted, messages
    if case.rows is not None:
        rows = list(synthdsl.load(tmp_path / "spec.synth").run().rows())
        shown = [json.loads(json.dumps(r, default=_plain)) for r in rows]
        assert shown == parsed_rows(case.rows)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    return value.isoformat()


def test_there_are_pages() -> None:
    assert len(ALL) > 30
