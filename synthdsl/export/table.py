"""All output formats: name, and the module under `synthdsl.export` that holds its `FORMAT`. One line a format."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from synthdsl.export.contract import Format

TABLE: dict[str, str] = {
    "rows": "formats.rows",
    "chat": "formats.chat",
    "prompt_completion": "formats.prompt_completion",
    "preference": "formats.preference",
    "kto": "formats.kto",
    "prompt_only": "formats.prompt_only",
    "alpaca": "formats.alpaca",
    "sharegpt": "formats.sharegpt",
    "tools": "formats.tools",
}


@cache
def export_format(name: str) -> Format:
    """The format of that name. Raises KeyError when there is none."""
    found = import_module(f"synthdsl.export.{TABLE[name]}").FORMAT
    assert isinstance(found, Format)
    return found
