"""Rendered templates to Python source.

A template without loops and assignments is one f-string. Conditions become conditional expressions, or statements
where their texts need some. A loop whose body is one f-string is a comprehension; any other is a `for` statement
that counts characters on the way, and loops inside loops count their turns, so that no template can fill the memory
or run for ever.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from synthdsl.model import expr as e
from synthdsl.model.rowcode_expr import Steps, Writer
from synthdsl.model.rowcode_inline import as_test, is_text
from synthdsl.model.rowcode_region import MAX_DEPTH, Code, Region, joined, over
from synthdsl.model.rowcode_support import FREE_TURNS, MAX_STEPS, MAX_TEXT, gathered, too_long, too_many
from synthdsl.model.walk import pieces_in

_DEEP = 6
"""Templates in blocks deeper than this become functions of their own."""

_MAX_MERGED = 20
"""Templates within templates become one text; this deep one of them is put together by itself."""

Parts = Generator[tuple[e.Expr, Region], Code, list[Code]]


def text_steps(writer: Writer, text: e.Text, region: Region) -> Steps:
    """The code of a template's text, as the steps of `Writer`."""
    if region.level > _DEEP:
        inner = Region(writer.names, 1)
        code = yield from _text(writer, text, inner)
        return writer.outlined(code, inner) if inner.lines else code
    return (yield from _text(writer, text, region))


def _text(writer: Writer, text: e.Text, region: Region) -> Steps:
    assigned = _assigned(text.pieces)
    for local in assigned:
        # No atom: what is read now must be kept apart from what is set later.
        writer.locals[local] = Code(writer.names.fresh("s"))
    made = joined((yield from _parts(writer, text.pieces, region)), region)
    # A variable may be set again when the template is rendered a second time: what was rendered is kept.
    return region.hold(made) if assigned else made


def _assigned(pieces: Sequence[e.Piece]) -> list[str]:
    return list(dict.fromkeys(p.local for p in pieces_in(pieces) if isinstance(p, e.Assign)))


def _parts(writer: Writer, pieces: Sequence[e.Piece], region: Region) -> Parts:
    """The texts of the pieces, to be put one after another."""
    parts: list[Code] = []
    for piece in pieces:
        if not isinstance(piece, str | e.Out) and _assigned((piece,)):
            parts = _settled(parts, region)
        match piece:
            case str():
                parts.append(writer.names.bind(piece))
            case e.Out(value):
                parts.extend((yield from _out(writer, value, region)))
            case e.Assign(local, value):
                code = yield value, region
                target = writer.locals[local].text
                region.line(f"{target} = {code.text}")
                if is_text(value.type) and not code.atom:
                    region.line(f"if len({target}) > {MAX_TEXT}: {writer.names.function(too_long)}()")
            case e.When():
                parts.append(replace((yield from _when(writer, piece, region)), string=True))
            case e.Loop():
                parts.append(replace((yield from _loop(writer, piece, region)), string=True))
    return parts


def _settled(parts: list[Code], region: Region) -> list[Code]:
    """What was written so far, as values: a variable is about to change."""
    return [p if p.literal is not None else region.hold(joined([p], region)) for p in parts]


def _out(writer: Writer, value: e.Expr, region: Region) -> Parts:
    if isinstance(value, e.Value) and isinstance(value.value, str | int | float | bool):
        return [writer.names.bind(str(value.value))]
    while isinstance(value, e.Let):
        for local, bound in value.bindings:
            writer.locals[local] = writer.kept((yield bound, region), bound, region)
        value = value.body
    merged = writer.merged
    if isinstance(value, e.Text) and region.level <= _DEEP and merged < _MAX_MERGED and not _assigned(value.pieces):
        writer.merged = merged + 1
        parts = yield from _parts(writer, value.pieces, region)
        writer.merged = merged
        return parts
    writer.merged = 0
    code = yield value, region
    writer.merged = merged
    return [replace(code, string=is_text(value.type))]


def _body(writer: Writer, pieces: Sequence[e.Piece], region: Region) -> Steps:
    return joined((yield from _parts(writer, pieces, region)), region)


def _block(
    writer: Writer, pieces: Sequence[e.Piece], region: Region
) -> Generator[tuple[e.Expr, Region], Code, tuple[Code, Region]]:
    inner = region.inner()
    return (yield from _body(writer, pieces, inner)), inner


