"""Lines of a source with marks under a span, as they stand below a message.

In: a source and a span in it. Out: lines of text, harmless and narrow enough for the terminal:

    12 |   var body = "My " + prodct
       |                      ^^^^^^ this name
"""

from __future__ import annotations

from dataclasses import dataclass

from synthdsl.base.span import Source, Span
from synthdsl.cli.style import Style
from synthdsl.cli.text import ELLIPSIS, char_width, escape, width

TAB = 4
MAX_LINES = 5
"""A span over more lines than this is shown by its first three and its last."""
DEFAULT_COLUMNS = 120
"""Where the width is not known, lines of data are still not printed whole."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a span is pointed at: the sign under it, colours, a few words behind it."""

    sign: str = "^"
    colours: tuple[str, ...] = ("red", "bold")
    message: str = ""


def gutter_of(source: Source, *spans: Span) -> int:
    """Digits of the largest line number that excerpts of these spans show."""
    return max((len(str(source.position(max(s.start, s.end - 1))[0])) for s in spans), default=1)


def excerpt(source: Source, span: Span, mark: Mark, gutter: int, style: Style) -> list[str]:
    """The lines of the span with marks under it."""
    end = max(span.start, min(span.end, len(source.text)))
    first, first_column = source.position(min(span.start, len(source.text)))
    last, last_column = source.position(max(span.start, end - 1)) if end > span.start else (first, first_column)
    room = max(40, (style.columns or DEFAULT_COLUMNS) - gutter - 4)
    if first == last:
        stop = last_column if end > span.start else first_column - 1
        return _single(source.line(first), first, first_column - 1, stop, mark, gutter, room, style)
    return _several(source, (first, first_column - 1), (last, last_column), mark, gutter, room, style)


def _single(
    line: str, number: int, start: int, stop: int, mark: Mark, gutter: int, room: int, style: Style
) -> list[str]:
    shown, before, marked = _window(line, start, stop, room)
    signs = mark.sign * max(1, marked)
    under = " " * before + style.paint(signs, *mark.colours)
    if mark.message:
        message = escape(mark.message)
        if not style.columns or before + marked + 1 + width(message) <= room:
            under += " " + style.paint(message, *mark.colours)
        else:
            return [
                _line(str(number), shown, gutter, style),
                _line("", under, gutter, style),
                _line("", " " * min(before, 4) + style.paint(message, *mark.colours), gutter, style),
            ]
    return [_line(str(number), shown, gutter, style), _line("", under, gutter, style)]


def _several(
    source: Source,
    begin: tuple[int, int],
    finish: tuple[int, int],
    mark: Mark,
    gutter: int,
    room: int,
    style: Style,
) -> list[str]:
    """A span over some lines, with a bar at their left."""
    bar = style.paint("|", *mark.colours)
    lines: list[str] = []
    first, column = begin
    last, stop = finish
    numbers = list(range(first, last + 1))
    if len(numbers) > MAX_LINES:
        numbers = [*numbers[:3], 0, last]
    for number in numbers:
        if number == 0:
            lines.append(_line("", f"{bar} {ELLIPSIS}", gutter, style))
            continue
        text = source.line(number)
        shown, before, _ = _window(text, column if number == first else 0, len(text), room - 2, keep_start=True)
        if number != first:
            lines.append(_line(str(number), f"{bar} {shown}", gutter, style))
        elif text[:column].strip() == "":
            lines.append(_line(str(number), f"{style.paint('/', *mark.colours)} {shown}", gutter, style))
        else:
            lines.append(_line(str(number), f"  {shown}", gutter, style))
            at = min(before, room - 4)
            lines.append(_line("", " " + style.paint("_" * (at + 1) + mark.sign, *mark.colours), gutter, style))
    _, before, marked = _window(source.line(last), 0, stop, room - 2, keep_start=True)
    reach = min(before + marked, room - 4)
    message = f" {escape(mark.message)}" if mark.message else ""
    lines.append(_line("", style.paint("|" + "_" * reach + mark.sign + message, *mark.colours), gutter, style))
    return lines


def _line(number: str, text: str, gutter: int, style: Style) -> str:
    return f"{style.paint(f'{number:>{gutter}} |', 'blue')} {text}".rstrip()


def _window(line: str, start: int, stop: int, room: int, keep_start: bool = False) -> tuple[str, int, int]:
    """What fits of a line around characters `start` to `stop`: its text, columns before the span, columns of it."""
    cells = _cells(line)
    start, stop = min(start, len(cells)), min(stop, len(cells))
    widths = [width(c) for c in cells]
    total = sum(widths)
    before, marked = sum(widths[:start]), sum(widths[start:stop])
    if total <= room:
        return "".join(cells), before, marked
    # As much as a third of the room stays before the span, so that it is seen in its place.
    left = 0 if keep_start or before + min(marked, room // 2) <= room - 2 else start
    lead = 0
    while left > 0 and lead + widths[left - 1] <= room // 3:
        left -= 1
        lead += widths[left]
    used = 1 if left else 0
    head = ELLIPSIS if left else ""
    right = left
    while right < len(cells) and used + widths[right] < room:
        used += widths[right]
        right += 1
    tail = ELLIPSIS if right < len(cells) else ""
    before = width(head) + sum(widths[left : max(left, start)])
    marked = sum(widths[start : max(start, min(stop, right))])
    return head + "".join(cells[left:right]) + tail, before, marked


def _cells(line: str) -> list[str]:
    """Each character as it is shown: tabs as spaces up to the next stop, harmful characters spelled out."""
    cells: list[str] = []
    at = 0
    for char in line:
        shown = " " * (TAB - at % TAB) if char == "\t" else escape(char)
        cells.append(shown)
        at += sum(char_width(c) for c in shown)
    return cells
