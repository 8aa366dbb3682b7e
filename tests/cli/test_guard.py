"""No failure reaches a user as a traceback; each has its exit code."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from synthdsl.base.codes import CODES
from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE, Source, Span
from synthdsl.cli import exits
from synthdsl.cli.guard import HungUpError, TerminatedError, guarded
from synthdsl.cli.screen import Screen
from synthdsl.cli.text import escape
from synthdsl.engine.failing import RunError
from synthdsl.export.problems import OutputError
from synthdsl.sources.contract import SourceError
from tests.cli.conftest import PEOPLE, Synthc


def raising(failure: BaseException) -> Callable[[Screen], object]:
    def command(screen: Screen) -> object:
        screen.texts = {"a.synth": Source("a.synth", "synth 1\n")}
        raise failure

    return command


FAILURES = [
    (RunError(Diagnostic("E0801", "A row.", Span("a.synth", 0, 5))), 1, "error[E0801] row-failed: A row."),
    (SourceError(Diagnostic("E0604", "A line.", NOWHERE)), 1, "error[E0604]"),
    (SourceError(Diagnostic("E0602", "A file.", NOWHERE)), 3, "error[E0602]"),
    (OutputError(Diagnostic("E0806", "A place.", NOWHERE)), 3, "error[E0806]"),
    (OSError(errno.ENOSPC, "No space left on device", "x.bin"), 3, "error[E0807]"),
    (PermissionError(errno.EACCES, "Permission denied", "x.bin"), 3, "error[E0806]"),
    (OSError(errno.EIO, "Input/output error", "x\x1b.bin"), 3, "'x\\x1b.bin' cannot be used"),
    (KeyboardInterrupt(), 130, "error[E0808] interrupted"),
    (click.Abort(), 130, "error[E0808] interrupted"),
    (TerminatedError(), 143, ""),
    (MemoryError(), 3, "There is not enough memory."),
    (RecursionError("maximum"), 1, "nested deeper"),
    (KeyError("\x1b[31mx"), 3, "error: internal error: KeyError: '\\x1b[31mx'"),
    (AssertionError(), 3, "error: internal error: AssertionError\n"),
    (click.UsageError("That is not so."), 2, "Error: That is not so."),
    (click.exceptions.Exit(7), 7, ""),
    (SystemExit(5), 5, ""),
]


@pytest.mark.parametrize(("failure", "code", "said"), FAILURES, ids=lambda v: repr(v)[:40])
def test_failures(failure: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(raising(failure)) == code
    shown = capsys.readouterr()
    assert said in shown.err and shown.out == ""
    assert "Traceback" not in shown.err and "\x1b" not in shown.err

    def for_script(screen: Screen) -> object:
        screen.stops = "json"
        return raising(failure)(screen)

    assert guarded(for_script) == code
    told = capsys.readouterr()
    assert told.err == "" and (told.out == "") == (said == "") and "\x1b" not in told.out
    if said:
        (found,) = json.loads(told.out)["findings"]
        assert escape(found["message"]) in shown.err and (found["code"] or "rror: ") in shown.err


def test_a_place_in_the_spec_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(raising(RunError(Diagnostic("E0801", "A row.", Span("a.synth", 0, 5)))))
    assert "1 | synth 1\n  | ^^^^^" in capsys.readouterr().err


def test_the_traceback_for_who_asks(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHC_TRACEBACK", "1")
    assert guarded(raising(KeyError("x"))) == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_results_are_exit_codes() -> None:
    assert guarded(lambda screen: 4) == 4
    assert guarded(lambda screen: None) == 0


def test_nobody_reads_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    silenced: list[bool] = []
    monkeypatch.setattr("synthdsl.cli.guard._silence", lambda: silenced.append(True))
    assert guarded(raising(HungUpError())) == 141
    assert guarded(raising(BrokenPipeError())) == 141
    assert silenced == [True, True]


def test_exit_codes_of_findings() -> None:
    def code(*names: str) -> int:
        return exits.exit_code([Diagnostic(n, "x", Span("a", 0, 1)) for n in names])

    assert code() == 0 and code("W0201") == 0
    assert code("W0201", "E0201") == 1
    assert code("E0201", "E0602") == 3
    assert code("E0601") == 1
    assert exits.exit_code([Diagnostic("E0601", "x", NOWHERE)]) == 2
    assert set(exits.BY_CODE) <= set(CODES)


def test_what_stops_a_command_comes_in_the_form_chosen(synthc: Synthc, people: Path) -> None:
    people.write_text(people.read_text().replace("tenure <= age - 18", "tenure <= missing"))
    for command in (["run"], ["plan"], ["preview"], ["graph"], ["compile"], ["trace"]):
        row = ["people", "0"] if command == ["trace"] else []
        answer = synthc(*command, "people.synth", *row, "--format", "json")
        (found,) = json.loads(answer.out)["findings"]
        assert (answer.code, answer.err, found["code"], found["line"]) == (1, "", "E0201", 10)
    people.write_text(PEOPLE.replace("young: age < 80 else drop", "young: len(id) > age else fail"))
    stopped = synthc("run", "people.synth", "--format", "json")
    assert (stopped.code, stopped.err) == (1, "")
    assert [f["code"] for f in json.loads(stopped.out)["findings"]] == ["E0804"]


def test_wrong_usage_comes_in_the_form_chosen(synthc: Synthc, people: Path) -> None:
    for wrong in (["--only", "peple"], ["--workers", "0"], ["--set", "rows"]):
        answer = synthc("run", "people.synth", *wrong, "--format", "json")
        (found,) = json.loads(answer.out)["findings"]
        assert (answer.code, answer.err, found["code"]) == (2, "", None)
    listed = synthc("check", "people.synth", "--set", "rows", "--format", "json")
    assert (listed.code, [f["severity"] for f in json.loads(listed.out)]) == (2, ["error"])
    assert "Error: " in synthc("check", "people.synth", "--set", "rows").err
