"""Which form of progress fits where the program runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from synthdsl.progress.tally import wanted_rows

if TYPE_CHECKING:
    from synthdsl.engine.effects import Events
    from synthdsl.plan.steps import Plan


def progress(plan: Plan, terminal: bool, say: Callable[[str], None]) -> AbstractContextManager[Events]:
    """Who is told of the run's events, for the time of the run.

    A display under the cell of a notebook; live bars in a terminal; a line now and then, by `say`, in a log.
    """
    from synthdsl.progress.cell import cell, in_notebook

    if in_notebook():
        return cell(wanted_rows(plan))
    if terminal:
        from synthdsl.progress.bars import bars

        return bars(wanted_rows(plan))
    from synthdsl.progress.log import LogLines

    return nullcontext(LogLines(wanted_rows(plan), say))


def progress_of_library(plan: Plan, wish: bool | None) -> AbstractContextManager[Events | None]:
    """The same for a program that uses the library. wish: None shows it in notebooks alone."""
    from synthdsl.progress.cell import in_notebook

    if not (in_notebook() if wish is None else wish):
        return nullcontext(None)
    return progress(plan, sys.stderr.isatty(), lambda text: print(text, file=sys.stderr))
