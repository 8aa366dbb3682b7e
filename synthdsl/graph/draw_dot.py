"""A picture in the language of Graphviz.

Source: https://graphviz.org/doc/info/lang.html and https://graphviz.org/docs/attr-types/escString/. Labels are quoted;
in them a backslash begins an escape and `&` an HTML entity, so both are written as such.
"""

from __future__ import annotations

from synthdsl.graph.picture import Block, Picture, Vertex

_STYLES = {
    "var": 'shape=box, style="filled,rounded", fillcolor="#eef4fb", color="#3b6ea5"',
    "template": 'shape=note, style=filled, fillcolor="#f1f8ee", color="#4c8a3f"',
    "llm": 'shape=box, style="filled,rounded,bold", fillcolor="#fdf1e3", color="#b9701c"',
    "chat": 'shape=box, style="filled,rounded,bold", fillcolor="#fdf1e3", color="#b9701c"',
    "iterate": 'shape=box, style="filled,rounded,bold", fillcolor="#fdf1e3", color="#b9701c"',
    "each": 'shape=box, style="filled,dashed", fillcolor="#f4f4f4", color="#777777"',
    "rule": 'shape=hexagon, style=filled, fillcolor="#fbeef0", color="#b04358"',
    "column": 'shape=box, style=filled, fillcolor="#f4f4f4", color="#777777"',
    "key": 'shape=box, style=filled, fillcolor="#f4f4f4", color="#777777"',
}


def draw_dot(picture: Picture) -> str:
    """The graph, from left to right, a cluster for each block."""
    lines = [
        f"digraph {_quoted(picture.title)} {{",
        "  rankdir=LR;",
        "  compound=true;",
        '  node [fontname="Helvetica", fontsize=11, margin="0.12,0.06"];',
        '  edge [color="#8a8f98", arrowsize=0.7];',
    ]
    anchors: dict[str, str] = {}
    for number, block in enumerate(picture.blocks):
        anchors[block.id] = _anchor(block)
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(_title(block))};"]
        lines += ['    style=rounded; color="#c3c8d0"; fontname="Helvetica-Bold"; fontsize=12;']
        if not block.vertices:
            lines.append(f'    {_quoted(anchors[block.id])} [label="", shape=point];')
        lines.extend(f"    {_node(v)}" for v in block.vertices)
        lines.append("  }")
    clusters = {b.id: f"cluster_{i}" for i, b in enumerate(picture.blocks)}
    known = {v.id for b in picture.blocks for v in b.vertices}
    for block in picture.blocks:
        own = {v.id for v in block.vertices}
        crossed = False
        for vertex in block.vertices:
            for need in vertex.needs:
                if need in known:
                    crossed = crossed or need not in own
                    lines.append(f"  {_quoted(need)} -> {_quoted(vertex.id)};")
                elif need in clusters:
                    crossed = True
                    tail = f"[ltail={clusters[need]}]"
                    lines.append(f"  {_quoted(anchors[need])} -> {_quoted(vertex.id)} {tail};")
        for parent in () if crossed else block.parents:
            if parent in clusters:
                ends = f"[ltail={clusters[parent]}, lhead={clusters[block.id]}, style=bold]"
                lines.append(f"  {_quoted(anchors[parent])} -> {_quoted(anchors[block.id])} {ends};")
    lines.append("}")
    return "\n".join(lines)


def _anchor(block: Block) -> str:
    return block.vertices[0].id if block.vertices else block.id


def _title(block: Block) -> str:
    more = f" (+ {block.hidden} columns)" if block.hidden else ""
    return f"{block.kind} {block.title}: {block.headline}{more}"


def _node(vertex: Vertex) -> str:
    group = f" ({vertex.mark})" if vertex.mark else ""
    detail = vertex.detail if len(vertex.detail) <= 40 else vertex.detail[:39] + "…"
    label = f"{_escaped(vertex.name + group)}\\n{_escaped(detail)}" if detail else _escaped(vertex.name + group)
    return f'{_quoted(vertex.id)} [label="{label}", {_STYLES[vertex.kind]}];'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """As it stands in a quoted label or id."""
    visible = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return visible.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
