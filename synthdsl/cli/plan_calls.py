"""The calls of a plan for a person and for a script: how many, how many are stored, tokens, money, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.cli.style import Style
from synthdsl.cli.text import count, escape, pad, width

if TYPE_CHECKING:
    from synthdsl.engine.survey import Asked
    from synthdsl.llm.request import ModelSpec

CONCURRENCY = 64


def cost_of(one: Asked, models: Mapping[str, ModelSpec]) -> float | None:
    """What the missing calls of a statement are expected to cost; None where no price is known."""
    from synthdsl.llm.prices import price_of

    if not one.calls and one.more == 0:
        return 0.0
    model = models.get(one.model)
    price = None if model is None else price_of(model)
    return None if price is None else price.cost(one.usage()[0])


def seconds_of(asked: Sequence[Asked], models: Mapping[str, ModelSpec]) -> float | None:
    """How long the missing calls take at the latency of stored ones of their statement, else of their model.

    None where there are none to go by.
    """
    by_model: dict[str, float] = {}
    for one in asked:
        if not one.calls:
            continue
        alike = [one] if one.stored else [other for other in asked if other.model == one.model]
        stored = sum(other.stored for other in alike)
        if not stored:
            return None
        each = sum(other.seconds for other in alike) / stored
        model = models.get(one.model)
        at_once = CONCURRENCY if model is None else int(model.setting("concurrency", CONCURRENCY))
        by_model[one.model] = by_model.get(one.model, 0.0) + one.calls * each / at_once
    return max(by_model.values(), default=0.0)


def lines(asked: Sequence[Asked], models: Mapping[str, ModelSpec], style: Style) -> list[str]:
    """A table of the statements that call models, and the sum."""
    found = [tuple(map(escape, row)) for row in rows(asked, models)]
    widths = [max(width(r[i]) for r in found) for i in range(len(found[0]))]
    table = ["  ".join(pad(c, widths[i], right=i > 1) for i, c in enumerate(r)).rstrip() for r in found]
    return [style.paint(table[0], "cyan"), *table[1:], "", summed(asked, models)]


def rows(asked: Sequence[Asked], models: Mapping[str, ModelSpec]) -> list[tuple[str, ...]]:
    """The statements that call models, one a row, the header first."""
    found: list[tuple[str, ...]] = [("calls", "model", "to make", "stored", "tokens in", "tokens out", "cost")]
    for one in asked:
        usage, ceiling = one.usage()
        known = not one.calls or usage.output
        out = f"{'at most ' if ceiling else ''}{usage.output:,}" if known else "?"
        cost = money(cost_of(one, models))
        found.append((one.column, one.model, _calls(one), f"{one.stored:,}", f"{usage.input:,}", out, cost))
    return found


def _calls(one: Asked) -> str:
    if one.more is None:
        return f"{one.calls:,} and more" if one.calls else "not known yet"
    if one.more:
        return f"{one.calls:,} to {one.calls + one.more:,}"
    return f"{one.calls:,}"


def money(cost: float | None) -> str:
    """An amount; a question mark where it is not known."""
    if cost is None:
        return "?"
    return f"{cost:,.2f}" if cost >= 0.1 or not cost else f"{cost:.2g}"


def summed(asked: Sequence[Asked], models: Mapping[str, ModelSpec]) -> str:
    """All calls together in a sentence or two."""
    calls, stored = sum(a.calls for a in asked), sum(a.stored for a in asked)
    costs = [cost_of(a, models) for a in asked if a.calls]
    known = [c for c in costs if c is not None]
    text = f"{count(calls, 'model call')} to make, {stored:,} answered already"
    open_ = any(a.more is None or a.more for a in asked)
    if open_:
        text += "; what follows from answers is an upper bound until they are there"
    if calls:
        text += f". Cost: {'at least ' if len(known) < len(costs) or open_ else 'about '}{money(sum(known))}"
        if len(known) < len(costs):
            text += " (give a model a `price` where it is not known)"
        seconds = seconds_of(asked, models)
        if seconds is not None:
            text += f". Time: about {seconds:,.0f} s"
    return text + "."


def prompts(asked: Sequence[Asked], style: Style) -> list[str]:
    """The first call that is missing of each statement, message by message."""
    found: list[str] = []
    for one in asked:
        if one.sample is None:
            continue
        found += ["", style.paint(f"{escape(one.column)} to {escape(one.model)}", "bold")]
        for message in one.sample.messages:
            found.append(f"  {message.role}:")
            found += [f"    {escape(line)}" for line in message.content.split("\n")]
    return found


def as_objects(asked: Sequence[Asked], models: Mapping[str, ModelSpec]) -> list[dict[str, Any]]:
    """For a script."""
    made = []
    for one in asked:
        usage, ceiling = one.usage()
        made.append(
            {
                "column": one.column,
                "model": one.model,
                "calls": one.calls,
                "stored": one.stored,
                "more": one.more,
                "input_tokens": usage.input,
                "output_tokens": usage.output or None,
                "output_is_bound": ceiling,
                "cost": cost_of(one, models),
            }
        )
    return made
