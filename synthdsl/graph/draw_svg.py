"""A picture as SVG: a card for each block with its columns as boxes, edges between them, edges between cards.

What a dataset reads of others stands in it as a dashed box, so that edges stay within a card. An edge between whose
ends there is another way too is drawn faintly. The same picture gives the same bytes. Colours follow the reader's
light or dark setting; title and description are there for who cannot see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape as xml

from synthdsl.graph.layout import Arrangement, Box, arrange
from synthdsl.graph.order import Edge, implied, layers
from synthdsl.graph.picture import Block, Picture, Vertex
from synthdsl.graph.svg_parts import (
    PAGE,
    STYLE,
    curve,
    footer,
    number,
    printable,
    shortened,
    text_width,
)

MARGIN = 24.0
PADDING = 16.0
HEADER = 46.0
LINE = 18.0
BOX_HEIGHT = 38.0
BOX_GAPS = (46.0, 12.0)
CARD_GAPS = (64.0, 28.0)
MAX_LABEL = 26


@dataclass(frozen=True, slots=True)
class _Card:
    """A block laid out by itself: boxes relative to its upper left corner."""

    block: Block
    vertices: dict[str, Vertex]
    boxes: dict[str, Box]
    edges: tuple[Edge, ...]
    lanes: dict[Edge, tuple[tuple[float, float, float], ...]]
    faint: set[Edge]
    notes: tuple[str, ...]
    width: float
    height: float


def draw_svg(picture: Picture) -> str:
    """The drawing as a document of its own."""
    cards = {b.id: _card(b) for b in picture.blocks}
    edges = [(p, b.id) for b in picture.blocks for p in b.parents if p in cards]
    sizes = {name: (card.width, card.height) for name, card in cards.items()}
    whole = arrange(layers(list(cards), edges), edges, sizes, CARD_GAPS)
    kinds = [v.kind for b in picture.blocks for v in b.vertices]
    legend, legend_width = footer(kinds)
    width = max(whole.width, legend_width, 320) + 2 * MARGIN
    height = whole.height + 2 * MARGIN + LINE * 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{_xml(f"The dependency graph of {picture.title}")}</title>',
        f'<desc id="desc">{_xml(_description(picture))}</desc>',
        f"<style>{STYLE}</style>",
        PAGE.format(width=number(width), height=number(height)),
    ]
    faint = implied(list(cards), edges)
    for edge in edges:
        a, b = (_placed(whole, cards, end) for end in edge)
        lanes = tuple((x + MARGIN, y + MARGIN, z + MARGIN) for x, y, z in whole.lanes.get(edge, ()))
        shade = "rows faint" if edge in faint else "rows"
        parts.append(curve((a.x + a.width, a.y + a.height / 2), (b.x, b.y + b.height / 2), lanes, shade))
    for name, card in cards.items():
        parts.extend(_drawn(card, _placed(whole, cards, name)))
    parts.append(f'<g transform="translate({number(MARGIN)} {number(height - MARGIN)})">{legend}</g>')
    parts.append("</svg>")
    return "\n".join(parts)


def _placed(whole: Arrangement, cards: dict[str, _Card], name: str) -> Box:
    """A card keeps its own width, where the layer is wider."""
    box = whole.boxes[name].moved(MARGIN, MARGIN)
    return Box(box.x, box.y, cards[name].width, box.height)


def _description(picture: Picture) -> str:
    told = []
    for block in picture.blocks:
        names = ", ".join(v.name for v in block.vertices)
        made = f" after {', '.join(block.parents)}" if block.parents else ""
        told.append(f"{block.kind} {block.title} ({block.headline}){made}" + (f": {names}" if names else ""))
    return "; ".join(told) + "."


# --- one block -----------------------------------------------------------------------------------


def _card(block: Block) -> _Card:
    vertices, edges = _inside(block)
    connected = {end for edge in edges for end in edge}
    chained = [v for v in vertices if v in connected]
    alone = [v for v in vertices if v not in connected]
    sizes = {name: (_box_width(vertices[name]), BOX_HEIGHT) for name in vertices}
    drawn = arrange(layers(chained, edges), edges, sizes, BOX_GAPS)
    boxes = {name: box.moved(PADDING, HEADER) for name, box in drawn.boxes.items()}
    lanes = {e: tuple((a + PADDING, b + PADDING, y + HEADER) for a, b, y in lane) for e, lane in drawn.lanes.items()}
    top = HEADER + drawn.height + (BOX_GAPS[1] if chained and alone else 0)
    rest, width, height = _gridded(alone, sizes, top, max(drawn.width, 200.0))
    boxes.update(rest)
    notes = _notes(block)
    inner = max(drawn.width, width, *(text_width(n, 11) for n in notes), text_width(block.title, 15, bold=True) + 80)
    inner = max(inner, min(text_width(block.headline, 11), 420.0))
    bottom = top + height + (PADDING if vertices else 0) + LINE * len(notes)
    return _Card(
        block,
        vertices,
        boxes,
        tuple(edges),
        lanes,
        implied(chained, edges),
        notes,
        inner + 2 * PADDING,
        max(bottom, HEADER + 4),
    )


def _inside(block: Block) -> tuple[dict[str, Vertex], list[Edge]]:
    """The vertices of the card, guests from other blocks first, and the edges between them."""
    own = {v.id: v for v in block.vertices}
    if block.kind == "output":
        return own, []
    guests: dict[str, Vertex] = {}
    edges: list[Edge] = []
    for vertex in block.vertices:
        for need in vertex.needs:
            if need not in own and need not in guests:
                home, _, name = need.rpartition(".")
                guests[need] = Vertex(need, name, "column", f"of {home}" if home else "all its rows")
            edges.append((need, vertex.id))
    return {**guests, **own}, edges


def _box_width(vertex: Vertex) -> float:
    name = text_width(shortened(vertex.name, MAX_LABEL), 12.5, bold=True) + (18 if vertex.mark else 0)
    return max(72.0, name, text_width(shortened(_detail(vertex), MAX_LABEL), 10.5)) + 20


def _detail(vertex: Vertex) -> str:
    if vertex.kind == "key":
        return f"from {', '.join(n.rpartition('.')[2] for n in vertex.needs)}" if vertex.needs else vertex.detail
    return vertex.detail


def _gridded(
    names: list[str], sizes: dict[str, tuple[float, float]], top: float, wide: float
) -> tuple[dict[str, Box], float, float]:
    """Boxes without edges, in rows as wide as the rest of the card (or about as wide as high): boxes, width, height."""
    if not names:
        return {}, 0.0, 0.0
    cell = max(sizes[n][0] for n in names)
    step = cell + BOX_GAPS[1]
    across = max(1, int((wide + BOX_GAPS[1]) // step))
    while across * across * step < len(names) * (BOX_HEIGHT + BOX_GAPS[1]):
        across += 1
    across = 1 if len(names) <= 4 and wide < 3 * step else min(across, len(names))
    down = -(-len(names) // across)
    boxes = {}
    for i, name in enumerate(names):
        x, y = PADDING + (i // down) * step, top + (i % down) * (BOX_HEIGHT + BOX_GAPS[1])
        boxes[name] = Box(x, y, cell, BOX_HEIGHT)
    columns = -(-len(names) // down)
    return boxes, columns * step - BOX_GAPS[1], down * (BOX_HEIGHT + BOX_GAPS[1]) - BOX_GAPS[1]


def _notes(block: Block) -> tuple[str, ...]:
    notes = [
        f"{g.mark}: drawn again together until {' and '.join(g.rules)} {'holds' if len(g.rules) == 1 else 'hold'}"
        for g in block.groups
    ]
    if block.hidden:
        notes.append("and 1 column that nothing reads" if block.hidden == 1 else f"and {block.hidden} more columns")
    return tuple(shortened(n, 90) for n in notes)


# --- drawing -------------------------------------------------------------------------------------


def _drawn(card: _Card, at: Box) -> list[str]:
    block = card.block
    parts = [f'<g class="card {block.kind}" transform="translate({number(at.x)} {number(at.y)})">']
    parts.append(f"<title>{_xml(_told(block.kind, block.title, block.headline, block.doc))}</title>")
    parts.append(f'<rect class="back" width="{number(card.width)}" height="{number(card.height)}" rx="10"/>')
    kind = number(card.width - PADDING)
    parts.append(f'<text class="what" x="{kind}" y="20" text-anchor="end">{block.kind}</text>')
    title = shortened(block.title, max(12, int((card.width - 2 * PADDING - 70) / 8)))
    parts.append(f'<text class="head" x="{number(PADDING)}" y="21">{_xml(title)}</text>')
    line = shortened(block.headline, max(16, int((card.width - 2 * PADDING) / 5.6)))
    parts.append(f'<text class="line" x="{number(PADDING)}" y="36">{_xml(line)}</text>')
    for edge in sorted(card.edges, key=lambda e: e not in card.faint):
        a, b = (card.boxes[end] for end in edge)
        start, end = (a.x + a.width, a.y + a.height / 2), (b.x, b.y + b.height / 2)
        shade = "edge faint" if edge in card.faint else "edge"
        parts.append(curve(start, end, card.lanes.get(edge, ()), shade))
    own = {v.id for v in block.vertices}
    for name, box in card.boxes.items():
        parts.append(_box(card.vertices[name], box, guest=name not in own))
    below = card.height - LINE * len(card.notes) + 4
    for i, note in enumerate(card.notes):
        parts.append(f'<text class="line" x="{number(PADDING)}" y="{number(below + i * LINE)}">{_xml(note)}</text>')
    parts.append("</g>")
    return parts


def _box(vertex: Vertex, box: Box, guest: bool) -> str:
    x, y = number(box.x), number(box.y)
    corner = {"rule": 19, "llm": 12, "chat": 12, "iterate": 12}.get(vertex.kind, 5)
    kind = "guest" if guest else vertex.kind
    name = _xml(shortened(vertex.name, MAX_LABEL))
    detail = _xml(shortened(_detail(vertex), MAX_LABEL))
    middle = number(box.x + box.width / 2)
    parts = [
        f'<g class="box {kind}"><title>{_xml(_told(vertex.kind, vertex.name, vertex.detail, vertex.doc))}</title>',
        f'<rect x="{x}" y="{y}" width="{number(box.width)}" height="{number(box.height)}" rx="{corner}"/>',
        f'<text class="name" x="{middle}" y="{number(box.y + (16 if detail else 23))}">{name}</text>',
    ]
    if detail:
        parts.append(f'<text class="type" x="{middle}" y="{number(box.y + 30)}">{detail}</text>')
    if vertex.mark:
        right, top = number(box.x + box.width - 3), number(box.y + 3)
        parts.append(f'<circle class="mark" cx="{right}" cy="{top}" r="8"/>')
        parts.append(f'<text class="letter" x="{right}" y="{number(box.y + 6.5)}">{vertex.mark}</text>')
    return "".join([*parts, "</g>"])


def _told(kind: str, name: str, detail: str, doc: str) -> str:
    said = f"{kind} {name}: {detail}" if detail else f"{kind} {name}"
    return f"{said}. {doc}" if doc else said


def _xml(text: str) -> str:
    return xml(printable(text))
