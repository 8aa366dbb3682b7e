"""What a shell offers after Tab, taken from the spec that the line names already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from synthdsl.syntax import ast


def complete_param(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    """Params of the spec, as `NAME=`."""
    from synthdsl.syntax import ast

    names = [f"{item.name.text}=" for item in _items(ctx) if isinstance(item, ast.Param)]
    return [n for n in names if n.startswith(begun)]


def complete_model(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    """Models of the spec, as `NAME=`."""
    from synthdsl.syntax import ast

    names = [f"{item.name.text}=" for item in _items(ctx) if isinstance(item, ast.ModelDecl)]
    return [n for n in names if n.startswith(begun)]


def complete_dataset(ctx: click.Context, option: click.Parameter, begun: str) -> list[str]:
    """Datasets of the spec."""
    from synthdsl.syntax import ast

    names = [item.name.text for item in _items(ctx) if isinstance(item, ast.DatasetDecl | ast.PipelineDecl)]
    return [n for n in names if n.startswith(begun)]


def _items(ctx: click.Context) -> Iterator[Any]:
    module = _module(ctx)
    yield from () if module is None else module.items


def _module(ctx: click.Context) -> ast.Module | None:
    from synthdsl.base.span import Source
    from synthdsl.cli.compiling import the_spec
    from synthdsl.syntax import parse

    # An option without its value makes click leave the arguments unread.
    named = [ctx.params.get("spec"), *ctx.args]
    spec = next((Path(n) for n in named if n is not None and Path(n).exists()), None)
    if spec is None:
        return None
    try:
        path = the_spec(spec)
        return parse(Source(path.name, path.read_text(encoding="utf-8")))[0]
    except (click.UsageError, OSError, UnicodeDecodeError):
        # Completion never speaks: without a readable spec there is nothing to offer.
        return None
