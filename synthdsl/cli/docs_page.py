"""The page of a spec: what `synthc docs SPEC` shows, from what is compiled, planned and stored; no model is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthdsl.cli.compiling import Chosen, compile_or_stop
from synthdsl.cli.plan import amount
from synthdsl.cli.screen import Screen

if TYPE_CHECKING:
    from synthdsl.pipeline import Compiled


def page_text(screen: Screen, spec: Path, chosen: Chosen, form: str, wanted: int) -> str:
    """The page in a form, `markdown` or `html`. wanted: how many rows of each written dataset are shown at most."""
    from synthdsl.engine.program import is_paid
    from synthdsl.page.contents import Told, page_of
    from synthdsl.page.html import as_html
    from synthdsl.page.markdown import as_markdown
    from synthdsl.pipeline import estimated, surveyed
    from synthdsl.plan.forecast import forecast

    compiled = estimated(compile_or_stop(screen, spec, chosen))
    assert compiled.plan is not None
    expected = forecast(compiled.plan)
    of = {one.id: one for one in expected}
    amounts = {one.id: amount(one, of) for one in expected}
    table: list[tuple[str, ...]] = []
    total = ""
    paid = any(is_paid(d) for d in compiled.plan.datasets)
    if paid:
        from synthdsl.cli.plan_calls import rows, summed

        models = {m.alias: m for m in compiled.plan.models}
        asked = surveyed(compiled)
        table, total = rows(asked, models), summed(asked, models)
    told = Told(amounts, table, total, _samples(compiled, wanted, paid) if wanted else {})
    page = page_of(compiled, told)
    return as_html(page) if form == "html" else as_markdown(page)


def _samples(compiled: Compiled, wanted: int, paid: bool) -> dict[str, list[dict[str, Any]]]:
    """The first rows of what is written: of columns that models write only where their answers are stored."""
    from synthdsl.cli.preview import first_rows, shown_datasets
    from synthdsl.engine.failing import RunError
    from synthdsl.plan.parts import made_in, runs_code

    assert compiled.plan is not None
    if any(runs_code(made) for made in made_in(compiled.plan)):
        # No code of others runs for a page.
        return {}
    try:
        return first_rows(compiled, shown_datasets(compiled.plan, None), wanted, None, frozen=paid)
    except RunError:
        # An answer is missing: the page is as true without rows.
        return {}
