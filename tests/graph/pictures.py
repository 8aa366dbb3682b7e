"""Specs and pictures that the tests of drawings share."""

from __future__ import annotations

from pathlib import Path

from synthdsl.graph.picture import Block, Picture, Together, Vertex, picture_of
from synthdsl.pipeline import compile_spec

SPEC = """\
synth 1

dataset people of 100 {
  var size = choice(["s", "l"])
  var age = integer(18, 90)
  var tenure = uniform(0, 20)
  template text = \"\"\"{{ size }}, {{ age }}\"\"\"

  rule grown: tenure <= age - 18
  rule large: size == "l" or age > 20 else flag
}

dataset pets of 2 from people {
  var name = choice(["Rex", "Tom"])
  var label = name + " of " + text
}

dataset toys from pets each letter in [name, size] {
  var toy = letter + " " + choice(people.size)
}

output "out/toys.jsonl" from toys as chat {
  user = label
  assistant = toy
}
"""


def picture(text: str = SPEC, only: str | None = None) -> Picture:
    """The picture of a spec in memory."""
    path = Path("/nowhere/spec.synth")
    compiled = compile_spec(path, overlay={path: text})
    assert compiled.spec is not None and compiled.graph is not None
    return picture_of(compiled.spec, compiled.graph, only)


HOSTILE = 'a"b\\c&d<e>#f;g\n]]>--> \x1b[31m\u202eend %% {{x}} `m` \U0001f600'

HOSTILE_PICTURE = Picture(
    HOSTILE,
    HOSTILE,
    (
        Block("s", "source", HOSTILE, HOSTILE, (Vertex("s." + HOSTILE, HOSTILE, "column", HOSTILE, doc=HOSTILE),)),
        Block(
            "d",
            "dataset",
            HOSTILE,
            HOSTILE,
            (
                Vertex("d.x", "end", "var", HOSTILE, "a", ("s." + HOSTILE,), HOSTILE),
                Vertex("d.rule " + HOSTILE, HOSTILE, "rule", HOSTILE, "a", ("d.x", "s")),
            ),
            (Together("a", (HOSTILE,)),),
            3,
            ("s",),
        ),
    ),
)
"""What names never are in a spec, but columns of files, paths and documentation may be."""
