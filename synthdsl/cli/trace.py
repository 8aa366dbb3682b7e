"""`synthc trace`: one row's whole story."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synthdsl.cli.compiling import Chosen, compile_or_stop, setting_options, spec_argument
from synthdsl.cli.completing import complete_dataset
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.run import wanted_dataset
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import Style, write
from synthdsl.cli.text import count, cut, escape

if TYPE_CHECKING:
    from synthdsl.engine.trace import Step, Story

_KEY = re.compile(r"[0-9a-f]{16}\Z")


@click.command()
@spec_argument
@click.argument("dataset", shell_complete=complete_dataset)
@click.argument("row")
@form_option("text", "json")
@setting_options
@click.pass_obj
def trace(screen: Screen, spec: Path, dataset: str, row: str, form: str, chosen: Chosen) -> None:
    """Tell how ROW of DATASET came to be: its draws, prompts, answers, rules and retries, and those of its parents.

    ROW is a number, counted from 0, or a key of 16 hexadecimal digits as failed rows are listed with. Nothing is
    asked: answers come from the store.
    """
    compiled = compile_or_stop(screen, spec, chosen)
    assert compiled.plan is not None
    wanted_dataset(compiled.plan, dataset)
    by_key = _KEY.match(row) is not None
    if not by_key and not row.isdecimal():
        raise click.UsageError(f"'{row}' is neither the number of a row nor its key.")
    from synthdsl.engine.trace import NoRowError
    from synthdsl.pipeline import trace as traced

    try:
        story = traced(compiled, dataset, int(row, 16 if by_key else 10), by_key)
    except NoRowError:
        raise click.UsageError(f"'{dataset}' has no row {row}.") from None
    if form == "json":
        write(json_text(_as_json(story)))
    else:
        write("\n".join(_as_text(story, screen.out)))


def _as_text(story: Story, style: Style) -> list[str]:
    where = f"row {story.number}, key {story.key:016x}" if story.number is not None else f"key {story.key:016x}"
    lines = [f"{style.paint(story.dataset, 'bold')}  {where}  {_ended(story.end, style)}"]
    for step in story.steps:
        lines.extend(_step(step, style))
    for number, parent in enumerate(story.parents):
        lines += ["", "made from" if not number else "and from", *_as_text(parent, style)]
    if story.others:
        lines += ["", f"and from {count(story.others, 'more row')}"]
    return lines


def _ended(end: str, style: Style) -> str:
    return style.paint(escape(end), "green" if end in ("kept", "read") else "red")


def _step(step: Step, style: Style) -> list[str]:
    how = f"  {style.paint(cut(escape(step.how), 80), 'dim')}" if step.how else ""
    if step.kind in ("rule", "step"):
        return [f"  {style.paint(step.kind, 'cyan')}   {step.name}: {escape(str(step.value))}{how}"]
    lines: list[str] = []
    for call in step.calls:
        lines.append(f"  {style.paint('call', 'cyan')}   {step.name} by {call.model}")
        for role, content in call.messages:
            lines.extend(_block(f"{role}:", content))
        if call.reply is None:
            lines.append("           no answer")
            continue
        usage = call.reply.usage
        about = f"answer, {usage.input:,} + {usage.output:,} tokens, {call.reply.seconds:.1f} s:"
        lines.extend(_block(about, call.reply.text or call.reply.refusal))
    lines.append(f"  {style.paint(f'{step.kind:<6}', 'cyan')} {step.name} = {cut(escape(repr(step.value)), 200)}{how}")
    return lines


def _block(head: str, text: str) -> list[str]:
    inside = text.split("\n")
    if len(inside) == 1:
        return [f"           {head} {escape(inside[0])}"]
    return [f"           {head}", *(f"             {escape(line)}" for line in inside)]


def _as_json(story: Story) -> dict[str, Any]:
    from synthdsl.cli.summary import plain

    return {
        "dataset": story.dataset,
        "key": f"{story.key:016x}",
        "row": story.number,
        "end": story.end,
        "steps": [
            {
                "kind": s.kind,
                "name": s.name,
                "how": s.how or None,
                "value": plain(s.value),
                "calls": [
                    {
                        "model": c.model,
                        "messages": [{"role": r, "content": t} for r, t in c.messages],
                        "answer": None if c.reply is None else c.reply.text,
                        "tokens": None if c.reply is None else [c.reply.usage.input, c.reply.usage.output],
                        "seconds": None if c.reply is None else c.reply.seconds,
                    }
                    for c in s.calls
                ],
            }
            for s in story.steps
        ],
        "parents": [_as_json(parent) for parent in story.parents],
        "other_parents": story.others,
    }
