"""Generated code: equal to a plain evaluator on made-up expressions, lazy where it must be, safe at any depth."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdsl.model import expr as e
from synthdsl.model.rowcode import Unsupported, column_function, first_failure, row_function
from synthdsl.ops.contract import Undefined
from synthdsl.types.terms import BOOL, DATE, FLOAT, INT, JSON, STR, Field, ListType, LiteralType, RecordType, Type
from tests.model.plain_evaluator import value_of

ITEM = RecordType((Field("name", STR), Field("n", INT)))
TYPES: dict[str, Type] = {
    "i": INT,
    "j": INT,
    "f": FLOAT,
    "s": STR,
    "t": STR,
    "b": BOOL,
    "d": DATE,
    "xs": ListType(STR),
    "ns": ListType(INT),
    "rec": ITEM,
    "recs": ListType(ITEM),
}
COLUMNS = list(TYPES)
ROWS: list[dict[str, Any]] = [
    {
        "i": 3,
        "j": -2,
        "f": 1.0,
        "s": 'it\'s {x} "q" \\N{DASH} \n',
        "t": "",
        "b": True,
        "d": datetime.date(2025, 1, 31),
        "xs": ["a", "", "it's"],
        "ns": [3, 1, 2],
        "rec": {"name": "Ann", "n": 1},
        "recs": [{"name": "Bo", "n": 2}, {"name": "{}", "n": 3}],
    },
    {
        "i": 0,
        "j": 7,
        "f": 2.5,
        "s": "abc",
        "t": "\u00e9\u4e16\U0001f600",
        "b": False,
        "d": datetime.date(1, 1, 1),
        "xs": [],
        "ns": [],
        "rec": {"name": "", "n": 0},
        "recs": [],
    },
]


def col(name: str) -> e.Expr:
    return e.ColumnRef(name, TYPES[name])


def const(value: Any) -> e.Value:
    kinds: dict[type, Type] = {bool: BOOL, int: INT, float: FLOAT, str: STR, datetime.date: DATE}
    return e.Value(value, kinds.get(type(value), JSON))


def apply(name: str, *arguments: e.Expr, type_: Type = BOOL) -> e.Apply:
    return e.Apply(name, arguments, type_)


class Maker:
    """Makes random expressions of a wanted type; every local gets a name of its own."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.locals: list[tuple[str, Type]] = []
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"l#{self.count}"

    def make(self, type_: Type, depth: int) -> e.Expr:
        known = [e.LocalRef(name, t) for name, t in self.locals if t == type_]
        leaves: list[e.Expr] = [col(c) for c, t in TYPES.items() if t == type_] + known + known
        if depth <= 0 or self.random.random() < 0.15:
            return self.random.choice([*leaves, self.leaf(type_)])
        choices = [self.branch, self.let, *self.makers(type_)]
        return self.random.choice(choices)(type_, depth - 1)

    def leaf(self, type_: Type) -> e.Expr:
        values: dict[Type, Any] = {INT: 5, FLOAT: -0.5, STR: "it's {x}", BOOL: True, DATE: datetime.date(2024, 2, 29)}
        if type_ in values:
            return e.Value(values[type_], type_)
        if type_ == ITEM:
            return e.MakeRecord((("name", const("n")), ("n", const(1))), ITEM)
        return e.Value([], type_)

    def makers(self, type_: Type) -> list[Any]:
        if type_ == BOOL:
            return [self.compare, self.both, self.negation, self.member]
        if type_ == STR:
            return [self.sum, self.text, self.text, self.field]
        if type_ == INT:
            return [self.arithmetic, self.field]
        if type_ == ListType(STR) or type_ == ListType(INT):
            return [self.collect, self.listed, self.fields]
        if type_ == ITEM:
            return [self.record]
        return []

    def compare(self, _: Type, depth: int) -> e.Expr:
        type_ = self.random.choice([INT, STR, FLOAT, DATE])
        name = self.random.choice(["eq", "ne", "lt", "le", "gt", "ge"])
        return apply(name, self.make(type_, depth), self.make(type_, depth))

    def both(self, _: Type, depth: int) -> e.Expr:
        return e.Both(self.random.choice(["and", "or"]), self.make(BOOL, depth), self.make(BOOL, depth), BOOL)

    def negation(self, _: Type, depth: int) -> e.Expr:
        return apply("not_", self.make(BOOL, depth))

    def member(self, _: Type, depth: int) -> e.Expr:
        return apply("in_", self.make(STR, depth), self.make(self.random.choice([STR, ListType(STR)]), depth))

    def sum(self, _: Type, depth: int) -> e.Expr:
        return apply("add", self.make(STR, depth), self.make(STR, depth), type_=STR)

    def arithmetic(self, _: Type, depth: int) -> e.Expr:
        name = self.random.choice(["add", "sub"])
        return apply(name, self.make(INT, depth), self.make(INT, depth), type_=INT)

    def field(self, type_: Type, depth: int) -> e.Expr:
        return e.FieldOf(self.make(ITEM, depth), "name" if type_ == STR else "n", type_)

    def fields(self, type_: Type, depth: int) -> e.Expr:
        return e.FieldOf(self.make(ListType(ITEM), depth), "name" if type_ == ListType(STR) else "n", type_)

    def record(self, _: Type, depth: int) -> e.Expr:
        spread = [(None, self.make(ITEM, depth))] if self.random.random() < 0.4 else []
        return e.MakeRecord((*spread, ("name", self.make(STR, depth)), ("n", self.make(INT, depth))), ITEM)

    def listed(self, type_: Type, depth: int) -> e.Expr:
        assert isinstance(type_, ListType)
        return e.MakeList(tuple(self.make(type_.item, depth) for _ in range(self.random.randint(0, 3))), type_)

    def branch(self, type_: Type, depth: int) -> e.Expr:
        return e.Branch(self.make(BOOL, depth), self.make(type_, depth), self.make(type_, depth), type_)

    def let(self, type_: Type, depth: int) -> e.Expr:
        bound = self.random.choice([INT, STR, ListType(STR), ITEM])
        local, value = self.fresh(), self.make(bound, depth)
        return e.Let(((local, value),), self.within(local, bound, lambda: self.make(type_, depth)), type_)

    def within(self, local: str, type_: Type, make: Any) -> Any:
        self.locals.append((local, type_))
        try:
            return make()
        finally:
            self.locals.remove((local, type_))

    def collect(self, type_: Type, depth: int) -> e.Expr:
        assert isinstance(type_, ListType)
        item = self.random.choice([STR, INT])
        local, source = self.fresh(), self.make(ListType(item), depth)
        condition = None
        if self.random.random() < 0.5:
            condition = self.within(local, item, lambda: self.make(BOOL, depth))
        body = self.within(local, item, lambda: self.make(type_.item, depth))
        return e.Collect(body, local, source, condition, type_)

    def text(self, _: Type, depth: int) -> e.Expr:
        return e.Text(self.pieces(depth, []))

    def pieces(self, depth: int, variables: list[str]) -> tuple[e.Piece, ...]:
        before = len(self.locals)
        made = [self.piece(depth, variables) for _ in range(self.random.randint(0, 4))]
        del self.locals[before:]
        return tuple(p for group in made for p in group)

    def piece(self, depth: int, variables: list[str]) -> list[e.Piece]:
        kind = self.random.choice(["str", "out", "out", "when", "loop", "set", "again"])
        if kind == "str" or (depth <= 0 and kind != "out"):
            return [self.random.choice(["a{}", "it's", '"\\', "\n", "{{x}}", "\\N{DASH}"])]
        if kind == "out":
            return [e.Out(self.make(self.random.choice([STR, INT, FLOAT, BOOL, DATE]), depth - 1))]
        if kind == "when":
            arms = tuple(
                (
                    self.make(self.random.choice([BOOL, STR, INT, ListType(STR)]), depth - 1),
                    self.pieces(depth - 1, variables),
                )
                for _ in range(self.random.randint(1, 3))
            )
            return [e.When(arms, self.pieces(depth - 1, variables))]
        if kind == "loop":
            return [self.loop(depth - 1, variables)]
        if kind == "set":
            local = self.fresh()
            made = e.Assign(local, self.make(STR, depth - 1))
            variables.append(local)
            self.locals.append((local, STR))
            return [made]
        known = [v for v in variables if (v, STR) in self.locals]
        return [e.Assign(self.random.choice(known), self.make(STR, depth - 1))] if known else []

    def loop(self, depth: int, variables: list[str]) -> e.Loop:
        item = self.random.choice([STR, INT])
        local, source = self.fresh(), self.make(ListType(item), depth)
        condition = None
        if self.random.random() < 0.4:
            condition = self.within(local, item, lambda: self.make(BOOL, depth))
        uses = tuple(
            n
            for n in ("index", "index0", "first", "last", "length", "revindex", "revindex0")
            if self.random.random() < 0.2
        )
        own = [(f"{local}.{n}", BOOL if n in ("first", "last") else INT) for n in uses]
        self.locals.extend(own)
        body = self.within(local, item, lambda: self.pieces(depth, variables))
        for one in own:
            self.locals.remove(one)
        return e.Loop(local, source, condition, body, self.pieces(depth, variables), uses)


