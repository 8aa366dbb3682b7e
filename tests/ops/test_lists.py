"""Functions on lists and records: values at the edges, ties, types, checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.vector import Coded, Constant, Records, to_list
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.lists.keys import key_of
from synthdsl.ops.rows import by_row
from synthdsl.ops.table import operator
from synthdsl.types.terms import (
    INT,
    JSON,
    STR,
    UNKNOWN,
    Field,
    IntType,
    ListType,
    LiteralType,
    MapType,
    OptionalType,
    RecordType,
    Type,
)


def call(name: str, *arguments: Any, **named: Any) -> Any:
    scalar = operator(name).scalar
    assert scalar is not None
    return scalar(*arguments, **named)


def codes(name: str, **arguments: Argument) -> list[str]:
    check = operator(name).check
    assert check is not None
    return [p.code for p in check(CallSite(arguments))]


def result(name: str, inferred: Type, **arguments: Argument) -> Type:
    found = operator(name).result
    assert found is not None
    return found(CallSite(arguments), inferred)


def known(value: Any, type_: Type = UNKNOWN) -> Argument:
    return Argument(type_, Constant(value))


A, B = {"x": 1, "y": [1]}, {"y": [1], "x": 1}


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("any", ([],), False),
        ("all", ([],), True),
        ("any", ([False, True],), True),
        ("all", ([False, True],), False),
        ("count", ([],), 0),
        ("count", ([0, "", False, None, True, []],), 4),
        ("count", ([A, B, 1], A), 2),
        ("count", ([1, True], 1), 1),
        ("count", ("aaaa", "aa"), 2),
        ("distinct", ([],), []),
        ("distinct", ([A, B, [1], [1], 1, True, 1.0],), [A, [1], 1, True]),
        ("argmax", ([1, 3, 3],), 1),
        ("argmin", (["b", "a", "a"],), 1),
        ("rank", ([], False), []),
        ("rank", ([2, 1, 2, 3], False), [2, 1, 2, 4]),
        ("rank", ([2, 1, 2, 3], True), [2, 4, 2, 1]),
        ("sort", ([], False), []),
        ("sort", (["é", "z", "a"], False), ["a", "z", "é"]),
        ("sort", (["p", "q", "r"], [1, 1, 0], False), ["r", "p", "q"]),
        ("sort", (["p", "q", "r"], [1, 1, 0], True), ["p", "q", "r"]),
        ("reverse", ([],), []),
        ("flatten", ([[], [[1]], [2]],), [[1], 2]),
        ("first", ([None, 1],), None),
        ("last", ([1],), 1),
        ("vote", ([A, "z", B],), A),
        ("vote", (["b", "a", "a", "b"],), "b"),
        ("vote", ([1, True, True],), True),
        ("range", (0,), []),
        ("range", (-3,), []),
        ("range", (3, 3, 1), []),
        ("range", (3, 0, -1), [3, 2, 1]),
        ("range", ((2, 4),), [2, 3, 4]),
        ("range", ({"start": 2, "stop": 1},), []),
        ("slice_", ([1, 2, 3], -2, None), [2, 3]),
        ("slice_", ([1, 2, 3], None, 9), [1, 2, 3]),
        ("slice_", ("añb", 1, 2), "ñ"),
        ("item", ([1, 2, 3], -3), 1),
        ("item", ("añb", -2), "ñ"),
        ("item", ({"a": 5}, "a"), 5),
        ("coalesce", (None, None), None),
        ("coalesce", (0, 5), 0),
        ("coalesce", ("", "x"), ""),
        ("coalesce", (1, 0.5), 1.0),
        ("coalesce", (True, 0.5), True),
        ("get", ({"a": None}, "a"), None),
        ("get", ({1: "x"}, 1), "x"),
        ("get", ([1, 2], -1), 2),
        ("get", ([1, 2], 2), None),
        ("get", ([1, 2], "a"), None),
        ("get", ("text", 0), None),
        ("get", (None, "a"), None),
    ],
)
def test_values(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    found = call(name, *arguments)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("count", ("abc", "")),
        ("argmax", ([],)),
        ("argmin", ([],)),
        ("first", ([],)),
        ("last", ([],)),
        ("vote", ([],)),
        ("sort", ([1, 2], [1], False)),
        ("range", (1, 5, 0)),
        ("range", (2_000_000,)),
        ("range", (-(2**63), 2**63 - 1, 1)),
        ("range", ((0, 2**62),)),
        ("item", ([], 0)),
        ("item", ([1], -2)),
        ("item", ("", 0)),
        ("item", ({"a": 1}, "b")),
        ("item", ({"a": 1}, 0)),
        ("item", (None, 0)),
        ("item", ([1], "a")),
    ],
)
def test_undefined_values(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(Undefined) as undefined:
        call(name, *arguments)
    assert str(undefined.value).endswith(".")


def test_distinct_keeps_the_first_of_equal_items() -> None:
    assert list(call("distinct", [A, B])[0]) == ["x", "y"]


def test_keys_tell_values_apart_as_the_language_does() -> None:
    assert key_of(A) == key_of(B)
    assert key_of([1, [2]]) == key_of([1.0, [2]])
    apart = [1, True, "1", [1], [[1]], {"a": 1}, {"a": True}, None, []]
    assert len({key_of(v) for v in apart}) == len(apart)


def test_zip_gives_records_and_refuses_unequal_lists() -> None:
    assert call("zip", a=[1, 2], b=["x", "y"]) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    assert call("zip", a=[]) == []
    with pytest.raises(Undefined) as unequal:
        call("zip", a=[1], b=[])
    assert str(unequal.value) == "The lists are not equally long: a has 1, b has 0."
    kernel = operator("zip").kernel
    assert kernel is not None
    assert kernel(2, a=[[1], [2]], n=Constant(["k"])) == [[{"a": 1, "n": "k"}], [{"a": 2, "n": "k"}]]
    with pytest.raises(Undefined) as at:
        kernel(2, a=[[1], [2, 3]], b=Constant(["k"]))
    assert at.value.at == 1


def test_the_kernel_of_item_agrees_with_its_scalar() -> None:
    found = operator("item")
    assert found.kernel is not None and found.scalar is not None
    items, index = ["a", "b", "c"], np.array([0, -1, 2, -3, 1])
    picked = found.kernel(5, Constant(items), index)
    assert isinstance(picked, Coded) and picked.values is items
    assert to_list(picked, 5) == [call("item", items, i) for i in index.tolist()]
    lists = [items, ["x"], ["y", "z"], items, items]
    assert to_list(found.kernel(5, lists, Constant(0)), 5) == ["a", "x", "y", "a", "a"]
    for vectors in ((Constant(items), np.array([0, 3, -4])), ([items, ["x"], ["y"]], np.array([2, 2, 0]))):
        with pytest.raises(Undefined) as outside:
            found.kernel(3, *vectors)
        assert outside.value.at == 1


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.array([1, 2, 3]), Constant(0)),
        (np.array([1, 2, 3]), np.array([0.5, 0.5, 0.5])),
        (np.array([1.0, 2.0, 3.0]), Constant(0)),
        ([None, "a", None], ["p", "q", "r"]),
        (Coded(np.array([0, 1, 0]), [None, "a"]), Constant("z")),
        (Records({"a": np.array([1, 2, 3])}), Constant({"a": 0})),
    ],
)
def test_the_kernel_of_coalesce_agrees_with_its_scalar(x: Any, y: Any) -> None:
    found = operator("coalesce")
    assert found.kernel is not None
    expected = [call("coalesce", a, b) for a, b in zip(to_list(x, 3), to_list(y, 3), strict=True)]
    assert to_list(found.kernel(3, x, y), 3) == expected


def test_a_range_with_ends_by_row() -> None:
    bounds = Records({"start": np.array([1, 5]), "stop": Constant(5)})
    scalar = operator("range").scalar
    assert scalar is not None
    assert to_list(by_row(scalar, 2, bounds), 2) == [[1, 2, 3, 4, 5], [5]]


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("item", {"items": Argument(ListType(STR, 1, 3)), "index": known(3)}, ["E0321"]),
        ("item", {"items": Argument(ListType(STR, 1, 3)), "index": known(-3)}, []),
        ("item", {"items": Argument(ListType(STR)), "index": known(30)}, []),
        ("item", {"text": Argument(STR), "index": known(30)}, []),
        ("first", {"items": known([])}, ["E0321"]),
        ("last", {"items": known([1])}, []),
        ("vote", {"items": known([])}, ["E0321"]),
        ("range", {"step": known(0)}, ["E0309"]),
        ("count", {"part": known("")}, ["E0309"]),
        ("sort", {"items": known([1]), "by": known([1, 2]), "descending": known(False)}, ["E0309"]),
        ("sort", {"items": known([1]), "descending": known(False)}, []),
        ("zip", {}, ["E0208"]),
        ("zip", {"a": known([1]), "b": known([])}, ["E0309"]),
        ("zip", {"a": known([1]), "b": Argument(ListType(STR))}, []),
        ("get", {"record": Argument(RecordType((Field("name", STR),))), "key": known("nam")}, ["E0206"]),
        ("get", {"record": Argument(RecordType((Field("name", STR),))), "key": known("name")}, []),
    ],
)
def test_checks(name: str, arguments: dict[str, Argument], expected: list[str]) -> None:
    assert codes(name, **arguments) == expected


LIST = Argument(ListType(STR, 2, 5))
MAP = MapType(LiteralType(("a", "b")), INT)
RECORD = RecordType((Field("a", INT), Field("b", OptionalType(INT))))


@pytest.mark.parametrize(
    ("name", "inferred", "arguments", "expected"),
    [
        ("argmax", INT, {"items": LIST}, IntType(0, 4)),
        ("argmin", INT, {"items": Argument(ListType(STR))}, IntType(0, None)),
        ("rank", ListType(INT), {"items": LIST}, ListType(IntType(1, 5), 2, 5)),
        ("sort", ListType(STR), {"items": LIST}, ListType(STR, 2, 5)),
        ("reverse", ListType(STR), {"items": LIST}, ListType(STR, 2, 5)),
        ("distinct", ListType(STR), {"items": LIST}, ListType(STR, 1, 5)),
        ("count", INT, {"items": LIST}, IntType(0)),
        (
            "zip",
            ListType(RecordType(())),
            {"a": LIST, "b": Argument(ListType(INT, None, 3))},
            ListType(RecordType((Field("a", STR), Field("b", INT))), 2, 3),
        ),
        ("get", UNKNOWN, {"map": Argument(MAP), "key": Argument(STR)}, OptionalType(INT)),
        ("get", UNKNOWN, {"map": Argument(MAP), "key": Argument(LiteralType(("b",)))}, INT),
        ("get", UNKNOWN, {"map": Argument(MAP), "key": Argument(LiteralType(("b", "c")))}, OptionalType(INT)),
        ("get", UNKNOWN, {"record": Argument(RECORD), "key": known("a")}, INT),
        ("get", UNKNOWN, {"record": Argument(RECORD), "key": Argument(STR)}, OptionalType(INT)),
        ("get", JSON, {"value": Argument(JSON), "key": Argument(STR)}, JSON),
    ],
)
def test_types(name: str, inferred: Type, arguments: dict[str, Argument], expected: Type) -> None:
    assert result(name, inferred, **arguments) == expected
