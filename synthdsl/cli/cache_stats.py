"""`synthc cache stats`: how many answers are stored, of which column and model, what they took and would cost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synthdsl.cli.cache_place import project_option, store_of
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import Style, write
from synthdsl.cli.text import count, cut, escape, pad, size, width

if TYPE_CHECKING:
    from synthdsl.llm.store_contents import Tally


@click.command()
@project_option
@form_option("text", "json")
@click.pass_obj
def stats(screen: Screen, project: Path, form: str) -> None:
    """Count the stored answers by column and model: bytes, tokens, and cost where the price is known.

    Costs are list prices of today for the stored tokens, from the table of the extra `synthdsl[prices]`.
    """
    from synthdsl.llm.store_contents import tally

    found = tally(store_of(project))
    if form == "json":
        write(json_text({"answers": sum(t.answers for t in found), "columns": [as_object(t) for t in found]}))
    elif not found:
        write("No answer is stored.")
    else:
        write(listing(found, screen.out))


def listing(found: list[Tally], style: Style) -> str:
    """A table for a person, with a last line for all."""
    head = ("column", "model", "answers", "size", "tokens in", "tokens out", "cost", "last used")
    rows = [head]
    for t in found:
        counts = (f"{t.answers:,}", size(t.bytes), f"{t.usage.input:,}", f"{t.usage.output:,}")
        rows.append((cut(escape(t.column), 40), cut(escape(t.model), 40), *counts, _money(cost(t)), day(t.used)))
    widths = [max(width(row[i]) for row in rows) for i in range(len(head))]
    lines = ["  ".join(pad(cell, widths[i], right=2 <= i <= 6) for i, cell in enumerate(row)).rstrip() for row in rows]
    lines[0] = style.paint(lines[0], "bold")
    costs = [cost(t) for t in found]
    known = [c for c in costs if c is not None]
    total = f"{count(sum(t.answers for t in found), 'answer')}, {size(sum(t.bytes for t in found))}"
    if known:
        total += f", {'at least ' if len(known) < len(costs) else ''}{_money(sum(known))}"
    return "\n".join([*lines, "", f"{total}."])


def as_object(t: Tally) -> dict[str, Any]:
    """A count for a script."""
    return {
        "column": t.column,
        "model": t.model,
        "answers": t.answers,
        "bytes": t.bytes,
        "tokens": {"input": t.usage.input, "output": t.usage.output, "cached": t.usage.cached},
        "cost": cost(t),
        "made_first": day(t.made),
        "used_last": day(t.used),
    }


def cost(t: Tally) -> float | None:
    """What the answers would cost, None where the price is not known."""
    from synthdsl.llm.prices import listed_price

    price = listed_price(t.model)
    return None if price is None else price.cost(t.usage)


def day(number: int) -> str:
    """Days since 1970 as a date."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)).date().isoformat()


def _money(amount: float | None) -> str:
    if amount is None:
        return "unknown"
    return f"${amount:,.2f}" if amount >= 0.995 or amount == 0 else f"${amount:.2g}"
