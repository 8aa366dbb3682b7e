"""The operators behind template filters: whole entries, examples that hold, no row fails without a reason."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from synthdsl.model.template_filters import REFUSED, SIMPLE, SPECIAL, known_filters
from synthdsl.ops.contract import Undefined
from synthdsl.ops.signature import read_signature
from synthdsl.ops.table import FILTERS, TABLE, operator
from tests.model.template_rig import read, render


@pytest.mark.parametrize("name", FILTERS)
def test_an_entry_is_whole(name: str) -> None:
    found = operator(name)
    assert found.name == name and name not in TABLE
    assert found.kind == "function" and found.scalar is not None and found.runnable
    assert found.doc.endswith(".") and found.source and found.examples and found.signatures
    for text in found.signatures:
        read_signature(text)


@pytest.mark.parametrize("name", FILTERS)
def test_the_examples_render_what_they_say(name: str) -> None:
    for example, expected in operator(name).examples:
        assert example.startswith('t"')
        assert render(json.loads(example[1:]), {}, {}) == expected


def test_every_filter_of_jinja_is_there_or_refused_with_a_reason() -> None:
    from jinja2.filters import FILTERS as JINJA

    ours = {*known_filters(), *REFUSED}
    assert set(JINJA) <= ours
    assert not set(REFUSED) & set(known_filters())
    assert {s.operator for s in SIMPLE.values()} <= {*TABLE, *FILTERS}
    assert "default" in SPECIAL


_ODD: list[Any] = [
    "",
    "a b",
    "\u00e9\U0001f600\n\t",
    -1,
    0,
    3,
    10**18,
    0.0,
    -2.5,
    1e308,
    True,
    False,
    None,
    [],
    ["b", "A"],
    [1],
]


def _fits(shape: str, value: Any) -> bool:
    kinds = {"text": str, "str": str, "int": int, "bool": bool, "number": (int, float), "float": float, "list": list}
    if shape not in kinds:
        return True
    return isinstance(value, kinds[shape]) and (shape == "bool" or not isinstance(value, bool))


@pytest.mark.parametrize("name", FILTERS)
def test_odd_values_give_a_value_or_a_reason(name: str) -> None:
    found = operator(name)
    chance = random.Random(7)
    assert found.scalar is not None
    for text in found.signatures:
        parameters = read_signature(text).parameters
        for _ in range(150):
            values = []
            for p in parameters:
                fitting = [v for v in _ODD if _fits(p.shape.name, v) and (v is not None or p.shape.optional)]
                if p.shape.name == "list":
                    inner = p.shape.item.name if p.shape.item else "any"
                    fitting = [v for v in fitting if all(_fits(inner, i) for i in v)]
                values.append(
                    "common" if p.name == "method" else None if p.name == "attribute" else chance.choice(fitting)
                )
            try:
                found.scalar(*values)
            except Undefined as reason:
                assert str(reason).endswith(".")


def test_arguments_by_name_and_by_place_are_the_same() -> None:
    for text in (
        "{{ s | truncate(3, true, '', 0) }}",
        "{{ s | truncate(leeway=0, end='', killwords=true, length=3) }}",
    ):
        assert render(text, {"s": _text()}, {"s": "abcdefgh"}) == "abc"
    _, found = read("{{ s | truncate(3, length=4) }}", {"s": _text()})
    assert [d.code for d in found] == ["E0225"]


def _text() -> Any:
    from synthdsl.types.terms import STR

    return STR
