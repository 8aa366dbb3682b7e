"""`correlated`: several normal numbers that go together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Constant, Records, Vector, to_list
from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.ops.numbers.drawing import floats, standard_normal
from synthdsl.ops.symbols.exact import finite
from synthdsl.types.terms import FLOAT, Field, FloatType, IntType, LiteralType, RecordType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cholesky(cov: Sequence[Sequence[float]]) -> list[list[float]] | None:
    """The lower triangle L with L L' = cov; None where cov is not positive semi-definite.

    A pivot within rounding of 0 is taken as 0, so that a variable may be a sum of the others, or constant.
    """
    size = len(cov)
    grain = max((abs(cov[i][i]) for i in range(size)), default=0.0) * size * 1e-12
    lower = [[0.0] * size for _ in range(size)]
    for j in range(size):
        pivot = cov[j][j] - math.fsum(v * v for v in lower[j][:j])
        if pivot < -grain:
            return None
        root = math.sqrt(pivot) if pivot > grain else 0.0
        lower[j][j] = root
        for i in range(j + 1, size):
            rest = cov[i][j] - math.fsum(a * b for a, b in zip(lower[i][:j], lower[j][:j], strict=True))
            if root:
                lower[i][j] = rest / root
            elif abs(rest) > math.sqrt(grain) * math.sqrt(abs(cov[i][i])) + grain:
                return None
    return lower


def _names(call: CallSite) -> list[str]:
    argument = call.arguments["means"]
    if isinstance(argument.type, RecordType):
        return [f.name for f in argument.type.fields]
    known = call.constant("means")
    return [str(key) for key in known] if isinstance(known, dict) else []


def _check(call: CallSite) -> Iterator[Problem]:
    names, cov = _names(call), call.constant("cov")
    yield from _check_means(call, names)
    if not isinstance(cov, list):
        return
    if len(cov) != len(names) or any(len(row) != len(names) for row in cov):
        size = len(names)
        yield Problem("E0309", f"'means' has {size} names, so 'cov' must be {size} lists of {size} numbers.", "cov")
        return
    for i, row in enumerate(cov):
        for j, value in enumerate(row[:i]):
            if value != cov[j][i]:
                message = f"'cov' is not symmetric: {names[i]} and {names[j]} have {value} and {cov[j][i]}."
                yield Problem("E0309", message, "cov")
                return
    if cholesky(cov) is None:
        notes = (
            "Variances, on the diagonal, are not negative.",
            "A covariance is at most the product of both standard deviations.",
        )
        yield Problem(
            "E0309", "No numbers can have this covariance: 'cov' is not positive semi-definite.", "cov", notes
        )


def _check_means(call: CallSite, names: list[str]) -> Iterator[Problem]:
    if not names:
        yield Problem("E0309", "'means' names no number.", "means", ("As in `means={height: 170, weight: 70}`.",))
    argument = call.arguments["means"]
    if isinstance(argument.type, RecordType):
        for field in argument.type.fields:
            if not isinstance(field.type, IntType | FloatType | LiteralType):
                yield Problem("E0301", f"The mean '{field.name}' is no number.", "means")
    for name in names:
        if not name.isidentifier():
            yield Problem("E0309", f"'{name}' cannot be the name of a field.", "means")


def _result(call: CallSite, type_: Type) -> Type:
    return RecordType(tuple(Field(name, FLOAT) for name in _names(call)))


def _kernel(draw: Draw, means: Vector, cov: Vector) -> Vector:
    import numpy as np

    columns = _columns(means, draw.n)
    lower = cholesky(cov.value if isinstance(cov, Constant) else to_list(cov, 1)[0]) if draw.n else []
    assert lower is not None
    deviates = [standard_normal(draw, i) for i in range(len(lower))]
    fields: dict[str, Vector] = {}
    for i, (name, centre) in enumerate(columns.items()):
        total = np.zeros(draw.n)
        for j in range(i + 1 if draw.n else 0):
            total = total + lower[i][j] * deviates[j]
        fields[name] = finite(centre + total)
    return Records(fields)


def _columns(means: Vector, n: int) -> dict[str, NDArray[Any]]:
    if isinstance(means, Records):
        return {name: floats(vector, n) for name, vector in means.fields.items()}
    if isinstance(means, Constant):
        return {str(name): floats(Constant(value), n) for name, value in means.value.items()}
    rows = to_list(means, n)
    return {name: floats([row[name] for row in rows], n) for name in rows[0]} if rows else {}


OPERATOR = Operator(
    name="correlated",
    family="numbers",
    kind="sampler",
    signatures=(
        "correlated(means: record, const cov: list[list[number]]) -> record",
        "correlated(const means: map[text], const cov: list[list[number]]) -> record",
    ),
    doc=(
        "A record of floats from the multivariate normal distribution. `means` gives the fields and their means, "
        "`cov` the covariance matrix in the same order: variances on the diagonal, symmetric, positive semi-definite."
    ),
    examples=(("correlated(means={height: 170, weight: 70}, cov=[[49, 30], [30, 100]])", None),),
    source="Cholesky decomposition",
    check=_check,
    result=_result,
    kernel=_kernel,
)
