"""A difference for a terminal, for a pull request, for a script."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from synthdsl.cli.plan_calls import cost_of, money
from synthdsl.cli.style import Style
from synthdsl.cli.text import count, escape, pad

if TYPE_CHECKING:
    from synthdsl.cli.diff_rows import Pair
    from synthdsl.diff.changes import ColumnChange, DatasetChange, Difference
    from synthdsl.engine.survey import Asked
    from synthdsl.pipeline import Compiled

MOST = 60_000
"""Bytes that a comment of a pull request may have."""

LEVELS = {
    "none": "the same rows",
    "filter": "rows are kept or dropped otherwise",
    "append": "rows come and go, the others stay",
    "partial": "some columns have other values",
    "full": "all rows are others",
    "added": "new",
    "removed": "gone",
}
EFFECTS = {"additive": "more than before", "breaking": "breaks readers", "training": "breaks training"}
_SIGNS = {"added": "+", "removed": "-", "renamed": "=", "direct": "~", "inherited": ">"}


@dataclass(frozen=True, slots=True)
class Told:
    """All that is shown. asked: the calls that the new spec would make now, None where nobody can say.

    rows: before and after, of datasets that change.
    """

    found: Difference
    asked: Sequence[Asked] | None
    old: Compiled
    new: Compiled
    names: tuple[str, str]
    rows: Mapping[str, Sequence[Pair]] = field(default_factory=dict)

    @property
    def costs(self) -> list[float | None]:
        """What the calls of each statement are expected to cost."""
        assert self.new.plan is not None
        models = {m.alias: m for m in self.new.plan.models}
        return [cost_of(one, models) for one in self.asked or () if one.calls]


def as_text(told: Told, style: Style) -> str:
    """For a terminal."""
    if told.found.is_empty:
        return f"{told.names[0]} and {told.names[1]} mean the same."
    lines = [f"{escape(told.names[0])} -> {escape(told.names[1])}"]
    if told.found.contract:
        lines += ["", style.paint("contract", "bold")]
        for change in told.found.contract:
            colour = "yellow" if change.effect == "additive" else "red"
            said = style.paint(pad(EFFECTS[change.effect], 16), colour)
            lines.append(f"  {said} {escape(change.output)} {escape(change.what)}")
    if told.found.data:
        lines += ["", style.paint("data", "bold")]
        for dataset in told.found.data:
            lines.append(f"  {style.paint(escape(dataset.dataset), 'bold')}  {LEVELS[dataset.level]}")
            lines += [f"    {escape(reason)}" for reason in dataset.why]
            for column in dataset.columns:
                lines.append(f"    {_SIGNS[column.kind]} {pad(escape(column.column), 14)} {escape(_said(column))}")
                lines += [f"        {line}" for line in _words(told, dataset, column, style)]
    for name, pairs in told.rows.items():
        lines += ["", style.paint(f"rows of {escape(name)}", "bold")]
        for pair in pairs:
            lines.append(f"  {pair.key}")
            for name_, before, after in pair.values:
                lines.append(f"    {pad(escape(name_), 14)} {style.paint(_side('-', before), 'red')}")
                lines.append(f"    {'':14} {style.paint(_side('+', after), 'green')}")
    if told.asked is not None:
        lines += ["", style.paint("spend", "bold"), f"  {_spend(told)}"]
    return "\n".join(lines)


def _side(sign: str, text: str | None) -> str:
    return f"{sign} {'(no such row or column)' if text is None else escape(text)}"


def _said(column: ColumnChange) -> str:
    types = f" ({column.types[0]} -> {column.types[1]})" if column.types and "type" not in column.why else ""
    calls = ", asked again" if column.asks and column.kind in ("direct", "inherited") else ""
    return f"{column.why}{types}{calls}"


def _spend(told: Told) -> str:
    asked = told.asked or ()
    calls, stored = sum(a.calls for a in asked), sum(a.stored for a in asked)
    known = [c for c in told.costs if c is not None]
    more = any(a.more is None or a.more for a in asked)
    if not calls and not more:
        return f"no calls to make, {stored:,} answered already"
    text = f"{'at least ' if more else ''}{count(calls, 'call')} to make, {stored:,} answered already"
    if calls:
        text += f", {'at least ' if more or len(known) < len(told.costs) else 'about '}{money(sum(known))}"
    return text


# --- prompts word by word ------------------------------------------------------------------------


def _statement(side: Compiled, dataset: str, column: str) -> str:
    """A column as it is written."""
    from synthdsl.model.spec import Dataset

    if side.spec is None:
        return ""
    found = next((d for d in side.spec.datasets if d.id == dataset), None)
    if not isinstance(found, Dataset):
        return ""
    made = next((c for c in found.columns if c.name == column), None)
    source = None if made is None else side.texts.get(made.span.file)
    return "" if made is None or source is None else source.text[made.span.start : made.span.end]


def _pieces(told: Told, dataset: DatasetChange, column: ColumnChange) -> Iterator[tuple[str, str]]:
    """The new statement in pieces: what stays (" "), what went ("-"), what came ("+")."""
    if column.kind != "direct":
        return
    old = _statement(told.old, dataset.dataset, column.before or column.column).split()
    new = _statement(told.new, dataset.dataset, column.column).split()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            kept = old[a:b]
            shown = kept if len(kept) <= 8 else [*kept[:3], "...", *kept[-3:]]
            yield " ", " ".join(shown)
            continue
        if b > a:
            yield "-", " ".join(old[a:b])
        if d > c:
            yield "+", " ".join(new[c:d])


def _words(told: Told, dataset: DatasetChange, column: ColumnChange, style: Style) -> list[str]:
    shown = []
    for sign, words in _pieces(told, dataset, column):
        text = escape(words)
        if sign == "-":
            text = style.paint(f"[-{text}-]", "red")
        elif sign == "+":
            text = style.paint(f"{{+{text}+}}", "green")
        shown.append(text)
    return [" ".join(shown)] if shown else []


# --- other forms ---------------------------------------------------------------------------------


def as_markdown(told: Told) -> str:
    """One comment for a pull request; empty where nothing changed in meaning."""
    if told.found.is_empty:
        return ""
    lines = ["<!-- synthc diff -->", f"### What this change means: `{_code(told.names[1])}`", ""]
    if told.found.contract:
        lines += ["| output | | |", "|---|---|---|"]
        lines += [f"| `{_code(c.output)}` | {EFFECTS[c.effect]} | {_cell(c.what)} |" for c in told.found.contract]
        lines.append("")
    if told.found.data:
        lines += ["| dataset | rows | why |", "|---|---|---|"]
        for dataset in told.found.data:
            lines.append(f"| `{_code(dataset.dataset)}` | {LEVELS[dataset.level]} | {_cell('; '.join(dataset.why))} |")
        lines.append("")
    for dataset in told.found.data:
        if dataset.columns:
            lines += [f"<details><summary>Columns of <code>{_html(dataset.dataset)}</code></summary>", ""]
            for column in dataset.columns:
                lines.append(f"- `{_SIGNS[column.kind]} {_code(column.column)}`: {_cell(_said(column))}")
                pieces = list(_pieces(told, dataset, column))
                if pieces:
                    lines.append("  <br>" + " ".join(_marked(sign, words) for sign, words in pieces))
            lines += ["", "</details>", ""]
    for name, pairs in told.rows.items():
        lines += [f"<details><summary>Rows of <code>{_html(name)}</code></summary>", ""]
        lines += ["| row | column | before | after |", "|---|---|---|---|"]
        for pair in pairs:
            for name_, before, after in pair.values:
                sides = (_cell(before or ""), _cell(after or ""))
                lines.append(f"| `{pair.key[:8]}` | `{_code(name_)}` | {sides[0]} | {sides[1]} |")
        lines += ["", "</details>", ""]
    if told.asked is not None:
        lines.append(f"**Calls:** {_spend(told)}")
    text = "\n".join(lines)
    if len(text.encode()) <= MOST:
        return text
    cut = text.encode()[: MOST - 100].decode(errors="ignore").rpartition("\n")[0]
    return f"{cut}\n\n... and more: `synthc diff` shows all of it."


def _marked(sign: str, words: str) -> str:
    text = _html(words)
    return {"-": f"<del>{text}</del>", "+": f"<ins>{text}</ins>"}.get(sign, text)


def _html(text: str) -> str:
    import html

    return "".join(f"&#{ord(c)};" if c in "`*_[]|~!@" else c for c in html.escape(text, quote=False))


def _cell(text: str) -> str:
    return _html(text).replace("\n", " ")


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "/").replace("\n", " ")


def as_object(told: Told) -> dict[str, Any]:
    """For a script."""
    assert told.new.plan is not None
    from synthdsl.cli.plan_calls import as_objects

    models = {m.alias: m for m in told.new.plan.models}
    return {
        "old": {"name": told.names[0], "digest": told.old.plan.digest if told.old.plan else None},
        "new": {"name": told.names[1], "digest": told.new.plan.digest},
        "same": told.found.is_empty,
        "contract": [{"output": c.output, "effect": c.effect, "what": c.what} for c in told.found.contract],
        "data": [
            {
                "dataset": d.dataset,
                "kind": d.kind,
                "level": d.level,
                "why": list(d.why),
                "columns": [
                    {
                        "column": c.column,
                        "change": c.kind,
                        "why": c.why,
                        "before": c.before or None,
                        "types": None if c.types is None else list(c.types),
                        "asks": c.asks,
                        "words": [{"sign": s, "text": w} for s, w in _pieces(told, d, c)],
                    }
                    for c in d.columns
                ],
            }
            for d in told.found.data
        ],
        "rows": {name: [_pair(pair) for pair in pairs] for name, pairs in told.rows.items()},
        "calls": None if told.asked is None else as_objects(told.asked, models),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {"key": pair.key, "values": [{"column": c, "before": b, "after": a} for c, b, a in pair.values]}
