"""`uuid`: random identifiers in the usual form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthdsl.dataset.address import Draw
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Operator
from synthdsl.ops.identity.writing import alphabet_codes, strings
from synthdsl.types.terms import StrType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DASHES_BEFORE = (8, 12, 16, 20)


def _kernel(draw: Draw) -> Vector:
    import numpy as np

    # Version 4 in the third group, the variant 10 in the first two bits of the fourth.
    high = (draw.bits(0) & np.uint64(0xFFFF_FFFF_FFFF_0FFF)) | np.uint64(0x4000)
    low = (draw.bits(1) & np.uint64(0x3FFF_FFFF_FFFF_FFFF)) | np.uint64(0x8000_0000_0000_0000)
    hexadecimal = alphabet_codes("0123456789abcdef")
    columns: list[NDArray[Any] | str] = []
    for i in range(32):
        if i in _DASHES_BEFORE:
            columns.append("-")
        half = high if i < 16 else low
        columns.append(hexadecimal[(half >> np.uint64(60 - 4 * (i % 16))) & np.uint64(15)])
    return strings(columns, draw.n)


def _result(call: CallSite, type_: Type) -> Type:
    return StrType(36, 36)


OPERATOR = Operator(
    name="uuid",
    family="identity",
    kind="sampler",
    signatures=("uuid() -> str",),
    doc="A random UUID of version 4 with 122 random bits: `f81d4fae-7dec-41d0-a765-00a0c91e6bf6`.",
    examples=(("uuid()", None),),
    source="RFC 9562, section 5.4",
    result=_result,
    kernel=_kernel,
)
