"""What a run says while it goes: nothing for a short one, ever fewer lines for a long one."""

from __future__ import annotations

import io

import pytest

from synthdsl.progress.bars import bars
from synthdsl.progress.log import LogLines
from synthdsl.progress.tally import wanted_rows
from tests.plan.test_codec import plan_of

SPEC = 'synth 1\ndataset d of 10 accepted within 100 {\n var a = integer(0, 9)\n}\noutput "o.jsonl" from d\n'


def lines_of(seconds: list[float], wanted: dict[str, int]) -> list[str]:
    said: list[str] = []
    clock = iter([0.0, *seconds])
    events = LogLines(wanted, said.append, lambda: next(clock))
    events.begin("d", 1_000)
    for _ in seconds:
        events.advance("d", 10, 8)
    events.end("d", 8 * len(seconds))
    return said


def test_a_short_run_says_nothing() -> None:
    assert lines_of([0.1, 5, 9.9], {}) == []


def test_a_long_run_says_where_it_is() -> None:
    assert lines_of([5, 11, 12, 20, 27], {}) == [
        "d: 20 of 1,000 rows tried, 16 accepted",
        "d: 50 of 1,000 rows tried, 40 accepted",
    ]


def test_what_runs_until_enough_are_accepted_counts_those() -> None:
    assert lines_of([11], {"d": 1_000}) == ["d: 8 of 1,000 rows accepted, 10 tried"]


def test_pauses_grow() -> None:
    assert len(lines_of([float(s) for s in range(1, 3_601)], {})) < 45


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with bars(wanted_rows(plan_of(SPEC))) as events:
        events.begin("d", 10)
        events.advance("d", 10, 8)
        events.end("d", 8)
    assert "8 rows" in screen.getvalue()
