"""Functions on numbers: their values, their limits, and what is undefined."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.vector import Coded, Constant, Vector, to_list
from synthdsl.ops.contract import Argument, CallSite, Undefined
from synthdsl.ops.table import operator
from synthdsl.types.terms import FLOAT


def value(name: str, *arguments: Any) -> Any:
    scalar = operator(name).scalar
    assert scalar is not None
    return scalar(*arguments)


def values(name: str, *vectors: Vector, n: int) -> list[Any]:
    kernel = operator(name).kernel
    assert kernel is not None
    return to_list(kernel(n, *vectors), n)


def undefined(name: str, *arguments: Any) -> str:
    with pytest.raises(Undefined) as caught:
        value(name, *arguments)
    return str(caught.value)


def codes(name: str, **known: Any) -> list[str]:
    check = operator(name).check
    assert check is not None
    return [p.code for p in check(CallSite({k: Argument(FLOAT, Constant(v)) for k, v in known.items()}))]


# --- rounding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "digits", "expected"),
    [
        (2.675, 2, 2.67),
        (1.005, 2, 1.0),
        (0.125, 2, 0.12),
        (0.375, 2, 0.38),
        (1234.5, -2, 1200.0),
        (5, 2, 5.0),
        (-0.001, 2, 0.0),
        (1e300, 3, 1e300),
    ],
)
def test_round_looks_at_the_exact_value(x: float, digits: int, expected: float) -> None:
    assert value("round", x, digits) == expected
    assert values("round", np.array([x, x]), Constant(digits), n=2) == [expected, expected]
    assert math.copysign(1, value("round", x, digits)) == 1.0


def test_round_by_array_is_round_of_python_near_ties() -> None:
    chance = random.Random(1)
    for digits in range(16):
        x = [chance.uniform(-1000, 1000) for _ in range(500)]
        x += [(chance.randint(-(10**6), 10**6) + 0.5) / 10**digits for _ in range(500)]
        x += [chance.uniform(-1, 1) * 10 ** chance.uniform(-20, 20) for _ in range(200)]
        found = values("round", np.array(x), Constant(digits), n=len(x))
        assert found == [round(v, digits) + 0.0 for v in x]


def test_round_without_digits_gives_whole_numbers() -> None:
    assert [value("round", x) for x in (2.5, 3.5, -2.5, 2.6, 7)] == [2, 4, -2, 3, 7]
    assert values("round", np.array([2.5, 3.5, -0.4]), n=3) == [2, 4, 0]
    assert undefined("round", 1e19) == "The result does not fit into a 64-bit integer."
    assert codes("round", x=1.0, digits=30) == ["E0309"]


# --- conversions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "expected"), [("42", 42), (" -7 ", -7), ("+0", 0), (str(2**63 - 1), 2**63 - 1)])
def test_int_reads_decimal_digits(text: str, expected: int) -> None:
    assert value("int", text) == expected


@pytest.mark.parametrize("text", ["", "1.0", "1e3", "0x10", "1_000", "٣", "one", str(2**63), "9" * 50])
def test_int_refuses_other_texts(text: str) -> None:
    assert undefined("int", text)


@pytest.mark.parametrize(("text", "expected"), [("1.5", 1.5), (" .5 ", 0.5), ("2.", 2.0), ("-1e3", -1000.0)])
def test_float_reads_decimal_numbers(text: str, expected: float) -> None:
    assert value("float", text) == expected


@pytest.mark.parametrize("text", ["", ".", "nan", "inf", "1,5", "0x1p3", "1_0.0", "1e999", "9" * 500])
def test_float_refuses_other_texts(text: str) -> None:
    assert undefined("float", text)


def test_whole_results_beyond_64_bits_are_undefined() -> None:
    for name in ("int", "floor", "ceil"):
        assert undefined(name, 2.0**63)
        assert value(name, -(2.0**63)) == -(2**63)
        with pytest.raises(Undefined) as caught:
            values(name, np.array([1.0, 2.0**63]), n=2)
        assert caught.value.at == 1


def test_directions_of_rounding_differ_below_zero() -> None:
    x = np.array([-1.5, -1.0, 1.5])
    assert values("int", x, n=3) == [-1, -1, 1]
    assert values("floor", x, n=3) == [-2, -1, 1]
    assert values("ceil", x, n=3) == [-1, -1, 2]


# --- powers and logarithms ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((8, 2), 3.0), ((1000, 10), 3.0), ((0.125, 2), -3.0), ((2, 4), 0.5), ((10**15, 10), 15.0), ((math.e, None), 1.0)],
)
def test_log_takes_a_base(arguments: tuple[float, float | None], expected: float) -> None:
    assert value("log", *arguments) == expected


def test_log_outside_its_domain_is_undefined() -> None:
    assert undefined("log", 0, None)
    assert undefined("log", -1.0, None)
    assert undefined("log", 2, 1)
    assert codes("log", x=0, base=None) == ["E0309"]
    assert codes("log", x=2, base=1) == ["E0309"]
    with pytest.raises(Undefined):
        values("log", np.array([1.0, 0.0]), Constant(None), n=2)


def test_powers() -> None:
    assert value("pow", 10, 15) == 1e15
    assert value("pow", -2, 3) == -8.0
    assert value("pow", 0, 0) == 1.0
    assert undefined("pow", -2, 0.5)
    assert undefined("pow", 0, -1)
    assert undefined("pow", 10, 400)
    assert values("pow", np.array([2, 3, 10]), Constant(2), n=3) == [4.0, 9.0, 100.0]


def test_exp_and_sqrt_have_their_limits() -> None:
    assert undefined("exp", 710)
    assert value("exp", -1000) == 0.0
    assert undefined("sqrt", -1)
    assert value("sqrt", 2) == math.sqrt(2)
    with pytest.raises(Undefined):
        values("sqrt", np.array([4.0, -4.0]), n=2)


# --- mod, min, max, lists -------------------------------------------------------------------------


@pytest.mark.parametrize(("a", "b"), [(7, 3), (-7, 3), (7, -3), (-7, -3), (5.5, 2), (-5.5, 2), (-(2**63), -1)])
def test_mod_has_the_sign_of_the_divisor(a: float, b: float) -> None:
    assert value("mod", a, b) == a % b
    assert values("mod", np.array([a, a]), Constant(b), n=2) == [a % b] * 2


def test_mod_by_zero_is_undefined() -> None:
    assert undefined("mod", 1, 0)
    assert codes("mod", a=3, b=0) == ["E0309"]
    with pytest.raises(Undefined) as caught:
        values("mod", Constant(5), np.array([1, 0]), n=2)
    assert caught.value.at == 1


def test_min_and_max_take_lists_and_arguments() -> None:
    assert value("max", [3, 1]) == 3
    assert value("max", 3, 1, 7) == 7
    assert value("min", ["b", "a"]) == "a"
    assert value("max", 5) == 5
    assert undefined("max", [])
    assert undefined("min", [])
    assert values("max", np.array([1, 5]), Constant(3), np.array([2.5, 0.0]), n=2) == [3.0, 5.0]
    assert values("min", [[3, 2], [9]], n=2) == [2, 9]


def test_an_int_beside_a_float_comes_out_as_a_float() -> None:
    for found in (value("max", 3, 1.5), value("clamp", 120, 0.5, 90), value("sum", [1, 2.0]), value("max", [4, 0.5])):
        assert isinstance(found, float)
    assert isinstance(value("clamp", 120, 18, 90), int)


def test_clamp_refuses_crossed_bounds() -> None:
    assert undefined("clamp", 5, 3, 1)
    assert codes("clamp", x=1, low=3, high=1) == ["E0309"]
    with pytest.raises(Undefined):
        values("clamp", np.array([5, 5]), np.array([1, 3]), Constant(2), n=2)


def test_sums_are_rounded_once() -> None:
    tenths = [0.1] * 10
    assert value("sum", tenths) == 1.0
    assert value("mean", [1e16, 1.0, -1e16]) == 1 / 3
    assert value("sum", [2**62, 2**62 - 1]) == 2**63 - 1
    assert undefined("sum", [2**62, 2**62])
    assert undefined("sum", [1e308, 1e308])
    assert value("mean", [2**62, 2**62]) == 2.0**62


def test_statistics_of_lists() -> None:
    assert value("median", [5, 1, 3]) == 3.0
    assert value("median", [4, 1]) == 2.5
    assert value("sd", [1, 1, 1]) == 0.0
    assert value("sd", [1, 3]) == math.sqrt(2)
    for name in ("mean", "median", "sd"):
        assert undefined(name, [])
    assert undefined("sd", [1])


def test_sign_and_abs() -> None:
    assert values("sign", np.array([-2.5, 0.0, 3.0]), n=3) == [-1, 0, 1]
    assert undefined("abs", -(2**63))
    with pytest.raises(Undefined):
        values("abs", np.array([-(2**63)]), n=1)


def test_a_coded_argument_is_computed_once_a_value() -> None:
    kernel = operator("log").kernel
    assert kernel is not None
    codes_ = np.array([0, 1, 0, 1, 1])
    found = to_list(kernel(5, Coded(codes_, [1.0, math.e]), Constant(None)), 5)
    assert found == [0.0, 1.0, 0.0, 1.0, 1.0]
    # A value that no row has does not matter.
    assert to_list(kernel(5, Coded(codes_, [1.0, math.e, -1.0]), Constant(None)), 5) == found
