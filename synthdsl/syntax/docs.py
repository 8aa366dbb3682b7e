"""Documentation comments: which `##` lines belong to what comes next, and which to the file."""

from __future__ import annotations


def split_docs(gap: str, at_start: bool, opening: bool, last: bool) -> tuple[str, str]:
    """The module's text and the next declaration's, from the gap between two tokens.

    at_start: the gap begins the file. opening: it stands before the first declaration, where a block set
    apart by a blank line is about the file. last: nothing follows. A `##` behind code on its line is an
    ordinary comment, and so is a line of three or more `#`.
    """
    lines = gap.split("\n")
    if not at_start:
        lines = lines[1:]
    if not last:
        lines = lines[:-1]
    blocks: list[list[str]] = []
    apart = True
    for line in lines:
        text = line.strip().lstrip("\ufeff")
        if text.startswith("##") and not text.startswith("###"):
            if apart:
                blocks.append([])
            blocks[-1].append(text[2:].removeprefix(" "))
            apart = False
        elif not text:
            apart = True
    texts = ["\n".join(block) for block in blocks]
    if opening and texts and (apart or last or len(texts) > 1):
        return texts[0], "\n\n".join(texts[1:])
    return "", "\n\n".join(texts)
