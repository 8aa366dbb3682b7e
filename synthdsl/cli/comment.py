"""The one comment on the specs of a change: mistakes, layout, what each change means; empty where that is nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import Source
from synthdsl.cli.compiling import Chosen
from synthdsl.cli.diff import breaks, over_budget
from synthdsl.cli.diff_render import Told, as_markdown
from synthdsl.cli.diff_sides import Side, compiled_side, is_there, sides
from synthdsl.cli.diff_told import told_of
from synthdsl.cli.findings import place_of
from synthdsl.cli.plan_calls import money, summed
from synthdsl.engine.program import is_paid
from synthdsl.page.markdown import plain
from synthdsl.pipeline import Compiled, surveyed

MARK = "<!-- synthdsl -->"
"""The first line of the comment: by it a later run finds the one to change."""

MOST = 60_000
"""Bytes of a comment; GitHub takes 65,536 characters."""

MOST_FINDINGS = 40


@dataclass(slots=True)
class Comment:
    """What is found so far. fails: whether a gate is closed: an error, a layout, a break, the budget."""

    against: str
    chosen: Chosen
    compat: str | None
    budget: float | None
    fails: bool = False
    wrong: list[str] = field(default_factory=list)
    loose: list[Path] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def look_at(self, spec: Path, findings: Sequence[Diagnostic], texts: Mapping[str, Source]) -> None:
        """Take in one spec."""
        errors = [d for d in findings if d.is_error]
        self.wrong += [
            f"- `{_code(place_of(d, texts.get(d.span.file)))}` **{d.code}** {plain(d.message)}" for d in errors
        ]
        if errors:
            self.fails = True
            return
        if _is_loose(spec):
            self.fails = True
            self.loose.append(spec)
        self._compare(spec)

    def _compare(self, spec: Path) -> None:
        old, new = sides(str(spec), None, self.against)
        if not is_there(old):
            self.parts.append(f"### New: `{_code(new.shown)}`{_spend(compiled_side(new, self.chosen))}")
            return
        told = told_of((old, Side(spec)), self.chosen)
        if isinstance(told, Compiled):
            # It compiles now: what was broken before is only told of.
            self.parts.append(f"### Mended: `{_code(new.shown)}` did not compile before.")
            return
        said = as_markdown(told)
        if said:
            self.told.append(told)
            self.fails |= breaks(told.found, self.compat)
            self.parts.append(said.partition("\n")[2])

    def text(self) -> str:
        """The comment; empty where there is nothing to say."""
        lines: list[str] = []
        if self.wrong:
            lines += ["### Does not compile", "", *self.wrong[:MOST_FINDINGS]]
            if len(self.wrong) > MOST_FINDINGS:
                lines.append(f"- ... and {len(self.wrong) - MOST_FINDINGS} more: `synthc check` shows them.")
            lines.append("")
        if self.loose:
            names = ", ".join(f"`{_code(p.as_posix())}`" for p in self.loose)
            lines += [f"**Layout:** `synthc fmt` would change {names}.", ""]
        lines += [line for part in self.parts for line in (part, "")]
        lines += self._money()
        if not lines:
            return ""
        text = "\n".join([MARK, *lines]).rstrip()
        if len(text.encode()) <= MOST:
            return text
        cut = text.encode()[: MOST - 100].decode(errors="ignore").rpartition("\n")[0]
        return f"{cut}\n\n... and more: `synthc ci` shows all of it."

    def _money(self) -> list[str]:
        costs = [c for one in self.told if one.asked is not None for c in one.costs]
        over = any(over_budget(one, self.budget) for one in self.told)
        over = over or (self.budget is not None and sum(c or 0.0 for c in costs) > self.budget)
        self.fails |= over
        if self.budget is None or not costs:
            return []
        known = sum(c or 0.0 for c in costs)
        least = "at least " if any(c is None for c in costs) else ""
        verdict = "**over** the budget" if over else "within the budget"
        return [f"**All together:** {least}{money(known)}, {verdict} of {money(self.budget)}."]


def _spend(compiled: Compiled) -> str:
    """What a new spec would ask, as a paragraph of its own."""
    if compiled.plan is None or not any(is_paid(d) for d in compiled.plan.datasets):
        return ""
    return f"\n\n**Calls:** {plain(summed(surveyed(compiled), {m.alias: m for m in compiled.plan.models}))}"


def _is_loose(spec: Path) -> bool:
    from synthdsl.syntax.formatting import format_source

    try:
        source = Source(spec.as_posix(), spec.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"'{spec}' cannot be read: {error}.") from None
    new, _ = format_source(source)
    return new != source.text


def _code(text: str) -> str:
    return text.replace("`", "'").replace("\n", " ")
