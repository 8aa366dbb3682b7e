"""`synthc explain`: the page of a diagnostic code, or the documentation of a name."""

from __future__ import annotations

import click

from synthdsl.base.codes import CODES
from synthdsl.base.suggest import nearest
from synthdsl.cli.screen import Screen
from synthdsl.cli.style import write
from synthdsl.cli.text import pad


def _complete(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    return [code for code in CODES if code.startswith(begun.upper())]


@click.command()
@click.argument("topic", required=False, shell_complete=_complete)
@click.option("listed", "--list", is_flag=True, help="List all codes.")
@click.pass_obj
def explain(screen: Screen, topic: str | None, listed: bool) -> int:
    """Explain TOPIC: a diagnostic code (E0203, or its name) or a function, format or reader."""
    if listed:
        codes = [f"{style_code(screen, code)}  {entry.name}" for code, entry in CODES.items()]
        write("\n".join(codes))
        return 0
    if topic is None:
        raise click.UsageError("Missing argument 'TOPIC', as in `synthc explain E0203`; `--list` lists all codes.")
    code = code_of(topic)
    if code is not None:
        return _page(screen, code)
    from synthdsl.cli.entries import one
    from synthdsl.explain.catalogue import entries

    known = entries()
    found = [e for e in known if e.name == topic]
    if not found:
        close = nearest(topic, [*CODES, *(c.name for c in CODES.values()), *(e.name for e in known)])
        hint = f" Did you mean '{close[0]}'?" if close else " `synthc docs` lists what has a page."
        raise click.UsageError(f"There is nothing called '{topic}'.{hint}")
    write("\n\n".join(one(e, screen.out) for e in found))
    return 0


def style_code(screen: Screen, code: str) -> str:
    """A code in the colour of its severity."""
    return screen.out.paint(pad(code, 5), "red" if code.startswith("E") else "yellow")


def code_of(topic: str) -> str | None:
    """The code that is meant: by itself in any case, or by its name."""
    if topic.upper() in CODES:
        return topic.upper()
    return next((code for code, entry in CODES.items() if entry.name == topic.lower()), None)


def _page(screen: Screen, code: str) -> int:
    from synthdsl.cli.markdown import rendered
    from synthdsl.explain.page import page

    try:
        write(rendered(page(code).text, screen.out))
    except KeyError:
        write(f"{code} {CODES[code].name}: no page has been written for it.")
    return 0
