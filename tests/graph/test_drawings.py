"""The drawings: text, mermaid and dot by their words, hostile names kept inside of labels."""

from __future__ import annotations

import re

from synthdsl.graph.draw_dot import draw_dot
from synthdsl.graph.draw_mermaid import draw_mermaid
from synthdsl.graph.draw_text import draw_text
from tests.graph.pictures import HOSTILE_PICTURE, picture

TEXT = """\
dataset people  100 rows
    var       size    "s" | "l"
  a var       age     int(18..90)
  a var       tenure  float(0.0..20.0)
    template  text    str               <- size, age
  a rule      grown   drawn again       <- tenure, age
    rule      large   else flag         <- size, age
  a: age, tenure are drawn again together until grown holds

dataset pets  2 per row of people
    var  name   "Rex" | "Tom"
    var  label  str            <- name, people.text

dataset toys  one for each letter of pets
    each  letter  "Rex" | "Tom" | "s" | "l"  <- pets.name, people.size
    var   toy     str                        <- letter, people.size

output out/toys.jsonl  chat
    key  user       str  <- pets.label
    key  assistant  str  <- toys.toy"""


def test_text() -> None:
    drawn = draw_text(picture())
    assert re.sub(r"  +", "  ", drawn).splitlines() == re.sub(r"  +", "  ", TEXT).splitlines()


def test_mermaid() -> None:
    lines = draw_mermaid(picture()).splitlines()
    assert lines[0] == "flowchart LR"
    assert '  subgraph b0["dataset people: 100 rows"]' in lines
    ids = dict(re.findall(r'^ +(n\d+)\W+"([a-z]+)', "\n".join(lines), re.MULTILINE))
    edges = {(ids[a], ids[b]) for a, b in re.findall(r"^  (n\d+) --> (n\d+)$", "\n".join(lines), re.MULTILINE)}
    assert {("size", "text"), ("tenure", "grown"), ("text", "label"), ("label", "user")} <= edges


def test_mermaid_keeps_hostile_text_inside_of_labels() -> None:
    drawn = draw_mermaid(HOSTILE_PICTURE)
    for line in drawn.splitlines()[1:]:
        if "classDef" in line:
            continue
        unquoted = re.sub(r'"[^"]*"', "", line)
        assert re.fullmatch(r"[a-z0-9 \[\]{}()/>:=\-]*|.*direction LR", unquoted, re.IGNORECASE), line
        assert line.isprintable()
    for label in re.findall(r'"([^"]*)"', drawn):
        assert re.fullmatch(r"(?:[\w .:/(),+=-]|#\d+;)*", label), label


def test_dot() -> None:
    drawn = draw_dot(picture())
    assert '"people.size" -> "people.text";' in drawn
    assert '"people.text" -> "pets.label";' in drawn
    assert drawn.count("subgraph cluster_") == 4
    assert drawn.count("{") == drawn.count("}")


def test_dot_keeps_hostile_text_inside_of_quotes() -> None:
    drawn = draw_dot(HOSTILE_PICTURE)
    outside = re.sub(r'"(?:[^"\\\n]|\\.)*"', "", drawn)
    assert re.fullmatch(r"[\w\s{}\[\]=;,.>-]*", outside), outside
    assert all(line.isprintable() for line in drawn.splitlines())
    for label in re.findall(r'"((?:[^"\\]|\\.)*)"', drawn):
        assert re.fullmatch(r'(?:[^&\\]|&amp;|\\\\|\\"|\\n)*', label), label


def test_an_empty_picture() -> None:
    empty = picture("synth 1\n")
    assert draw_text(empty) == ""
    assert draw_dot(empty).endswith("}")
    assert draw_mermaid(empty).startswith("flowchart LR")
