"""A picture as a Mermaid flowchart, which code hosts show in Markdown.

Source: https://mermaid.js.org/syntax/flowchart.html. Every label is quoted and its special characters are written as
the entity codes of that page; ids are numbered, so no name can be taken for a keyword.
"""

from __future__ import annotations

from synthdsl.graph.picture import Block, Picture, Vertex

_SHAPES = {
    "var": ("[", "]"),
    "template": ("[/", "/]"),
    "llm": ("([", "])"),
    "chat": ("([", "])"),
    "iterate": ("([", "])"),
    "each": (">", "]"),
    "rule": ("{{", "}}"),
    "column": ("[(", ")]"),
    "key": ("[", "]"),
}
_CLASSES = """\
  classDef var fill:#eef4fb,stroke:#3b6ea5,color:#12263a
  classDef template fill:#f1f8ee,stroke:#4c8a3f,color:#1b3317
  classDef llm fill:#fdf1e3,stroke:#b9701c,color:#3d2408
  classDef rule fill:#fbeef0,stroke:#b04358,color:#3d1219
  classDef column fill:#f4f4f4,stroke:#777777,color:#222222"""
_CLASS_OF = {"chat": "llm", "iterate": "llm", "steps": "column", "each": "column", "key": "column"}


def draw_mermaid(picture: Picture) -> str:
    """The flowchart, from left to right."""
    ids = _ids(picture)
    lines = ["flowchart LR"]
    for block in picture.blocks:
        lines.append(f'  subgraph {ids[block.id]}["{_label(_title(block))}"]')
        lines.append("    direction LR")
        lines.extend(f"    {_node(v, ids[v.id])}" for v in block.vertices)
        lines.append("  end")
    for block in picture.blocks:
        crossed = False
        for vertex in block.vertices:
            for need in vertex.needs:
                if need in ids:
                    crossed = crossed or need not in {v.id for v in block.vertices}
                    lines.append(f"  {ids[need]} --> {ids[vertex.id]}")
        if not crossed:
            lines.extend(f"  {ids[p]} ==> {ids[block.id]}" for p in block.parents if p in ids)
    lines.append(_CLASSES)
    return "\n".join(lines)


def _ids(picture: Picture) -> dict[str, str]:
    ids: dict[str, str] = {}
    for block in picture.blocks:
        ids[block.id] = f"b{len(ids)}"
        for vertex in block.vertices:
            ids[vertex.id] = f"n{len(ids)}"
    return ids


def _title(block: Block) -> str:
    more = f" (+ {block.hidden} columns)" if block.hidden else ""
    return f"{block.kind} {block.title}: {block.headline}{more}"


def _node(vertex: Vertex, id_: str) -> str:
    start, end = _SHAPES[vertex.kind]
    group = f" ({vertex.mark})" if vertex.mark else ""
    text = f"{vertex.name}{group}"
    return f'{id_}{start}"{_label(text)}"{end}:::{_CLASS_OF.get(vertex.kind, vertex.kind)}'


def _label(text: str) -> str:
    """Only letters, digits and harmless signs stay; the rest is an entity code, `#quot;` for a quotation mark."""
    return "".join(c if c.isalnum() or c in " ._-:/(),+=" else f"#{ord(c)};" for c in _visible(text))


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
