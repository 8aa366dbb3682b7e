"""Plans as JSON and back, for the plans of real specs and for values that are hard to write."""

from __future__ import annotations

import datetime
import json
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.explain.page import codes_with_page, page
from synthdsl.model.expr import Apply, Collect, ColumnRef, Expr, Loop, Out, Text, Value, When
from synthdsl.pipeline import compile_spec
from synthdsl.plan.codec import content_digest, from_json, to_json
from synthdsl.plan.kinds import KINDS, shape_of
from synthdsl.plan.steps import PLAN_VERSION, DatasetPlan, FreshPlan, Make, Plan
from synthdsl.types.terms import FLOAT, INT, JSON, STR, Field, LiteralType, RecordType

SPEC = """\
synth 1

param rows: int(min=1) = 10

type Size = "s" | "l"

template hello(name: str) = \"\"\"{% if name %}Hello {{ name }}{% else %}Hi{% endif %}\"\"\"

dataset people of rows {
  ## The person's size.
  var size: Size = choice({"s": 3, "l": 1})
  var born = date(1950-01-01 .. 2005-12-31)
  var age = integer(18, 90)
  var tenure = uniform(0, 20)
  var likes = sample(["sea", "hills", "towns"], 2)
  template text = \"\"\"{% for like in likes %}{{ loop.index }} {{ like }}{% endfor %}{{ hello(size) }}\"\"\"

  rule grown: tenure <= age - 18
  rule large: size == "l" or age > 20 else flag
  violate grown 5%
}

dataset pets of 2 from people {
  var name = choice(["Rex", "Tom"])
}

expect pets {
  there: count() == 2 * rows
}

output "out/people.jsonl" from people
output "out/pets" from pets
"""


@cache
def plan_of(text: str) -> Plan:
    """The plan of a spec; compiled from memory, no file is read."""
    path = Path("/nowhere/spec.synth")
    compiled = compile_spec(path, overlay={path: text})
    assert compiled.plan is not None, [d.message for d in compiled.diagnostics]
    return compiled.plan


def with_expr(expr: Expr) -> Plan:
    """A plan of one column."""
    row = RecordType((Field("x", expr.type),))
    task = Make("x", expr, expr.type, "x", False)
    dataset = DatasetPlan("d", "d", FreshPlan(1, None), (task,), (), False, row, None)
    return Plan(PLAN_VERSION, "a.synth", "", "", 0, (), ("d",), (), (), (dataset,), (), (), ())


def test_a_plan_comes_back_equal() -> None:
    plan = plan_of(SPEC)
    assert from_json(to_json(plan)) == plan


@pytest.mark.parametrize("code", [c for c in codes_with_page() if set(page(c).mended.files) == {"spec.synth"}])
def test_plans_of_all_examples_come_back_equal(code: str) -> None:
    path = Path("/nowhere/spec.synth")
    plan = compile_spec(path, overlay={path: page(code).mended.spec}).plan
    if plan is not None:
        text = to_json(plan)
        assert from_json(text) == plan
        assert to_json(from_json(text)) == text


def test_the_form() -> None:
    written = json.loads(to_json(plan_of(SPEC)))
    assert (written["format"], written["version"]) == ("synthdsl plan", PLAN_VERSION)
    assert written["plan"]["is"] == "Plan"
    people = written["plan"]["datasets"][0]
    assert people["rows"] == {"is": "FreshPlan", "count": 10, "within": None}
    assert "span" not in json.dumps(written)


