"""`month`: a part of a time."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.ops.time.calendar import part

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(t: datetime.date) -> int:
    return t.month


def _array(times: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return times.astype("datetime64[M]").astype(np.int64) % 12 + 1


OPERATOR = part(
    "month",
    "The month of a date or timestamp, 1 to 12.",
    (1, 12),
    _scalar,
    _array,
    ("month(2025-03-01)", 3),
)
