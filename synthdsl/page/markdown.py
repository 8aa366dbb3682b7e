"""A page as Markdown, for places that show it: GitHub draws the Mermaid in it."""

from __future__ import annotations

import re

from synthdsl.page.blocks import Block, Code, Drawing, Heading, Page, Paragraph, Table


def as_markdown(page: Page) -> str:
    """The text of a `.md` file."""
    return "\n\n".join(_block(block) for block in page.blocks) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {plain(text)}"
        case Paragraph(text):
            return plain(text)
        case Table(header, rows, code):
            lines = [f"| {' | '.join(map(plain, header))} |", "|" + " --- |" * len(header)]
            lines += [f"| {' | '.join(_cell(c, i in code) for i, c in enumerate(row))} |" for row in rows]
            return "\n".join(lines)
        case Code(text, language):
            return fenced(text, language)
        case Drawing(_, mermaid):
            return fenced(mermaid, "mermaid")


def plain(text: str) -> str:
    """Text in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)


def fenced(text: str, language: str) -> str:
    """Code between fences that are longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _cell(text: str, code: bool) -> str:
    flat = " ".join(text.split())
    if not code or not flat:
        return plain(flat)
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    ticks = "`" * (longest + 1)
    # A table's own bars are found before code is.
    inner = flat.replace("|", "\\|")
    return f"{ticks} {inner} {ticks}" if longest else f"`{inner}`"
