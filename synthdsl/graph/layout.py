"""Places for the boxes of a layered drawing, and ways for its edges.

Source: the method of Sugiyama, Tagawa and Toda (1981): layers from left to right, edges over several layers led
through placeholders, crossings reduced by barycentres, then boxes drawn towards the middle of their neighbours as far
as order and distance allow (isotonic regression by pooling adjacent violators). Nothing in it is drawn by chance.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from synthdsl.graph.order import Edge

SWEEPS = 8
MAX_PLACEHOLDERS = 4_000
"""Beyond this many, long edges are drawn straight."""
LANE = 10.0
"""Height that an edge keeps free in a layer which it passes."""


@dataclass(frozen=True, slots=True)
class Box:
    """Left upper corner and size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> Box:
        """The same box elsewhere."""
        return Box(self.x + x, self.y + y, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """boxes: by name. lanes: for an edge over several layers, the left and right end of each piece in between."""

    boxes: dict[str, Box]
    lanes: dict[Edge, tuple[tuple[float, float, float], ...]]
    width: float
    height: float


@dataclass(slots=True)
class _Grid:
    """Layers of names, placeholders among them, and the edges between neighbouring layers."""

    layers: list[list[str]]
    before: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)
    chains: dict[Edge, list[str]] = field(default_factory=dict)

    def join(self, a: str, b: str) -> None:
        self.after.setdefault(a, []).append(b)
        self.before.setdefault(b, []).append(a)


def arrange(
    layers: Sequence[Sequence[str]],
    edges: Sequence[Edge],
    sizes: Mapping[str, tuple[float, float]],
    gaps: tuple[float, float],
) -> Arrangement:
    """Place the boxes of all layers. sizes: width and height. gaps: between layers, between boxes of a layer."""
    grid = _grid(layers, edges)
    _uncross(grid)
    heights = {n: sizes[n][1] if n in sizes else LANE for layer in grid.layers for n in layer}
    centres = _centres(grid, heights, gaps[1])
    boxes: dict[str, Box] = {}
    spans: dict[str, tuple[float, float]] = {}
    x = 0.0
    for layer in grid.layers:
        wide = max((sizes[n][0] for n in layer if n in sizes), default=0.0)
        for name in layer:
            if name in sizes:
                boxes[name] = Box(x, centres[name] - heights[name] / 2, wide, heights[name])
            spans[name] = (x, x + wide)
        x += wide + gaps[0]
    top = min((b.y for b in boxes.values()), default=0.0)
    boxes = {n: b.moved(0, -top) for n, b in boxes.items()}
    lanes = {e: tuple((*spans[n], centres[n] - top) for n in chain) for e, chain in grid.chains.items()}
    return Arrangement(boxes, lanes, max(0.0, x - gaps[0]), max((b.y + b.height for b in boxes.values()), default=0.0))


def _grid(layers: Sequence[Sequence[str]], edges: Sequence[Edge]) -> _Grid:
    level = {name: i for i, layer in enumerate(layers) for name in layer}
    grid = _Grid([list(layer) for layer in layers])
    long = sum(max(0, level[b] - level[a] - 1) for a, b in edges)
    for a, b in edges:
        chain: list[str] = []
        if long <= MAX_PLACEHOLDERS:
            for at in range(level[a] + 1, level[b]):
                # No name has a tab in it, so no placeholder can be taken for a box.
                chain.append(f"{a}\t{b}\t{at}")
                grid.layers[at].append(chain[-1])
        ends = [a, *chain, b]
        if level[b] - level[a] == 1 or chain:
            for left, right in pairwise(ends):
                grid.join(left, right)
        if chain:
            grid.chains[a, b] = chain
    return grid


# --- crossings -----------------------------------------------------------------------------------


def _uncross(grid: _Grid) -> None:
    """Order each layer by the mean place of its neighbours, to and fro; the order with fewest crossings stays."""
    best = [list(layer) for layer in grid.layers]
    fewest = _crossings(grid)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        numbers = range(1, len(grid.layers)) if sweep % 2 == 0 else range(len(grid.layers) - 2, -1, -1)
        for number in numbers:
            neighbours = grid.before if sweep % 2 == 0 else grid.after
            other = grid.layers[number - 1 if sweep % 2 == 0 else number + 1]
            _sort_layer(grid.layers[number], other, neighbours)
        crossings = _crossings(grid)
        if crossings < fewest:
            fewest, best = crossings, [list(layer) for layer in grid.layers]
    grid.layers = best


def _sort_layer(layer: list[str], other: Sequence[str], neighbours: Mapping[str, list[str]]) -> None:
    place = {name: i for i, name in enumerate(other)}
    old = {name: i for i, name in enumerate(layer)}
    scale = len(other) / max(1, len(layer))

    def weight(name: str) -> tuple[float, int]:
        found = [place[n] for n in neighbours.get(name, ()) if n in place]
        return (sum(found) / len(found) if found else old[name] * scale, old[name])

    layer.sort(key=weight)


def _crossings(grid: _Grid) -> int:
    total = 0
    for left, right in pairwise(grid.layers):
        place = {name: i for i, name in enumerate(right)}
        seen: list[int] = []
        for name in left:
            ends = sorted(place[n] for n in grid.after.get(name, ()) if n in place)
            total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


# --- coordinates ---------------------------------------------------------------------------------


def _centres(grid: _Grid, heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """The vertical middle of each box and placeholder."""
    centre: dict[str, float] = {}
    for layer in grid.layers:
        at = -sum(heights[n] + gap for n in layer) / 2
        for name in layer:
            centre[name] = at + heights[name] / 2
            at += heights[name] + gap
    for sweep in range(SWEEPS):
        order = grid.layers if sweep % 2 == 0 else grid.layers[::-1]
        for layer in order:
            wanted = []
            for name in layer:
                near = [*grid.before.get(name, ()), *grid.after.get(name, ())]
                wanted.append(sum(centre[n] for n in near) / len(near) if near else centre[name])
            for name, y in zip(layer, _apart(layer, wanted, heights, gap), strict=True):
                centre[name] = y
    return centre


def _apart(layer: Sequence[str], wanted: Sequence[float], heights: Mapping[str, float], gap: float) -> list[float]:
    """The places nearest to those wanted (least squares) at which the boxes keep their order and distance."""
    offsets = [0.0]
    for a, b in pairwise(layer):
        offsets.append(offsets[-1] + (heights[a] + heights[b]) / 2 + gap)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        total, count = want - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            earlier, members = pools.pop()
            total, count = total + earlier, count + members
        pools.append((total, count))
    free = [total / count for total, count in pools for _ in range(count)]
    return [f + offset for f, offset in zip(free, offsets, strict=False)]
