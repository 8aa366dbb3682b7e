"""Pinned draws: the same address gives these values on every machine, and in every later version."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from synthdsl.dataset.address import Draw, number_keys, stream
from synthdsl.dataset.vector import Constant, to_list
from synthdsl.ops.table import operator

YEAR = (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
PLACE = Draw(stream(0, "d", "c"), number_keys(0, 3))

PINNED: list[tuple[str, tuple[Any, ...], list[Any]]] = [
    ("uniform", (0, 20), [18.545332186179813, 3.656446925543111, 4.364952575096757]),
    ("integer", (1, 6), [6, 2, 2]),
    (
        "integer",
        (-9223372036854775808, 9223372036854775807),
        [7881677793164600593, -5850895004124979430, -5197413884520307655],
    ),
    ("bernoulli", (0.5,), [False, True, True]),
    ("normal", (41, 12), [58.46878134271898, 30.14406085035439, 31.66249860941084]),
    ("lognormal", (1, 0.5), [5.628628964299276, 1.7292178597656953, 1.8421575055172816]),
    ("exponential", (0.5,), [0.15102830066788045, 3.39848076605751, 3.044249898266374]),
    ("gamma", (2.5, 1), [5.093452730053888, 1.089215663897014, 1.2112690975817435]),
    ("gamma", (0.3, 1), [0.016908500389433794, 0.018565428710126904, 0.010129678393017495]),
    ("beta", (2, 5), [0.32821352626478867, 0.36811463858908966, 0.7865025561135442]),
    ("poisson", (3.5,), [6, 2, 2]),
    ("poisson", (1000,), [1057, 967, 972]),
    ("binomial", (10, 0.3), [5, 2, 2]),
    ("binomial", (1000, 0.7), [674, 715, 713]),
    ("zipf", (1.1, 1000), [1, 156, 113]),
    ("regex", ("[a-z]{2,4}-(x|y)[0-9]",), ["eya-y4", "wywd-x7", "pxs-x9"]),
    (
        "uuid",
        (),
        [
            "ed615831-a7a9-4511-a2b7-137494c06f56",
            "2ecd71fe-3d05-4f1a-b682-f530a8c3f337",
            "37df139b-ee7b-4439-bd6a-cd32ee73e541",
        ],
    ),
    ("date", (YEAR,), [datetime.date(2025, 12, 5), datetime.date(2025, 3, 8), datetime.date(2025, 3, 21)]),
    (
        "timestamp",
        (YEAR,),
        [
            datetime.datetime(2025, 12, 5, 10, 51, 19),
            datetime.datetime(2025, 3, 8, 17, 31, 25),
            datetime.datetime(2025, 3, 21, 15, 50, 57),
        ],
    ),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), PINNED, ids=lambda p: p if isinstance(p, str) else "")
def test_a_draw_is_what_it_was(name: str, arguments: tuple[Any, ...], expected: list[Any]) -> None:
    kernel = operator(name).kernel
    assert kernel is not None
    assert to_list(kernel(PLACE, *map(Constant, arguments)), 3) == expected


def test_unique_ids_are_what_they_were() -> None:
    kernel = operator("unique_id").kernel
    assert kernel is not None
    found = to_list(kernel(PLACE, np.arange(3), Constant("[A-Z]{3}-[0-9]{4}")), 3)
    assert found == ["UEV-9530", "JGH-5842", "RZO-0004"]