def _when(writer: Writer, piece: e.When, region: Region) -> Steps:
    arms = []
    inner = region.inner()
    for i, (asked, body) in enumerate(piece.arms):
        test = as_test(asked)
        if i == 0:
            tested, before = region.shallow((yield test, region)), inner
        else:
            tested, before = yield from writer.lazy(test, region)
        arms.append((tested, before, *(yield from _block(writer, body, inner))))
    other, rest = yield from _block(writer, piece.other, region)
    return writer.chosen(arms, other, rest, region)


# --- loops ---------------------------------------------------------------------------------------


def _loop(writer: Writer, piece: e.Loop, region: Region) -> Steps:
    source = region.hold((yield from _items(writer, piece, region)))
    if writer.turns:
        writer.turns_counted.add(writer.turns)
        region.line(f"{writer.turns}[0] += len({source.text})")
        region.line(f"if {writer.turns}[0] > {MAX_STEPS}: {writer.names.function(too_many)}()")
    if not piece.other:
        return (yield from _turns(writer, piece, source, region))
    inner = region.inner()
    result = yield from _turns(writer, piece, source, inner)
    other, rest = yield from _block(writer, piece.other, region)
    return writer.chosen([(source, region.inner(), result, inner)], other, rest, region)


def _items(writer: Writer, piece: e.Loop, region: Region) -> Steps:
    """The list gone through, without the items for which the condition does not hold."""
    if piece.condition is None:
        return (yield piece.iterable, region)
    kept = e.LocalRef(piece.local, piece.iterable.type)
    return (yield e.Collect(kept, piece.local, piece.iterable, piece.condition, piece.iterable.type), region)


def _turns(writer: Writer, piece: e.Loop, source: Code, region: Region) -> Steps:
    item = writer.names.fresh("v")
    target, turns = _header(writer, piece, source, item, region)
    outer, writer.turns = writer.turns, writer.turns or writer.names.fresh("n")
    inner = region.inner()
    body = yield from _body(writer, piece.body, inner)
    counter, writer.turns = writer.turns, outer
    if not inner.lines and body.depth < MAX_DEPTH:
        return _comprehension(writer, source, body, f"for {target} in {turns}")
    if not outer and counter in writer.turns_counted:
        region.line(f"{counter} = [0]")
    parts, put, size = writer.names.fresh(), writer.names.fresh(), writer.names.fresh("n")
    region.line(f"{parts} = []")
    region.line(f"{put} = {parts}.append")
    region.line(f"{size} = 0")
    text = inner.hold(body)
    inner.line(f"{size} += len({text.text})")
    inner.line(f"if {size} > {MAX_TEXT}: {writer.names.function(too_long)}()")
    inner.line(f"{put}({text.text})")
    region.block(f"for {target} in {turns}:", inner)
    return region.hold(Code(f"{_join(writer)}({parts})"))


def _join(writer: Writer) -> str:
    return writer.names.function(_JOIN)


_JOIN = "".join


def _comprehension(writer: Writer, source: Code, body: Code, clause: str) -> Code:
    """Short lists are joined outright; for long ones the characters are counted while they come."""
    quick = f"{_join(writer)}([{body.text} {clause}])"
    careful = f"{writer.names.function(gathered)}({body.text} {clause})"
    return over([body], f"({quick} if len({source.text}) <= {FREE_TURNS} else {careful})")


def _header(writer: Writer, piece: e.Loop, source: Code, item: str, region: Region) -> tuple[str, str]:
    """The target and the iterable of the `for`; makes what stands for `loop.index` and its kin."""
    local = piece.local
    writer.locals[local] = Code(item, atom=True)
    used = set(piece.uses)
    if not used:
        return item, source.text
    number = writer.names.fresh("i")
    length = f"len({source.text})"
    if used & {"last", "length", "revindex", "revindex0"}:
        length = region.hold(Code(length)).text
    meanings = {
        "index": number,
        "index0": f"({number} - 1)",
        "first": f"({number} == 1)",
        "last": f"({number} == {length})",
        "length": length,
        "revindex": f"({length} - {number} + 1)",
        "revindex0": f"({length} - {number})",
    }
    for name in used:
        writer.locals[f"{local}.{name}"] = Code(meanings[name], atom=True)
    return f"{number}, {item}", f"enumerate({source.text}, 1)"
