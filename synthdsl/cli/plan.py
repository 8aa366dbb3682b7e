"""`synthc plan`: what a run would do and cost, without running."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synthdsl.cli.compiling import Chosen, compile_or_stop, setting_options, spec_argument
from synthdsl.cli.form import form_option
from synthdsl.cli.json_text import json_text
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import Style, write
from synthdsl.cli.text import count, cut, escape

if TYPE_CHECKING:
    from synthdsl.engine.survey import Asked
    from synthdsl.plan.forecast import Forecast, Rows
    from synthdsl.plan.steps import Plan


@click.command()
@spec_argument
@form_option("text", "json")
@click.option("--prompts", "with_prompts", is_flag=True, help="Show the first prompt of each statement.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Keep it for `run --approved FILE`."
)
@click.option("--max-cost", type=click.FloatRange(0), metavar="MONEY", help="The most that a run by FILE may cost.")
@setting_options
@click.pass_obj
def plan(
    screen: Screen,
    spec: Path,
    form: str,
    with_prompts: bool,
    output: Path | None,
    max_cost: float | None,
    chosen: Chosen,
) -> None:
    """Say what a run of SPEC would do: rows, columns, outputs, calls and their cost. No model is asked.

    Where models are called, free columns are made, prompts are rendered and looked up in the store: the calls to make
    are exact as far as answers are there.
    """
    from synthdsl.engine.program import is_paid
    from synthdsl.pipeline import estimated, surveyed

    sound = compile_or_stop(screen, spec, chosen)
    compiled = estimated(sound)
    assert compiled.plan is not None
    screen.complain([d for d in compiled.diagnostics if d not in sound.diagnostics])
    from synthdsl.plan.forecast import forecast

    expected = forecast(compiled.plan)
    asked = surveyed(compiled) if any(is_paid(d) for d in compiled.plan.datasets) else []
    if output is not None:
        from synthdsl.approved import plan_text
        from synthdsl.cli.saving import save
        from synthdsl.project import name_in

        name = name_in(compiled.root, compiled.path)
        save(plan_text(compiled.plan, asked, compiled.root, name, max_cost), output)
    if form == "json":
        write(json_text(_as_json(compiled.plan, expected, asked)))
    else:
        text = _as_text(compiled.plan, expected, asked, screen.out)
        if with_prompts:
            from synthdsl.cli.plan_calls import prompts

            text = "\n".join([text, *prompts(asked, screen.out)])
        write(text)


# --- text ----------------------------------------------------------------------------------------


def _as_text(plan: Plan, expected: list[Forecast], asked: list[Asked], style: Style) -> str:
    lines = [f"{style.paint(escape(plan.file), 'bold')}  seed {plan.seed}, plan {plan.digest[:12]}"]
    if plan.params:
        from synthdsl.plan.show import show_value

        shown = ", ".join(f"{name} = {show_value(value)}" for name, value in plan.params)
        lines.append(f"params  {cut(escape(shown), 160)}")
    for one in expected:
        lines.append("")
        lines.extend(_source(plan, one, style) if one.source else _dataset(one, style))
    if plan.outputs:
        lines.append("")
    of = {one.id: one for one in expected}
    for output in plan.outputs:
        rows = amount(of[output.dataset], of) if output.dataset in of else ""
        lines.append(f"{_word('output', style)} {escape(output.path)}  {output.format}, {rows}")
    if plan.checks:
        names = [f"{c.dataset}.{c.name}" for c in plan.checks]
        lines.append(f"{_word('expect', style)} {cut(', '.join(names), 100)}")
    if asked:
        from synthdsl.cli.plan_calls import lines as table

        lines += ["", *table(asked, {m.alias: m for m in plan.models}, style)]
    else:
        lines += ["", "0 model calls, cost 0: every column is drawn or computed here."]
    return "\n".join(lines)


def _word(text: str, style: Style) -> str:
    return style.paint(f"{text:<7}", "cyan")


def _source(plan: Plan, one: Forecast, style: Style) -> list[str]:
    source = plan.source(one.id)
    arguments = dict(source.arguments)
    path = arguments.get("path", arguments.get("name", ""))
    steps = "".join(f" |> {name}" for name, _ in source.steps)
    return [
        f"{_word('source', style)} {style.paint(one.id, 'bold')}  {source.reader} {escape(str(path))}{steps}, "
        f"{count(one.columns, 'column')}; its rows are counted when it is read"
    ]


def _dataset(one: Forecast, style: Style) -> list[str]:
    made = count(one.columns, "column")
    about = f"{made} made here"
    if one.pipeline:
        about = f"{made}: {escape(' |> '.join(one.pipeline))}"
    lines = [f"{_word('dataset', style)} {style.paint(one.id, 'bold')}  {amount(one, {})}, {about}"]
    for group in one.groups:
        rules = " and ".join(group.rules)
        how = "drawn again until" if len(group.columns) == 1 else "drawn again together until"
        rate = ""
        if group.acceptance is not None:
            rate = f" ({group.acceptance:.3g} of all draws do; drawn from these alone)" if group.exact else ""
            rate = rate or f" (about {group.acceptance:.0%} of draws do)"
        if group.within:
            rate += f"; {' and '.join(group.within)} drawn from between their bounds"
        lines.append(f"          {', '.join(group.columns)}: {how} {rules} {_holds(group.rules)}{rate}")
    for rule, action in one.judges:
        does = {
            "drop": "drops rows",
            "flag": "flags rows",
            "fail": "stops the run",
            "retry": "asks again",
            "repair": "asks for a repair",
        }[action]
        lines.append(f"          rule {rule}: {does} where it does not hold")
    return lines


def _holds(rules: tuple[str, ...]) -> str:
    return "holds" if len(rules) == 1 else "hold"


def amount(one: Forecast, known: dict[str, Forecast]) -> str:
    """Rows in words."""
    rows, tried = one.rows, one.tried
    if one.source:
        return f"as many rows as {one.id} has"
    if rows.high is None:
        return f"rows from {one.parent}, at least {rows.low:,}" if rows.low else f"rows from {one.parent}"
    if tried.high is not None and tried.high > rows.high and not one.pipeline:
        return f"{count(rows.high, 'row')} of at most {tried.high:,} tried"
    return count(rows.high, "row") if rows.low == rows.high else f"at most {count(rows.high, 'row')}"


# --- JSON ----------------------------------------------------------------------------------------


def _as_json(plan: Plan, expected: list[Forecast], asked: list[Asked]) -> dict[str, Any]:
    from synthdsl.cli.plan_calls import as_objects, cost_of
    from synthdsl.cli.summary import plain

    models = {m.alias: m for m in plan.models}
    costs = [cost_of(a, models) for a in asked if a.calls]

    return {
        "spec": plan.file,
        "seed": plan.seed,
        "digest": plan.digest,
        "params": plain(dict(plan.params)),
        "sources": [{"name": f.id, "columns": f.columns} for f in expected if f.source],
        "datasets": [
            {
                "name": f.id,
                "parent": f.parent or None,
                "rows": _bounds(f.rows),
                "tried": _bounds(f.tried),
                "columns": f.columns,
                "pipeline": list(f.pipeline) or None,
                "groups": [
                    {"columns": g.columns, "rules": g.rules, "exact": g.exact, "acceptance": g.acceptance}
                    for g in f.groups
                ],
                "judges": [{"rule": r, "action": a} for r, a in f.judges],
            }
            for f in expected
            if not f.source
        ],
        "outputs": [{"path": o.path, "dataset": o.dataset, "format": o.format} for o in plan.outputs],
        "expectations": [{"dataset": c.dataset, "name": c.name, "text": c.text} for c in plan.checks],
        "asked": as_objects(asked, models),
        "calls": sum(a.calls for a in asked),
        "cost": None if None in costs else sum(c for c in costs if c is not None),
    }


def _bounds(rows: Rows) -> dict[str, int | None]:
    return {"min": rows.low, "max": rows.high}
