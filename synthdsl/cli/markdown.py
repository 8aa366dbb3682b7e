"""The little Markdown that pages and documentation use, as text for a terminal: headings, paragraphs, lists, code."""

from __future__ import annotations

import re

from synthdsl.cli.style import Style
from synthdsl.cli.text import escape, wrap

MAX_COLUMNS = 100
_FENCE = re.compile(r"^(`{3,})[ ]*(.*)$")
_INLINE = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*)")


def rendered(text: str, style: Style) -> str:
    """The text, paragraphs wrapped to the terminal; without colours the marks of code and emphasis stay."""
    columns = min(style.columns or MAX_COLUMNS, MAX_COLUMNS)
    out: list[str] = []
    paragraph: list[str] = []

    def finish() -> None:
        if paragraph:
            out.extend(_paragraph(" ".join(paragraph), columns, style))
            paragraph.clear()

    fence = ""
    for line in escape(text, keep="\n").split("\n"):
        opened = _FENCE.match(line)
        if fence:
            if line.strip() == fence:
                fence = ""
            else:
                out.append(f"    {style.paint(line, 'cyan')}".rstrip())
        elif opened:
            finish()
            fence = opened.group(1)
            if opened.group(2).startswith("file "):
                out.append(style.paint(f"    {opened.group(2)[5:]}:", "dim"))
        elif line.startswith("#"):
            finish()
            out.append(style.paint(line.lstrip("#").strip(), "bold"))
        elif line.startswith(("- ", "* ")):
            finish()
            paragraph.append(line)
        elif line.strip():
            paragraph.append(line.strip())
        else:
            finish()
            if out and out[-1]:
                out.append("")
    finish()
    return "\n".join(out).strip("\n")


def _paragraph(text: str, columns: int, style: Style) -> list[str]:
    indent = "  " if text.startswith(("- ", "* ")) else ""
    lines = wrap(text, columns - len(indent))
    return [_inline(line if i == 0 else indent + line, style) for i, line in enumerate(lines)]


def _inline(line: str, style: Style) -> str:
    if not style.coloured:
        return line
    return "".join(
        style.paint(part[1:-1], "cyan")
        if part.startswith("`") and len(part) > 2
        else style.paint(part[2:-2], "bold")
        if part.startswith("**")
        else part
        for part in _INLINE.split(line)
    )
