"""`quality`: texts that pass the heuristics by which corpora are filtered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from synthdsl.base.suggest import did_you_mean
from synthdsl.dataset.vector import to_list
from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import (
    Chosen,
    Dropped,
    StepInput,
    StepOperator,
    StepParameter,
    StepSite,
    same_row,
)
from synthdsl.ops.steps.dedup import SHOWN, short
from synthdsl.ops.steps.heuristics import PRESETS, Heuristic
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import INT, ListType

if TYPE_CHECKING:
    import numpy as np


def _presets(given: object) -> list[str]:
    return [given] if isinstance(given, str) else [str(p) for p in given] if isinstance(given, list) else []


def _check(site: StepSite) -> Iterator[Problem]:
    key = site.given.get("key")
    if key is not None and not is_text(without_null(key.type)):
        yield Problem("E0301", "'quality' looks at a text.", "key")
    preset = site.given.get("preset")
    if preset is not None and not (is_text(preset.type) or isinstance(preset.type, ListType)):
        yield Problem("E0301", "A preset is named, or several in a list.", "preset")
        return
    for name in _presets(site.constant("preset", [])):
        if name not in PRESETS:
            notes = (*did_you_mean(name, PRESETS), "There are: " + ", ".join(PRESETS) + ".")
            yield Problem("E0309", f"There is no preset '{name}'.", "preset", notes)
    low, high = site.constant("min_words", 0), site.constant("max_words", 1 << 40)
    if low < 0 or high < low:
        yield Problem("E0309", f"No text has at least {low} and at most {high} words.", "max_words")
    if not site.given.keys() & {"preset", "min_words", "max_words"}:
        yield Problem("E0208", "'quality' wants a preset or a number of words.", None, ('As in `preset="gopher"`.',))


def _work(given: StepInput) -> Chosen:
    import numpy as np

    heuristics: list[Heuristic] = [h for name in _presets(given.constant("preset")) for h in PRESETS[name]]
    low, high = given.constant("min_words"), given.constant("max_words")
    kept: list[int] = []
    gone: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    at = 0
    for n, vector in given.values("key"):
        for value in to_list(vector, n):
            reason = _reason(value or "", heuristics, low, high)
            if reason is None:
                kept.append(at)
            else:
                counts[reason] = counts.get(reason, 0) + 1
                examples = gone.setdefault(reason, [])
                if len(examples) < SHOWN:
                    examples.append(short(value))
            at += 1
    dropped = tuple(Dropped(reason, counts[reason], tuple(gone[reason])) for reason in sorted(counts))
    index: np.ndarray = np.array(kept, dtype=np.int64)
    return Chosen(index, dropped=dropped)


def _reason(text: str, heuristics: list[Heuristic], low: int | None, high: int | None) -> str | None:
    """Why a text goes: the first heuristic that it fails."""
    if low is not None or high is not None:
        words = len(text.split())
        if low is not None and words < low:
            return f"with fewer than {low} words"
        if high is not None and words > high:
            return f"with more than {high} words"
    return next((reason for reason, fails in heuristics if fails(text)), None)


STEP = StepOperator(
    name="quality",
    kind="step",
    doc=(
        "Drops texts that fail the heuristics of a preset, or of several; each reason is counted with examples. "
        "`gopher`: running text of natural length, words and marks. `repetition`: no lines, paragraphs or n-grams that "
        "repeat themselves. `web`: no placeholder text, code or policy notices. `answer`: replies of assistants that "
        "neither refuse nor speak of themselves nor leave blanks to be filled in. `min_words` and `max_words` bound "
        "the length. Other conditions are written with `filter`."
    ),
    parameters=(
        StepParameter("key", "row", "The text.", None, True, True),
        StepParameter("preset", "constant", "`gopher`, `repetition`, `web` or `answer`, or a list of them."),
        StepParameter("min_words", "constant", "At least so many words.", INT),
        StepParameter("max_words", "constant", "At most so many words.", INT),
    ),
    result=same_row,
    example='quality(word, preset="answer", min_words=1)',
    source="Rae et al.: Scaling Language Models (Gopher), 2021, appendix A; Raffel et al.: T5 (C4), JMLR 2020",
    check=_check,
    work=_work,
)
