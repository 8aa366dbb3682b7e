"""Rendered templates to Python source.

A template without loops and assignments is one f-string. Conditions become conditional expressions, or statements
where their texts need some. A loop whose body is one f-string is a comprehension; any other is a `for` statement
that counts characters and turns, so that no template can fill the memory or run for ever.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from synthdsl.model import expr as e
from synthdsl.model.rowcode_expr import Steps, Writer, is_text
from synthdsl.model.rowcode_region import MAX_DEPTH, Code, Region, joined
from synthdsl.model.walk import pieces_in

_DEEP = 6
"""Templates in blocks deeper than this become functions of their own."""


def text_steps(writer: Writer, text: e.Text, region: Region) -> Steps:
    """The code of a template's text, as the steps of `Writer`."""
    if region.level > _DEEP:
        inner = Region(writer.names, 1)
        code = yield from _text(writer, text, inner)
        return writer.outlined(code, inner) if inner.lines else code
    return (yield from _text(writer, text, region))


def _text(writer: Writer, text: e.Text, region: Region) -> Steps:
    for local in _assigned(text.pieces):
        writer.locals[local] = Code(writer.names.fresh("s"), atom=True)
    parts = yield from _Pieces(writer).parts(text.pieces, region)
    made = joined(parts, region)
    # A variable may be set again when the template is rendered a second time: what was rendered is kept.
    return region.hold(made) if any(_assigned(text.pieces)) else made


def _assigned(pieces: Sequence[e.Piece]) -> list[str]:
    return list(dict.fromkeys(p.local for p in pieces_in(pieces) if isinstance(p, e.Assign)))


class _Pieces:
    """Writes the pieces of one template. loops: how many loops are around. steps: the counter of their turns."""

    def __init__(self, writer: Writer, loops: int = 0, steps: str = "") -> None:
        self.writer = writer
        self.names = writer.names
        self.loops = loops
        self.steps = steps

    def parts(self, pieces: Sequence[e.Piece], region: Region) -> Generator[tuple[e.Expr, Region], Code, list[Code]]:
        """The texts of the pieces, to be put one after another."""
        parts: list[Code] = []
        for piece in pieces:
            match piece:
                case str():
                    parts.append(self.names.bind(piece))
                case e.Out(value):
                    parts.extend((yield from self._out(value, region)))
                case e.Assign(local, value):
                    parts = self._settled(parts, region)
                    code = yield value, region
                    region.line(f"{self.writer.locals[local].text} = {code.text}")
                case e.When():
                    if _assigned((piece,)):
                        parts = self._settled(parts, region)
                    parts.append((yield from self._when(piece, region)))
                case e.Loop():
                    parts.append((yield from self._loop(piece, region)))
        return parts

    def _settled(self, parts: list[Code], region: Region) -> list[Code]:
        """What was written so far as values: a variable is about to change."""
        return [p if p.literal is not None else region.hold(joined([p], region)) for p in parts]

    def _out(self, value: e.Expr, region: Region) -> Generator[tuple[e.Expr, Region], Code, list[Code]]:
        if isinstance(value, e.Value) and isinstance(value.value, str | int | float | bool):
            return [self.names.bind(str(value.value))]
        if isinstance(value, e.Let):
            for local, bound in value.bindings:
                self.writer.locals[local] = region.hold((yield bound, region))
            value = value.body
        if isinstance(value, e.Text) and region.level <= _DEEP and not _assigned(value.pieces):
            return (yield from self.parts(value.pieces, region))
        code = yield value, region
        return [code if is_text(value.type) else Code(code.text, code.depth, code.atom, code.quoted)]

    def _body(self, pieces: Sequence[e.Piece], region: Region) -> Steps:
        return joined((yield from self.parts(pieces, region)), region)

    def _when(self, piece: e.When, region: Region) -> Steps:
        arms = []
        inner = Region(self.names, region.level + 1)
        for i, (test, body) in enumerate(piece.arms):
            if i == 0:
                tested, before = region.shallow((yield test, region)), inner
            else:
                tested, before = yield from self.writer.lazy(test, region)
            arms.append((tested, before, *(yield from self._block(body, inner))))
        other, rest = yield from self._block(piece.other, region)
        return self.writer.chosen(arms, other, rest, region)

    def _block(
        self, pieces: Sequence[e.Piece], region: Region
    ) -> Generator[tuple[e.Expr, Region], Code, tuple[Code, Region]]:
        inner = region.inner()
        return (yield from self._body(pieces, inner)), inner

    def _loop(self, piece: e.Loop, region: Region) -> Steps:
        steps = self.steps
        if self.loops == 1:
            # Turns are counted from the second level on: a single loop is as long as a list that exists.
            steps = self.names.fresh("n")
        source = region.shallow((yield piece.iterable, region))
        item = self.names.fresh("v")
        self.writer.locals[piece.local] = Code(item, atom=True)
        condition = ""
        if piece.condition is not None:
            source, condition = yield from self._filtered(piece, source, item, region)
        header, source = self._header(piece, source, condition, item, region)
        inside = _Pieces(self.writer, self.loops + 1, steps)
        body_region = region.inner()
        body = yield from inside._body(piece.body, body_region)
        flat = not body_region.lines and body.depth < MAX_DEPTH and self.loops == 0
        if flat and not piece.other:
            return self._comprehension(header, source, condition, body)
        result = self._statement(header, source, condition, body, body_region, steps, region)
        if not piece.other:
            return result
        other, rest = yield from self._block(piece.other, region)
        return self._or_else(source, result, other, rest, region)
