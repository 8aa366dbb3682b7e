"""`shuffle`: a list in random order."""

from __future__ import annotations

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Constant, Vector, to_list
from synthdsl.ops.choice.sample import OPERATOR as SAMPLE
from synthdsl.ops.contract import CallSite, Operator
from synthdsl.types.terms import ListType, Type


def _result(call: CallSite, inferred: Type) -> Type:
    """A list as long as the given one."""
    given = call.arguments["items"].type
    if isinstance(inferred, ListType) and isinstance(given, ListType):
        return ListType(inferred.item, given.min, given.max)
    return inferred


def _kernel(draw: Draw, items: Vector) -> Vector:
    import numpy as np

    assert SAMPLE.kernel is not None
    if isinstance(items, Constant):
        return SAMPLE.kernel(draw, items, Constant(len(items.value)))
    lists = to_list(items, draw.n)
    return SAMPLE.kernel(draw, lists, np.array([len(v) for v in lists], dtype=np.int64))


OPERATOR = Operator(
    name="shuffle",
    family="choice",
    kind="sampler",
    signatures=("shuffle(items: list[T]) -> list[T]",),
    doc="The items of a list in random order; every order has the same probability.",
    examples=(('shuffle(["a", "b", "c"])', None),),
    result=_result,
    kernel=_kernel,
    whole=True,
)