VALUES = [
    None,
    True,
    -(2**63),
    0.1,
    -0.0,
    float("inf"),
    "line\nbreak \x1b \U0001f600",
    "\ud800",
    datetime.date(2024, 2, 29),
    datetime.datetime(1999, 12, 31, 23, 59, 59, 999_999),
    datetime.timedelta(days=-3, microseconds=7),
    [1, [2.5, None], {"a": [datetime.date(1, 1, 1)]}],
    {"router": 5, 3: "x", "": []},
    (1, 2.0),
    {"is": "Value"},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values(value: Any) -> None:
    back = from_json(to_json(with_expr(Value(value, JSON)))).datasets[0].tasks[0]
    assert isinstance(back, Make) and isinstance(back.expr, Value)
    assert repr(back.expr.value) == repr(value)


def test_nan() -> None:
    back = from_json(to_json(with_expr(Value(float("nan"), FLOAT)))).datasets[0].tasks[0]
    assert isinstance(back, Make) and isinstance(back.expr, Value)
    assert repr(back.expr.value) == "nan"


PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
TIMES = st.dates() | st.datetimes() | st.timedeltas()


@given(st.recursive(PLAIN | TIMES, lambda v: st.lists(v) | st.dictionaries(st.text(), v) | st.tuples(v, v)))
def test_any_value(value: Any) -> None:
    plan = with_expr(Value(value, JSON))
    assert from_json(to_json(plan)) == plan


def test_types_of_values_stay_apart() -> None:
    """1, 1.0 and true are equal in Python, and not the same."""
    values = [1, 1.0, True]
    back = from_json(to_json(with_expr(Value(values, JSON)))).datasets[0].tasks[0]
    assert isinstance(back, Make) and isinstance(back.expr, Value)
    assert [type(v) for v in back.expr.value] == [int, float, bool]


def test_templates_and_deep_expressions() -> None:
    expr: Expr = ColumnRef("x", INT)
    for _ in range(600):
        expr = Apply("add", (expr, Value(1, INT)), INT)
    text = Text(
        ("a", Out(expr), When(((expr, ("b", Loop("i", expr, None, (Out(expr),), (), ("i.index",)))),), ("c",))), STR
    )
    plan = with_expr(Collect(text, "i", expr, expr, STR))
    written = to_json(plan)
    assert json.loads(written)["parts"]
    assert to_json(from_json(written)) == written


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(version=999),
        lambda d: d.update(format="other"),
        lambda d: d["plan"].update({"is": "Nothing"}),
        lambda d: d["plan"].update({"is": "FreshPlan"}),
        lambda d: d["plan"].update(extra=1),
        lambda d: d["plan"].pop("seed"),
        lambda d: d["plan"].update(seed="0"),
        lambda d: d["plan"].update(datasets=7),
        lambda d: d["plan"]["datasets"][0].update(rows={"is": "date", "value": "never"}),
        lambda d: d["plan"]["datasets"][0]["tasks"][-1].update({"action": "explode", "is": "Judge"}),
        lambda d: d["plan"].update(doc={"is": "part", "at": 0}),
        lambda d: d.update(plan=[]),
        lambda d: d.update(parts={}),
    ],
)
def test_what_is_no_plan_is_refused(change: Any) -> None:
    written = json.loads(to_json(plan_of(SPEC)))
    change(written)
    with pytest.raises(ValueError, match=r"."):
        from_json(json.dumps(written))


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '"' + "x" * 10])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_a_value_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        to_json(with_expr(Value(object(), JSON)))


def test_all_kinds_are_told_apart() -> None:
    assert all(is_dataclass(kind) and name == kind.__name__ for name, kind in KINDS.items())
    assert not any("is" in shape_of(kind).names for kind in KINDS.values()), "the key that names the kind"
    for kind in KINDS.values():
        assert set(shape_of(kind).names) == {f.name for f in fields(kind) if f.compare}


def test_the_digest_sees_what_is_done_and_not_what_is_said() -> None:
    digests = [
        plan_of(text).digest
        for text in (
            SPEC,
            SPEC.replace("## The person's size.", "## Small or large."),
            SPEC.replace("integer(18, 90)", "integer( 18,90 )  # years"),
            SPEC.replace("integer(18, 90)", "integer(18, 91)"),
            SPEC.replace('"s": 3', '"s": 4'),
        )
    ]
    assert digests[0] == digests[1] == digests[2]
    assert len(set(digests)) == 3


def test_the_digest_of_a_deep_expression() -> None:
    expr: Expr = ColumnRef("x", INT)
    for _ in range(3_000):
        expr = Apply("add", (expr, Value(1, INT)), INT)
    other = Apply("add", (expr, Value(2, INT)), INT)
    assert content_digest([expr]) != content_digest([other])
    assert content_digest([expr]) == content_digest([replace(expr, span=expr.span)])


def test_literal_types_keep_their_values() -> None:
    plan = with_expr(Value("a", LiteralType(("a", "b"))))
    assert from_json(to_json(plan)) == plan
