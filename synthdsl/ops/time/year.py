"""`year`: a part of a time."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from synthdsl.ops.time.calendar import part

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _scalar(t: datetime.date) -> int:
    return t.year


def _array(times: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return times.astype("datetime64[Y]").astype(np.int64) + 1970


OPERATOR = part(
    "year",
    "The year of a date or timestamp.",
    (1, 9999),
    _scalar,
    _array,
    ("year(2025-03-01)", 2025),
)
