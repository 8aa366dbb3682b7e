"""`--format`: the form of what a command says. For a script, failures come in that form too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from synthdsl.cli.screen import STOPS, Screen

F = TypeVar("F", bound=Callable[..., Any])


def form_option(*forms: str, default: str | None = "text", stops: str = "json", **more: Any) -> Callable[[F], F]:
    """The option `--format` with these values; the command gets it as `form`.

    default: the form where none is chosen, None where the command finds it itself. stops: how the command says what
    stopped it when `json` is chosen, of `screen.STOPS`. more: further settings of the option.
    """
    assert stops in STOPS

    def chosen(ctx: click.Context, option: click.Parameter, value: str | None) -> str | None:
        screen = ctx.find_object(Screen)
        if screen is not None and value == "json":
            screen.stops = stops
        return value

    # Eager, so that a mistake in another option is told in this form as well.
    return click.option(
        "form", "--format", type=click.Choice(forms), default=default, callback=chosen, is_eager=True, **more
    )
