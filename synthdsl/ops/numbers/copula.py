"""`copula`: numbers between 0 and 1 that go together, for draws with any distributions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.normal import normal_cdf_array
from synthdsl.dataset.vector import Constant, Records, Vector
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.numbers.correlated import cholesky
from synthdsl.ops.numbers.drawing import standard_normal
from synthdsl.types.terms import Field, FloatType, RecordType, Type

_BELOW_1 = 1.0 - 2.0**-53
_LEAST_PIVOT = 1e-12


def _check(call: CallSite) -> Iterator[Problem]:
    names, matrix = call.constant("names"), call.constant("correlation")
    if not isinstance(names, list) or not isinstance(matrix, list):
        return
    problem = _names_problem(names) or _matrix_problem(names, matrix)
    if problem is not None:
        yield problem


def _names_problem(names: Sequence[str]) -> Problem | None:
    if not names:
        return Problem("E0309", "'names' is empty.", "names", ('As in `names=["age", "income"]`.',))
    for i, name in enumerate(names):
        if not name.isidentifier():
            return Problem("E0309", f"'{name}' cannot be the name of a field.", "names")
        if name in names[:i]:
            return Problem("E0309", f"'{name}' stands twice in 'names'.", "names")
    return None


def _matrix_problem(names: Sequence[str], matrix: Sequence[Sequence[Any]]) -> Problem | None:
    size = len(names)
    if len(matrix) != size or any(len(row) != size for row in matrix):
        message = f"'names' has {size} names, so 'correlation' must be {size} lists of {size} numbers."
        return Problem("E0309", message, "correlation")
    for i, row in enumerate(matrix):
        if row[i] != 1:
            message = f"A number goes with itself: the correlation of {names[i]} and {names[i]} is 1, not {row[i]}."
            return Problem("E0309", message, "correlation")
        for j, value in enumerate(row[:i]):
            pair = f"{names[i]} and {names[j]}"
            if value != matrix[j][i]:
                message = f"'correlation' is not symmetric: {pair} have {value} and {matrix[j][i]}."
                return Problem("E0309", message, "correlation")
            if not -1 < value < 1:
                message = f"The correlation of {pair} is {value}; it must be between -1 and 1."
                return Problem("E0309", message, "correlation")
    lower = cholesky(matrix)
    if lower is None or any(lower[i][i] ** 2 < _LEAST_PIVOT for i in range(size)):
        notes = ("Where a goes with b and b with c, a and c cannot go against each other much: lower some of them.",)
        message = "No numbers can have these correlations: the matrix is not positive definite."
        return Problem("E0309", message, "correlation", notes)
    return None


def _result(call: CallSite, type_: Type) -> Type:
    names = call.constant("names")
    return RecordType(tuple(Field(str(name), FloatType(0.0, 1.0)) for name in dict.fromkeys(names or ())))


def _kernel(draw: Draw, names: Vector, correlation: Vector) -> Vector:
    import numpy as np

    assert isinstance(names, Constant) and isinstance(correlation, Constant)
    lower = cholesky(correlation.value)
    assert lower is not None
    deviates = [standard_normal(draw, i) for i in range(len(lower))]
    fields: dict[str, Vector] = {}
    for i, name in enumerate(names.value):
        total = np.zeros(draw.n)
        for j in range(i + 1):
            total = total + lower[i][j] * deviates[j]
        fields[name] = np.clip(normal_cdf_array(total), 0.5 * math.ulp(0.5), _BELOW_1)
    return Records(fields)


OPERATOR = Operator(
    name="copula",
    family="numbers",
    kind="sampler",
    signatures=("copula(*, const names: list[text], const correlation: list[list[number]]) -> record",),
    doc=(
        "A record of floats between 0 and 1 (both excluded), each drawn evenly, that go together as normal numbers "
        "with this correlation matrix do (a Gaussian copula). The functions `quantile_normal`, `quantile_lognormal`, "
        "`quantile_uniform`, `quantile_exponential` and `quantile_choice` turn each into a draw from a distribution of "
        "its own: `quantile_lognormal(u.income, mean=10, sd=0.5)`. Whatever the distributions, the rank correlation "
        "(Spearman) of two of them is 6 / pi * arcsin(r / 2), a little below r."
    ),
    examples=(('copula(names=["age", "income"], correlation=[[1, 0.6], [0.6, 1]])', None),),
    source="Nelsen 2006, An Introduction to Copulas; Cholesky decomposition",
    check=_check,
    result=_result,
    kernel=_kernel,
)