def check(expr: e.Expr) -> None:
    """Row code and column code give what the plain evaluator gives."""
    wanted = []
    for row in ROWS:
        try:
            wanted.append(value_of(expr, row))
        except Undefined:
            return
    function = row_function(expr, COLUMNS)
    assert [function(*row.values()) for row in ROWS] == wanted
    lists = [[row[c] for row in ROWS] for c in COLUMNS]
    got = column_function(expr, COLUMNS)(*lists)
    assert got == wanted
    assert [type(v) for v in got] == [type(v) for v in wanted]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**40), st.sampled_from([BOOL, STR, INT, ListType(STR), ITEM]))
def test_equal_to_the_plain_evaluator(seed: int, type_: Type) -> None:
    check(Maker(seed).make(type_, 5))


@pytest.mark.slow
def test_equal_to_the_plain_evaluator_on_many_templates() -> None:
    for seed in range(300):
        check(Maker(seed).text(STR, 4 + seed % 3))


@given(st.text(), st.text())
def test_any_literal_text_is_written_as_it_is(a: str, b: str) -> None:
    text = e.Text((a, e.Out(col("i")), b))
    assert row_function(text, ["i"])(7) == f"{a}7{b}"


@pytest.mark.parametrize(
    "value", [1, -1, 2**63 - 1, 0.1, -1e300, float("inf"), True, None, "x", datetime.date(2025, 1, 1)]
)
def test_constants_come_back_as_they_are(value: Any) -> None:
    got = row_function(e.Value(value, JSON), [])()
    assert got == value and type(got) is type(value)


