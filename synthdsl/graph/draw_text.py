"""A picture as text: one block after another, a line for each column with `<-` before what it needs.

dataset tickets  100 rows
    var   product        "router" | "tv box"
  a var   age            int
  a var   tenure         float(0..20)
    var   body           str                  <- product
  a rule  adult_account  drawn again          <- tenure, age
    rule  old            else drop            <- age
  a: age, tenure are drawn again together until adult_account holds
"""

from __future__ import annotations

from synthdsl.graph.picture import Block, Picture

MAX_NAME = 28
MAX_DETAIL = 36


def draw_text(picture: Picture) -> str:
    """The picture, lines joined; no line break at the end. Nothing is escaped for a terminal yet."""
    return "\n\n".join("\n".join(_block(b)) for b in picture.blocks)


def _block(block: Block) -> list[str]:
    head = f"{block.kind} {block.title}  {block.headline}".rstrip()
    kinds = max((len(v.kind) for v in block.vertices), default=0)
    names = min(MAX_NAME, max((len(v.name) for v in block.vertices), default=0))
    details = min(MAX_DETAIL, max((len(v.detail) for v in block.vertices), default=0))
    marks = max((len(g.mark) for g in block.groups), default=1)
    lines = [head]
    for vertex in block.vertices:
        start = f"  {vertex.mark:<{marks}} {vertex.kind:<{kinds}}  {vertex.name:<{names}}"
        detail = f"{_short(vertex.detail, MAX_DETAIL):<{details}}"
        needs = f"  <- {', '.join(_named(n, block) for n in vertex.needs)}" if vertex.needs else ""
        lines.append(f"{start}  {detail}{needs}".rstrip())
    for group in block.groups:
        drawn = [v.name for v in block.vertices if v.mark == group.mark and v.kind != "rule"]
        rules = " and ".join(group.rules)
        how = "is drawn again" if len(drawn) == 1 else "are drawn again together"
        verb = "holds" if len(group.rules) == 1 else "hold"
        lines.append(f"  {group.mark}: {', '.join(drawn)} {how} until {rules} {verb}")
    if block.hidden:
        lines.append(f"  ({_unread(block.hidden)})")
    return lines


def _unread(hidden: int) -> str:
    return "1 column that nothing reads" if hidden == 1 else f"{hidden} columns that nothing reads"


def _named(need: str, block: Block) -> str:
    """An id as it is called from within the block."""
    inside = {v.id: v.name for v in block.vertices}
    return inside.get(need, need)


def _short(text: str, columns: int) -> str:
    return text if len(text) <= columns else text[: columns - 1].rstrip() + "…"
