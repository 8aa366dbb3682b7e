"""Progress under a notebook's cell: one display that is replaced, as text and as HTML."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any

from synthdsl.progress.tally import Line, Tally


def in_notebook() -> bool:
    """Whether the program runs in the kernel of a notebook. IPython is not imported for it."""
    python = sys.modules.get("IPython")
    shell = None if python is None else python.get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


@contextmanager
def cell(wanted: Mapping[str, int]) -> Iterator[Tally]:
    """A display that stays under the cell with the last state of the run."""
    from IPython import display as shown

    def bundle(lines: list[Line]) -> dict[str, str]:
        return {"text/plain": as_text(lines), "text/html": as_html(lines)}

    display: Any = shown.display
    handle = display(bundle([]), raw=True, display_id=True)
    tally = Tally(wanted, lambda lines: handle.update(bundle(lines), raw=True), pause=0.25)
    try:
        yield tally
    finally:
        tally.close()


def as_text(lines: list[Line]) -> str:
    """A line each."""
    return "\n".join(f"{'  ' if line.statement else ''}{line.name}: {line.amount}" for line in lines)


def as_html(lines: list[Line]) -> str:
    """A row each; names come from specs, so they are escaped."""
    rows = []
    for line in lines:
        bar = ""
        if not line.statement:
            share = f' value="{line.done}" max="{line.total}"' if line.total else ""
            bar = f"<progress{share}></progress>"
        name = escape(line.name)
        rows.append(f"<tr><td style='text-align:left'>{name}</td><td>{bar}</td><td>{escape(line.amount)}</td></tr>")
    return f"<table>{''.join(rows)}</table>"