def test_only_the_arm_that_is_needed_runs() -> None:
    broken = apply("div", col("i"), const(0), type_=FLOAT)
    safe = e.Branch(apply("gt", col("i"), const(100)), broken, const(1.0), FLOAT)
    assert row_function(safe, ["i"])(3) == 1.0
    with pytest.raises(Undefined):
        row_function(safe, ["i"])(300)
    both = e.Both("and", apply("gt", col("i"), const(100)), apply("gt", broken, const(0)), BOOL)
    assert row_function(both, ["i"])(3) is False


def test_the_first_row_that_fails_is_found() -> None:
    quotient = apply("div", const(1.0), col("i"), type_=FLOAT)
    found = first_failure(quotient, ["i"], [[2, 1, 0, 5, 0]])
    assert found is not None
    assert found[0] == 2 and isinstance(found[1], Undefined)
    assert first_failure(quotient, ["i"], [[2, 1]]) is None
    with pytest.raises(Undefined):
        column_function(quotient, ["i"])([2, 0])


def test_integers_do_not_wrap() -> None:
    total = apply("add", col("i"), const(1), type_=INT)
    assert row_function(total, ["i"])(2**62) == 2**62 + 1
    with pytest.raises(Undefined):
        row_function(total, ["i"])(2**63 - 1)


def test_columns_not_read_are_allowed_and_free_locals_are_columns() -> None:
    text = e.Text((e.Out(e.LocalRef("a#1", STR)), "-", e.Out(col("i"))))
    assert column_function(text, ["x", "a#1", "i"])([0, 0], ["p", "q"], [1, 2]) == ["p-1", "q-2"]
    assert column_function(const(5), ["x"])([0, 0, 0]) == [5, 5, 5]
    with pytest.raises(KeyError):
        row_function(text, ["i"])


def test_whole_columns_are_resolved_once() -> None:
    asked = []

    def resolve(ref: e.WholeColumn | e.WholeDataset) -> Any:
        asked.append(ref.dataset)
        return ["a", "b"]

    whole = e.WholeColumn("d", "c", ListType(STR))
    inside = apply("in_", col("s"), whole)
    assert column_function(inside, ["s"], resolve)(["a", "x"]) == [True, False]
    assert asked == ["d"]
    with pytest.raises(Unsupported):
        row_function(inside, ["s"])


