"""What SVG drawings are made of: the style sheet, text that fits, curves, the legend."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'Noto Sans',sans-serif"

_Palette = Mapping[str, str | tuple[str, str]]

_LIGHT: _Palette = {
    "page": "#ffffff",
    "card": "#fafbfc",
    "line": "#cfd5dd",
    "ink": "#1c2330",
    "soft": "#5b6575",
    "edge": "#8b95a5",
    "mark": "#6b46a8",
    "var": ("#e8f1fb", "#3b6ea5"),
    "template": ("#e9f5e6", "#4c8a3f"),
    "llm": ("#fdf0df", "#b9701c"),
    "rule": ("#fbe9ec", "#b04358"),
    "column": ("#f0f1f3", "#8a919c"),
}
_DARK: _Palette = {
    "page": "#12161c",
    "card": "#1a2029",
    "line": "#39424f",
    "ink": "#e8ecf2",
    "soft": "#a0abba",
    "edge": "#7d899a",
    "mark": "#8a66cc",
    "var": ("#1b2c40", "#6ea3d8"),
    "template": ("#1d3219", "#7cbb6d"),
    "llm": ("#3a2810", "#e0a050"),
    "rule": ("#3b1c24", "#e07f92"),
    "column": ("#252c36", "#8a95a5"),
}
_SELECTORS = {
    "column": ".box rect",
    "var": ".var rect",
    "template": ".template rect",
    "llm": ".llm rect,.chat rect,.iterate rect",
    "rule": ".rule rect",
}


def _colours(palette: _Palette) -> str:
    # Colours stand in the rules themselves: many programs that show SVG know no CSS variables.
    boxes = "".join(f"{_SELECTORS[k]}{{fill:{palette[k][0]};stroke:{palette[k][1]}}}" for k in _SELECTORS)
    return (
        f"text{{fill:{palette['ink']}}}.page{{fill:{palette['page']}}}"
        f".back{{fill:{palette['card']};stroke:{palette['line']}}}"
        f".line,.what,.legend,.type{{fill:{palette['soft']}}}"
        f".edge,.rows{{stroke:{palette['edge']}}}#tip path{{fill:{palette['edge']}}}"
        f".mark{{fill:{palette['mark']}}}.letter{{fill:#ffffff}}{boxes}.guest rect{{fill:none}}"
    )


STYLE = (
    f"text{{font-family:{_FONT}}}"
    ".head{font-size:15px;font-weight:700}"
    ".line,.what,.legend{font-size:11px}"
    ".name{font-size:12.5px;font-weight:600;text-anchor:middle}"
    ".type{font-size:10.5px;text-anchor:middle}"
    ".letter{font-size:10px;font-weight:700;text-anchor:middle}"
    ".edge,.rows{fill:none;stroke-width:1.4;marker-end:url(#tip)}"
    ".rows{stroke-width:2.2}"
    ".faint{stroke-dasharray:2 3;opacity:.55}"
    ".llm rect,.chat rect,.iterate rect{stroke-width:1.8}"
    ".guest rect{stroke-dasharray:4 3}"
    f"{_colours(_LIGHT)}"
    f"@media (prefers-color-scheme:dark){{{_colours(_DARK)}}}"
)

PAGE = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 L7.5 4 L0 7.5 Z"/></marker></defs>\n'
    '<rect class="page" width="{width}" height="{height}"/>'
)

_NARROW = re.compile(r"[ijl|!.,:;'()\[\]{}tfrI ]")
_WIDE = re.compile(r"[mwMW@%]")


def text_width(text: str, size: float, bold: bool = False) -> float:
    """About the width of a text in pixels, rather more than less; fonts differ from reader to reader."""
    total = 0.0
    for char in text:
        if unicodedata.east_asian_width(char) in "WF":
            total += 1.0
        elif _NARROW.match(char):
            total += 0.34
        elif _WIDE.match(char):
            total += 0.88
        else:
            total += 0.6
    return total * size * (1.06 if bold else 1.0)


def shortened(text: str, characters: int) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def printable(text: str) -> str:
    """Without what XML cannot hold, or what shows itself in another order than it has."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


def number(value: float) -> str:
    """A length with one decimal at most."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def curve(
    start: tuple[float, float], end: tuple[float, float], lanes: Sequence[tuple[float, float, float]], style: str
) -> str:
    """A way from one point to another that leaves and arrives level, through lanes (left, right, height) between."""
    x, y = start
    path = [f"M{number(x)} {number(y)}"]
    for left, right, height in (*lanes, (end[0], end[0], end[1])):
        bend = max(12.0, (left - x) / 2)
        path.append(
            f"C{number(x + bend)} {number(y)} {number(left - bend)} {number(height)} {number(left)} {number(height)}"
        )
        if right > left:
            path.append(f"H{number(right)}")
        x, y = right, height
    return f'<path class="{style}" d="{"".join(path)}"/>'


_WORDS = {
    "var": "value",
    "template": "template",
    "llm": "model call",
    "rule": "rule",
    "column": "column read",
}
_SAME = {"chat": "llm", "iterate": "llm", "steps": "column", "each": "column", "key": "column"}


def footer(kinds: Iterable[str]) -> tuple[str, float]:
    """What the colours mean, for the kinds that occur: drawing and width."""
    seen = {_SAME.get(k, k) for k in kinds}
    parts: list[str] = []
    x = 0.0
    for kind in (k for k in _WORDS if k in seen):
        parts.append(f'<g class="{kind} box"><rect x="{number(x)}" y="-9" width="14" height="11" rx="3"/></g>')
        parts.append(f'<text class="legend" x="{number(x + 20)}" y="0">{_WORDS[kind]}</text>')
        x += 20 + text_width(_WORDS[kind], 11) + 22
    return "".join(parts), x
