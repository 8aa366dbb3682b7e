"""What a page is made of, whatever it is written in: headings, texts, tables, code, one drawing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """level: 1 for the title. anchor: what links go to, unique on the page."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text of one paragraph or several, told apart by empty lines; no markup in it means anything."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """code: the numbers of columns that hold names, types or code."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    code: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of the spec, or what else is shown as it is."""

    text: str
    language: str = "synth"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The same picture twice: for pages that show SVG, and for those that draw Mermaid themselves."""

    svg: str
    mermaid: str


Block = Heading | Paragraph | Table | Code | Drawing


@dataclass(frozen=True, slots=True)
class Page:
    """title: of the document. summary: one line for previews. blocks: in order."""

    title: str
    summary: str
    blocks: tuple[Block, ...]
