"""Draws and row numbers taken out of expressions, so that the rest has a value for one row alone."""

from __future__ import annotations

import pytest

from synthdsl.model import expr as e
from synthdsl.model.lift import lifted, looped_draws
from synthdsl.model.rowcode import Unsupported, row_function
from synthdsl.model.walk import walk
from synthdsl.types.terms import FLOAT, INT, ListType

ROW = e.Apply("row", (), INT)
XS = e.ColumnRef("xs", ListType(INT))


def draw(*arguments: e.Expr, slot: int = 0) -> e.Apply:
    return e.Apply("uniform", arguments or (e.Value(0, INT), e.Value(1, INT)), FLOAT, slot=slot)


def test_what_needs_nothing_more_is_the_same_object() -> None:
    text = e.Text(("a", e.Out(XS)))
    assert lifted(text) == (text, ())
    assert lifted(text)[0] is text


def test_draws_and_row_numbers_become_locals_inner_ones_first() -> None:
    outer = draw(e.Value(0, INT), draw(slot=1), slot=0)
    text = e.Text(("n ", e.Out(ROW), e.When(((outer, (e.Out(outer),)),), ())))
    made, found = lifted(text)
    names = [name for name, _ in found]
    assert len(set(names)) == len(names) == 5
    assert not any(isinstance(n, e.Apply) for n in walk(made))
    values = dict(found)
    # The outer draw reads the local of the inner one, which comes before it.
    for i, (_, value) in enumerate(found):
        read = {n.local for n in walk(value) if isinstance(n, e.LocalRef)}
        assert read <= set(names[:i])
    with pytest.raises(Unsupported):
        row_function(text, [])
    assert row_function(made, names)(*range(len(names))).startswith("n 0")
    assert {type(v) for v in values.values()} == {e.Apply}


def test_what_depends_on_an_item_stays() -> None:
    inside = e.Collect(draw(e.Value(0, INT), e.LocalRef("x", INT)), "x", XS, None, ListType(FLOAT))
    made, found = lifted(inside)
    assert made is inside and found == ()


def test_draws_in_loops_are_found() -> None:
    once = draw()
    again = draw(slot=1)
    text = e.Text((e.Out(once), e.Loop("x", XS, None, (e.When(((again, ("a",)),), ()),), (e.Out(once),))))
    assert looped_draws(text) == [again]
    assert looped_draws(e.Text((e.Out(once),))) == []
