"""The SVG drawing: well-formed, accessible, the same every time, nothing on top of anything else."""

from __future__ import annotations

import random
import time
from itertools import combinations
from xml.etree import ElementTree

import pytest

from synthdsl.graph.draw_svg import draw_svg
from synthdsl.graph.layout import Box, arrange
from synthdsl.graph.order import implied, layers
from tests.graph.pictures import HOSTILE_PICTURE, picture

SVG = "{http://www.w3.org/2000/svg}"


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def test_it_is_well_formed_and_speaks() -> None:
    root = ElementTree.fromstring(draw_svg(picture()))
    assert root.get("role") == "img" and root.get("aria-labelledby") == "title desc"
    assert root.find(f"{SVG}title").text == "The dependency graph of /nowhere/spec.synth"  # type: ignore[union-attr]
    description = root.find(f"{SVG}desc").text  # type: ignore[union-attr]
    assert description is not None and "dataset pets (2 per row of people) after people: name, label" in description
    words = {t.text for t in root.iter(f"{SVG}text")}
    assert {"people", "size", "tenure", "grown", "pets", "out/toys.jsonl"} <= words


def test_the_same_every_time() -> None:
    assert draw_svg(picture()) == draw_svg(picture())


def test_hostile_text_stays_text() -> None:
    root = ElementTree.fromstring(draw_svg(HOSTILE_PICTURE))
    names = {e.tag.removeprefix(SVG) for e in root.iter()}
    assert names <= {
        "svg", "title", "desc", "style", "defs", "marker", "path", "rect", "g", "text", "circle"
    }  # fmt: skip
    assert all(t.isprintable() for e in root.iter(f"{SVG}text") if (t := e.text))


def test_it_lies_within_its_frame() -> None:
    root = ElementTree.fromstring(draw_svg(picture()))
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for card in root.findall(f"{SVG}g"):
        if "card" in card.get("class", ""):
            x, y = (float(v) for v in card.get("transform", "")[10:-1].split())
            back = card.find(f"{SVG}rect")
            assert back is not None
            assert x >= 0 and x + float(back.get("width", 0)) <= width
            assert y >= 0 and y + float(back.get("height", 0)) <= height


@pytest.mark.parametrize("seed", range(12))
def test_boxes_do_not_overlap(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"n{i}" for i in range(chance.randrange(1, 40))]
    edges = sorted({(names[a], names[b]) for a, b in combinations(range(len(names)), 2) if chance.random() < 0.12})
    sizes = {n: (chance.uniform(40, 160), chance.uniform(20, 60)) for n in names}
    made = arrange(layers(names, edges), edges, sizes, (40, 12))
    assert set(made.boxes) == set(names)
    for a, b in combinations(names, 2):
        assert not overlap(made.boxes[a], made.boxes[b]), (a, b)
    for a, b in edges:
        assert made.boxes[a].x + made.boxes[a].width < made.boxes[b].x
    assert min(b.y for b in made.boxes.values()) == 0
    assert max(b.y + b.height for b in made.boxes.values()) == pytest.approx(made.height)


def test_few_edges_cross() -> None:
    """Two ladders side by side can be drawn without any crossing, whatever the order of their names."""
    names = ["a1", "b1", "a2", "b2", "a3", "b3"]
    edges = [("a1", "b2"), ("b1", "a2"), ("b2", "a3"), ("a2", "b3")]
    made = arrange(layers(names, edges), edges, dict.fromkeys(names, (50.0, 20.0)), (40, 12))
    for first, second in combinations(edges, 2):
        (a, b), (c, d) = first, second
        if made.boxes[a].x == made.boxes[c].x:
            assert (made.boxes[a].y < made.boxes[c].y) == (made.boxes[b].y < made.boxes[d].y)


def test_edges_that_follow_from_others() -> None:
    assert implied(["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")]) == {("a", "c")}


def test_what_needs_nothing_stands_by_what_needs_it() -> None:
    assert layers(["a", "b", "c", "late"], [("a", "b"), ("b", "c"), ("late", "c")]) == [["a"], ["b", "late"], ["c"]]


def test_a_large_spec_is_drawn_soon() -> None:
    columns = "\n".join(f"  var c{i} = integer(0, 9) + c{i // 2}" for i in range(1, 400))
    text = f'synth 1\ndataset d of 5 {{\n  var c0 = integer(0, 9)\n{columns}\n}}\noutput "o.jsonl" from d\n'
    shown = picture(text)
    begun = time.process_time()
    drawn = draw_svg(shown)
    assert time.process_time() - begun < 10
    assert drawn.count('class="box') >= 400
