"""Pieces of generated Python: expressions, blocks of statements, and the names they use.

Every name in generated code is made here (`v3`, `k7`); no text of a spec ever becomes code. Values that are no
plain literals are bound to names in the globals of the generated function.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_DEPTH = 30
"""Brackets of generated expressions nest no deeper: Python's own parser and compiler have limits."""

MAX_PARTS = 200
"""An f-string has no more parts; longer texts are put together in steps."""


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression that needs no brackets around it.

    atom: a name or literal: free to repeat. quoted: contains a quotation mark, so it cannot stand within an f-string.
    literal: the text, when it is a text known already. string: gives a `str` for certain.
    """

    text: str
    depth: int = 1
    atom: bool = False
    quoted: bool = False
    literal: str | None = None
    string: bool = False


def over(parts: list[Code], text: str) -> Code:
    """An expression made of others."""
    return Code(text, 1 + max((p.depth for p in parts), default=0), quoted=any(p.quoted for p in parts))


@dataclass(slots=True)
class Names:
    """Makes names; holds the globals and helper functions of the code being written."""

    globals: dict[str, Any]
    helpers: list[str] = field(default_factory=list)
    count: int = 0
    _known: dict[tuple[str, Any], str] = field(default_factory=dict)

    def fresh(self, letter: str = "t") -> str:
        """A name that nothing else has."""
        self.count += 1
        return f"{letter}{self.count}"

    def bind(self, value: Any) -> Code:
        """A name for an object, the same for the same object."""
        key = ("text", value) if isinstance(value, str) else ("object", id(value))
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = self.fresh("k")
            self.globals[name] = value
        return Code(name, atom=True, literal=value if isinstance(value, str) else None, string=isinstance(value, str))

    def constant(self, value: Any) -> Code:
        """A literal for numbers, booleans and null; a bound name for all else."""
        if value is None or isinstance(value, bool):
            return Code(repr(value), atom=True)
        if type(value) is int or (type(value) is float and math.isfinite(value)):
            shown = repr(value)
            return Code(f"({shown})" if shown.startswith("-") else shown, atom=True)
        return self.bind(value)

    def function(self, function: Callable[..., Any]) -> str:
        """The name under which a function is called."""
        return self.bind(function).text


@dataclass(slots=True)
class Region:
    """Statements that run before an expression: a block, with its nesting depth.

    lines: each with its indentation relative to the block.
    """

    names: Names
    level: int
    lines: list[tuple[int, str]] = field(default_factory=list)

    def inner(self) -> Region:
        """An empty block one level deeper, not yet part of this one."""
        return Region(self.names, self.level + 1)

    def line(self, text: str) -> None:
        """Add a statement."""
        self.lines.append((0, text))

    def block(self, header: str, body: Region) -> None:
        """Add a compound statement: `if ...:`, `for ...:`."""
        self.lines.append((0, header))
        self.lines.extend((indent + 1, text) for indent, text in body.lines or [(0, "pass")])

    def hold(self, code: Code) -> Code:
        """A name for the value of an expression, computed here and now."""
        if code.atom:
            return code
        name = self.names.fresh()
        self.line(f"{name} = {code.text}")
        return Code(name, atom=True, string=code.string)

    def shallow(self, code: Code) -> Code:
        """The expression, or a name for it when it has grown too deep."""
        return code if code.depth < MAX_DEPTH else self.hold(code)

    def source(self, indent: int) -> str:
        """The statements as text."""
        return "".join(f"{'    ' * (indent + more)}{text}\n" for more, text in self.lines)


def joined(parts: list[Code], region: Region) -> Code:
    """The parts as one text: written as `str()` writes them, one after another."""
    merged: list[Code] = []
    for part in parts:
        before = merged[-1].literal if merged else None
        if part.literal is not None and before is not None:
            merged[-1] = region.names.bind(before + part.literal)
        elif part.literal != "":
            merged.append(part)
    while len(merged) > MAX_PARTS:
        merged = [region.hold(_f_string(merged[i : i + MAX_PARTS], region)) for i in range(0, len(merged), MAX_PARTS)]
    return merged[0] if len(merged) == 1 and merged[0].string else _f_string(merged, region)


def _f_string(parts: list[Code], region: Region) -> Code:
    if all(p.literal is not None for p in parts):
        return region.names.bind("".join(p.literal or "" for p in parts))
    written = []
    for part in parts:
        if part.literal is not None:
            written.append(_literal_part(part.literal))
        else:
            inside = region.hold(part) if part.quoted else region.shallow(part)
            # A space keeps the bracket of a record display apart: two brackets would be a literal one.
            written.append("{ " + inside.text + "}" if inside.text.startswith("{") else "{" + inside.text + "}")
    depth = 1 + max(p.depth for p in parts if p.literal is None)
    return Code("f'" + "".join(written) + "'", min(depth, MAX_DEPTH), quoted=True, string=True)


def _literal_part(text: str) -> str:
    """Text as it stands in an f-string in single quotes: escaped, braces doubled.

    The double quote in front makes `repr` choose single quotes around, whatever follows.
    """
    return repr('"' + text)[2:-1].replace("{", "{{").replace("}", "}}")
