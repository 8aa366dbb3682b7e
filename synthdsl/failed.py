"""Rows that failed for good: kept in a file beside the store, one line a row, until a run has none.

The file is for people (which row, which column, why, the last answer) and for `synthc run --retry-failed`, which has
the answers forgotten that made them fail.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from synthdsl.base.diagnostic import Diagnostic
from synthdsl.base.span import NOWHERE

if TYPE_CHECKING:
    from synthdsl.engine.walker import Lost

FOLDER = Path(".synth", "failed")
MAX_ANSWER = 20_000
"""Characters of an answer that are kept."""


def failed_file(root: Path, spec: str) -> Path:
    """Where the failed rows of a spec's last run stand."""
    return root / FOLDER / f"{Path(spec).stem}.jsonl"


def write_failed(path: Path, lost: Sequence[Lost]) -> None:
    """Write the rows, or remove the file when there are none. Raises OSError."""
    if not lost:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for one in lost:
            file.write(json.dumps(_as_object(one), ensure_ascii=False) + "\n")
    part.replace(path)


def _as_object(one: Lost) -> dict[str, object]:
    return {
        "dataset": one.dataset,
        "key": f"{one.key:016x}",
        "row": one.number,
        "column": one.column,
        "code": one.code,
        "message": one.message,
        "answer": one.answer[:MAX_ANSWER],
        "calls": [k.hex() for k in one.calls],
    }


def failed_calls(path: Path) -> Iterator[bytes]:
    """The keys of the calls that made rows fail; nothing where there is no file, or a line is none of ours."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                yield from (bytes.fromhex(k) for k in json.loads(line)["calls"])
            except (ValueError, KeyError, TypeError):
                continue


def failures(lost: Sequence[Lost], path: Path, root: Path) -> list[Diagnostic]:
    """What to say of them: one finding for each dataset, column and cause, the most frequent first."""
    counts = Counter((o.dataset, o.column, o.code) for o in lost)
    found: list[Diagnostic] = []
    where = path.relative_to(root).as_posix()
    for (dataset, column, code), n in counts.most_common():
        example = next(o.message for o in lost if (o.dataset, o.column, o.code) == (dataset, column, code))
        rows = "A row" if n == 1 else f"{n:,} rows"
        message = f"{rows} of '{dataset}' failed at '{column}' and {'is' if n == 1 else 'are'} left out: {example}"
        notes = (f"Listed in '{where}' (cause {code}).", "`synthc run --retry-failed` asks again for these rows alone.")
        found.append(Diagnostic("E0813", message, NOWHERE, notes))
    return found
