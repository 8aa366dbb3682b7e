"""Two sides compared, with what the change makes to be asked."""

from __future__ import annotations

from dataclasses import replace

from synthdsl.cli.compiling import Chosen
from synthdsl.cli.diff_render import Told
from synthdsl.cli.diff_sides import Side, compiled_side, files_apart
from synthdsl.diff.compare import compare
from synthdsl.engine.program import is_paid
from synthdsl.pipeline import Compiled, surveyed


def told_of(places: tuple[Side, Side], chosen: Chosen) -> Told | Compiled:
    """What the change means; a side instead that does not compile. Raises click.UsageError."""
    before, after = (compiled_side(place, chosen) for place in places)
    for compiled in (before, after):
        if not compiled.ok:
            return compiled
    assert before.plan is not None and after.plan is not None
    found = compare(before.plan, after.plan, files_apart(places, before.plan, after.plan))
    asked = None
    if places[1].on_disk and any(is_paid(d) for d in after.plan.datasets):
        asked = surveyed(after)
    return Told(found, asked, before, after, (places[0].shown, places[1].shown))


def with_rows(told: Told, wanted: int) -> Told:
    """The same with rows before and after. Where a file has other content, what it was before is not at hand."""
    from synthdsl.cli.diff_rows import rows_apart

    if any("its file has other content" in why for d in told.found.data for why in d.why):
        return told
    return replace(told, rows=rows_apart(told.found, told.old, told.new, wanted))
