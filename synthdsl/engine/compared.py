"""What rows of an archive are compared by: `keep best SCORE per KEYS`, for pools and for trees."""

from __future__ import annotations

from synthdsl.dataset.vector import to_list
from synthdsl.engine.failing import evaluated
from synthdsl.engine.frame import Frame
from synthdsl.plan.steps import ArchivePlan

KEEP_BEST = "keep best"
"""What dropped a row that is not the best with its keys, among the rules of a report."""


def compared(archive: ArchivePlan, frame: Frame, dataset: str) -> list[tuple[bytes, float]]:
    """For each row its keys, as one name, and its score."""
    subject = f"'{KEEP_BEST}' of '{dataset}'"
    scores = to_list(evaluated(subject, archive.score, frame), frame.n)
    keys = [to_list(evaluated(subject, key, frame), frame.n) for key in archive.keys]
    cells = [repr(tuple(column[at] for column in keys)).encode() for at in range(frame.n)]
    return list(zip(cells, scores, strict=True))
