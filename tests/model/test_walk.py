"""Going over expressions: order, templates, depth, rewriting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synthdsl.model import expr as e
from synthdsl.model.walk import children, free_columns, rewrite, walk
from synthdsl.types.terms import BOOL, INT, STR, ListType

X = e.ColumnRef("x", INT)
Y = e.ColumnRef("y", STR)
XS = e.ColumnRef("xs", ListType(STR))
TEST = e.Apply("eq", (Y, e.Value("a", STR)), BOOL)
ITEM = e.LocalRef("i", STR)
TEXT = e.Text(
    (
        "a",
        e.Out(X),
        e.When(((TEST, (e.Out(Y), e.Assign("s", X))),), ("no",)),
        e.Loop("i", XS, TEST, (e.Out(ITEM),), (e.Out(Y),), ("index",)),
    )
)
NODES: list[e.Expr] = [
    e.Value(1, INT),
    X,
    ITEM,
    e.WholeColumn("d", "c", STR),
    e.FieldOf(X, "name", STR),
    TEST,
    e.Branch(TEST, X, Y, STR),
    e.Both("and", TEST, TEST, BOOL),
    e.Collect(ITEM, "i", XS, None, ListType(STR)),
    e.Collect(ITEM, "i", XS, TEST, ListType(STR)),
    e.MakeList((X, Y), ListType(STR)),
    e.MakeRecord((("a", X), (None, Y)), STR),
    e.MakeMap(("a", "b"), (X, Y), STR),
    e.MakeRange(X, Y, STR),
    e.Let((("l", X), ("m", Y)), ITEM, STR),
    TEXT,
    e.Aggregate("mean", (X,), INT),
]


@pytest.mark.parametrize("node", NODES, ids=lambda n: type(n).__name__)
def test_rewriting_reaches_every_child_and_keeps_the_shape(node: e.Expr) -> None:
    marked = rewrite(node, lambda n: replace(n, column=n.column + "!") if isinstance(n, e.ColumnRef) else n)
    assert free_columns(marked) == tuple(c + "!" for c in free_columns(node))
    assert [type(n) for n in walk(marked)] == [type(n) for n in walk(node)]
    back = rewrite(marked, lambda n: replace(n, column=n.column[:-1]) if isinstance(n, e.ColumnRef) else n)
    assert back == node


@pytest.mark.parametrize("node", NODES, ids=lambda n: type(n).__name__)
def test_rewriting_without_a_change_gives_the_same_object(node: e.Expr) -> None:
    assert rewrite(node, lambda n: n) is node


def test_walk_goes_into_templates_in_the_order_written() -> None:
    names = [n.column for n in walk(TEXT) if isinstance(n, e.ColumnRef)]
    assert names == ["x", "y", "y", "x", "xs", "y", "y"]
    assert children(TEXT)[0] is X
    assert free_columns(TEXT) == ("x", "y", "xs")


def test_long_chains_need_no_stack() -> None:
    chain: e.Expr = X
    for _ in range(20_000):
        chain = e.Apply("add", (chain, Y), STR)
    assert sum(1 for _ in walk(chain)) == 40_001
    assert free_columns(chain) == ("x", "y")
    changed = rewrite(chain, lambda n: X if isinstance(n, e.ColumnRef) and n.column == "y" else n)
    assert free_columns(changed) == ("x",)
