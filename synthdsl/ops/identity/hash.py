"""`hash`: a stable number for any value."""

from __future__ import annotations

import datetime
import struct
from typing import TYPE_CHECKING, Any

from synthdsl.base.digest import hash64, mix64
from synthdsl.dataset.address import mix
from synthdsl.dataset.vector import Vector
from synthdsl.ops.contract import CallSite, Operator
from synthdsl.ops.rows import by_row
from synthdsl.types.terms import IntType, Type

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INT = 0x51ED_270B_9F4A_7C15
_FLOAT = 0x2545_F491_4F6C_DD1D
_POSITIVE = 0x7FFF_FFFF_FFFF_FFFF


def _scalar(x: Any) -> int:
    return _hash(x) & _POSITIVE


def _hash(x: Any) -> int:
    match x:
        case None:
            return hash64("null")
        case bool():
            return hash64("bool", int(x))
        case int():
            return mix64(x + _INT)
        case float():
            # A whole float is equal to the integer, so it has its hash.
            return (
                mix64(int(x) + _INT) if _is_whole(x) else mix64(struct.unpack("<Q", struct.pack("<d", x))[0] ^ _FLOAT)
            )
        case str():
            return hash64("str", x)
        case datetime.datetime():
            return hash64("timestamp", x.isoformat())
        case datetime.date():
            return hash64("date", x.isoformat())
        case datetime.timedelta():
            return hash64("duration", x // datetime.timedelta(microseconds=1))
        case list():
            return hash64("list", *map(_hash, x))
        case dict():
            return hash64("record", *(part for key in sorted(x) for part in (str(key), _hash(x[key]))))
        case _:
            raise TypeError(f"a value of type {type(x).__name__} has no hash")


def _is_whole(x: float) -> bool:
    return -(2.0**63) <= x < 2.0**63 and x == int(x)


def _kernel(n: int, x: Vector) -> Vector:
    import numpy as np

    if not isinstance(x, np.ndarray) or x.dtype.kind not in "if":
        return by_row(_scalar, n, x)
    return (_array(x) & np.uint64(_POSITIVE)).astype(np.int64)


def _array(x: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        if x.dtype.kind == "i":
            return mix(x.astype(np.uint64) + np.uint64(_INT))
        x = x + 0.0
        whole = (x >= -(2.0**63)) & (x < 2.0**63) & (x == np.trunc(x))
        integers = np.where(whole, x, 0.0).astype(np.int64).astype(np.uint64)
        return mix(np.where(whole, integers + np.uint64(_INT), x.view(np.uint64) ^ np.uint64(_FLOAT)))


def _result(call: CallSite, type_: Type) -> Type:
    return IntType(0, _POSITIVE)


OPERATOR = Operator(
    name="hash",
    family="identity",
    kind="function",
    signatures=("hash(x: any) -> int",),
    doc=(
        "A number from 0 to 2**63 - 1 that depends on the value of `x` alone: the same on every machine and in every "
        "version, different for different values but for chance. Equal values have equal hashes, 1 and 1.0 too."
    ),
    examples=(('hash("a")', 4631980958490126079),),
    source="BLAKE2b for text and structures, the finaliser of SplitMix64 for numbers",
    result=_result,
    scalar=_scalar,
    kernel=_kernel,
)