@pytest.mark.parametrize(
    "expr",
    [
        e.Apply("uniform", (const(0), const(1)), FLOAT, slot=0),
        e.Aggregate("mean", (col("i"),), FLOAT),
        e.Text(("a", e.Out(e.Apply("uniform", (const(0), const(1)), FLOAT, slot=0)))),
    ],
)
def test_what_has_no_value_for_one_row_is_refused(expr: e.Expr) -> None:
    with pytest.raises(Unsupported):
        row_function(expr, ["i"])


N = 2_000


def _left(make: Any, start: e.Expr, times: int = N) -> e.Expr:
    for _ in range(times):
        start = make(start)
    return start


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        (_left(lambda x: apply("add", x, col("s"), type_=STR), col("s"), 5_000), "ab" * 5_001),
        (_left(lambda x: apply("add", col("s"), x, type_=STR), const("-")), "ab" * N + "-"),
        (_left(lambda x: apply("add", x, col("i"), type_=INT), col("i")), 3 * (N + 1)),
        (_left(lambda x: e.Both("and", x, apply("gt", col("i"), const(2)), BOOL), const(True)), True),
        (_left(lambda x: e.Both("or", x, apply("gt", col("i"), const(5)), BOOL), const(False)), False),
        (_left(lambda x: e.Both("or", apply("gt", col("i"), const(5)), x, BOOL), const(False)), False),
        (_left(lambda x: e.Branch(apply("gt", col("i"), const(5)), const(1), x, INT), const(2)), 2),
        (_left(lambda x: e.Branch(apply("lt", col("i"), const(5)), x, const(1), INT), const(2)), 2),
        (_left(lambda x: e.Branch(apply("gt", x, const(5)), const(1), const(2), INT), const(3)), 2),
        (_left(lambda x: apply("not_", x), col("b")), True),
        (_left(lambda x: e.Let((("q", x),), e.LocalRef("q", INT), INT), const(4)), 4),
        (_left(lambda x: e.FieldOf(e.MakeRecord((("n", x),), ITEM), "n", INT), col("i")), 3),
        (_left(lambda x: e.Text(("", e.Out(x))), col("s")), "ab"),
        (e.Text(tuple(e.Out(col("s")) for _ in range(N))), "ab" * N),
    ],
    ids=[
        "add",
        "add-right",
        "sum",
        "and",
        "or",
        "or-right",
        "match",
        "then",
        "test",
        "not",
        "let",
        "field",
        "text",
        "outs",
    ],
)
def test_long_chains_neither_recurse_nor_overflow_python(expr: e.Expr, wanted: Any) -> None:
    assert row_function(expr, ["s", "i", "b"])("ab", 3, True) == wanted
    assert column_function(expr, ["s", "i", "b"])(["ab"], [3], [True]) == [wanted]


def test_loops_inside_loops_have_a_bound() -> None:
    thousand = e.Value(list(range(300)), ListType(INT))
    body: tuple[e.Piece, ...] = ()
    for i in range(4):
        body = (e.Loop(f"l{i}", thousand, None, body, ()),)
    with pytest.raises(Undefined, match="turns"):
        row_function(e.Text(body), [])()


def test_texts_have_a_bound() -> None:
    big = "x" * 100_000
    once = e.Loop("a", e.Value(list(range(2_000)), ListType(INT)), None, (big,), ())
    with pytest.raises(Undefined, match="characters"):
        row_function(e.Text((once,)), [])()
    doubled = e.Text((e.Out(col("s")), e.Out(col("s"))))
    with pytest.raises(Undefined, match="characters"):
        column_function(doubled, ["s"])(["y" * 9_000_000])


def test_generated_code_reaches_no_builtins() -> None:
    function = row_function(e.Text(("a", e.Out(col("i")))), ["i"])
    assert function.__globals__["__builtins__"] == {}


def test_literal_unions_are_text_and_nulls_compare() -> None:
    kind = e.ColumnRef("k", LiteralType(("a", "b")))
    assert row_function(e.Text((e.Out(kind),)), ["k"])("a") == "a"
    missing = apply("eq", e.ColumnRef("k", JSON), e.Value(None, JSON))
    assert row_function(missing, ["k"])(None) is True
