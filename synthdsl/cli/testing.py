"""`synthc test`: runs the tests of specs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synthdsl.cli import exits
from synthdsl.cli.compiling import Chosen, compile_quietly, find_specs, setting_options, stop_code
from synthdsl.cli.form import form_option
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write

if TYPE_CHECKING:
    from synthdsl.pipeline import Compiled
    from synthdsl.testing import Report


@click.command()
@click.argument("specs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-k", "word", default="", metavar="WORD", help="Only tests with WORD in their title.")
@click.option("--update", is_flag=True, help="Keep snapshots as they are now; shows each change.")
@form_option("text", "json", "junit")
@setting_options
@click.pass_obj
def test(screen: Screen, specs: tuple[Path, ...], word: str, update: bool, form: str, chosen: Chosen) -> int:
    """Run the `test` blocks of SPECS: one row each, with scripted answers; no model is asked.

    Folders are searched for *.synth. Says what of rules and `match` arms the tests have seen. Exit 1 where one fails.
    """
    from synthdsl.testing import run_tests

    reports: list[tuple[Compiled, Report]] = []
    for spec in find_specs(specs):
        compiled = compile_quietly(screen, spec, chosen)
        if not compiled.ok:
            screen.stop(compiled.diagnostics)
            return stop_code(compiled.diagnostics)
        assert compiled.spec is not None
        if compiled.spec.trials:
            reports.append((compiled, run_tests(compiled, word, update)))
    if word and not any(report.results for _, report in reports):
        raise click.UsageError(f"No test has '{word}' in its title.")
    if update:
        for compiled, report in reports:
            _keep(compiled, report)
    write(_shown(screen, reports, form, update))
    failed = any(result.findings for _, report in reports for result in report.results)
    return exits.SHORT if failed else exits.FINE


def _keep(compiled: Compiled, report: Report) -> None:
    from synthdsl.cli.saving import save
    from synthdsl.snapshots import snapshot_file, snapshots_text

    path = snapshot_file(compiled.path)
    if not report.changes:
        return
    if report.kept:
        save(snapshots_text(compiled.path.name, report.kept), path)
    else:
        path.unlink(missing_ok=True)


def _shown(screen: Screen, reports: list[tuple[Compiled, Report]], form: str, update: bool) -> str:
    from synthdsl.cli import testing_report

    match form:
        case "json":
            return testing_report.as_json(reports, screen.texts)
        case "junit":
            return testing_report.as_junit(reports)
        case _:
            return testing_report.as_text(reports, screen.texts, screen.out, update)
