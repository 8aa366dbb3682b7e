"""`decontaminate`: rows that share no text with a test set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from synthdsl.base.suggest import did_you_mean
from synthdsl.dataset.vector import to_list
from synthdsl.dataset.views import READ_ROWS
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
from synthdsl.ops.steps.dedup import MAX_NGRAM, SHOWN, few_enough, normalized, short, texts_at, texts_of
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import FLOAT, INT, STR, ListType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

METHODS = ("ngram", "semantic")
NEAR = 0.85
SHORTEST = 5
"""Items of the other dataset with fewer words count as found only in a text that is equal to them."""


def _check(site: StepSite) -> Iterator[Problem]:
    method = site.constant("method", "ngram")
    if method not in METHODS:
        notes = (*did_you_mean(str(method), METHODS), "There are: " + ", ".join(METHODS) + ".")
        yield Problem("E0309", f"There is no method '{method}' to find shared text.", "method", notes)
        return
    key, against = site.given.get("key"), site.given.get("against")
    if key is not None and not is_text(without_null(key.type)):
        yield Problem("E0301", "'decontaminate' compares texts.", "key")
    if against is not None and isinstance(against.type, ListType) and not is_text(without_null(against.type.item)):
        yield Problem("E0301", "'decontaminate' compares texts.", "against")
    for name, wanted in (("ngram", "ngram"), ("threshold", "semantic")):
        if name in site.given and method != wanted:
            yield Problem("E0309", f"The method '{method}' has no '{name}'.", name, (f"`{wanted}` has one.",))
    ngram = site.constant("ngram", 13)
    if not SHORTEST <= ngram <= MAX_NGRAM:
        yield Problem("E0309", f"The n-grams have between {SHORTEST} and {MAX_NGRAM} words, not {ngram}.", "ngram")
    threshold = site.constant("threshold", NEAR)
    if not 0 < threshold <= 1:
        yield Problem("E0309", f"A similarity lies between 0 and 1, this is {threshold:g}.", "threshold")


def _work(given: StepInput) -> Chosen:
    import numpy as np

    hit = _semantic(given) if given.constant("method") == "semantic" else _shared(given)
    kept = np.flatnonzero(~hit)
    gone = np.flatnonzero(hit)
    if not len(gone):
        return Chosen(kept)
    examples = tuple(short(text) for text in texts_at(given, gone[:SHOWN]))
    return Chosen(kept, dropped=(Dropped(f"with text of {given.target('against')}", len(gone), examples),))


def _others(given: StepInput) -> Iterator[Sequence[str]]:
    table, column = given.other("against")
    for batch in table.batches(READ_ROWS, [column]):
        yield ["" if v is None else v for v in to_list(batch.columns[column], batch.n)]


def _shared(given: StepInput) -> NDArray[np.bool_]:
    """Rows that hold an n-gram of the other texts, or the whole of a shorter one."""
    import numpy as np

    from synthdsl.ops.steps.shingles import shingles, word_hashes

    width = given.constant("ngram")
    runs: dict[int, list[NDArray[np.uint64]]] = {}
    whole: set[str] = set()
    for texts in _others(given):
        sizes = np.diff(word_hashes(texts)[1])
        for size in np.unique(np.minimum(sizes, width)).tolist():
            chosen = [t for t, n in zip(texts, np.minimum(sizes, width).tolist(), strict=True) if n == size]
            if size >= SHORTEST:
                runs.setdefault(size, []).append(shingles(chosen, size)[0])
            else:
                whole.update(normalized(t) for t in chosen)
    whole.discard("")
    known = {size: np.unique(np.concatenate(found)) for size, found in runs.items()}
    hits = [np.empty(0, dtype=np.bool_)]
    for texts in texts_of(given, "key"):
        hit = np.array([normalized(t) in whole for t in texts], dtype=np.bool_) if whole else np.zeros(len(texts), bool)
        counts = np.diff(word_hashes(texts)[1])
        for size, wanted in known.items():
            found, starts = shingles(texts, size)
            place = np.minimum(np.searchsorted(wanted, found), len(wanted) - 1)
            owner = np.repeat(np.arange(len(texts)), np.diff(starts))
            hit |= (np.bincount(owner[wanted[place] == found], minlength=len(texts)) > 0) & (counts >= size)
        hits.append(hit)
    return np.concatenate(hits)


def _semantic(given: StepInput) -> NDArray[np.bool_]:
    """Rows whose TF-IDF vector is near that of one of the other texts."""
    import numpy as np

    from synthdsl.ops.steps.vectors import nearest, tf_idf

    few_enough(given)
    threshold = given.constant("threshold")
    threshold = NEAR if threshold is None else threshold
    others = [t for texts in _others(given) for t in texts]

    def both() -> Iterator[Sequence[str]]:
        yield others
        yield from texts_of(given, "key")

    sparse = tf_idf(both())
    rows = range(len(others), len(others) + given.rows)
    found = nearest(sparse, rows, range(len(others)), 1)
    return np.array([bool(near) and near[0][1] >= threshold for near in found], dtype=np.bool_)


STEP = StepOperator(
    name="decontaminate",
    kind="step",
    doc=(
        "Drops rows that share text with another dataset, as with the questions of an evaluation: "
        "`decontaminate(task, against=benchmark.question)`. `ngram`: rows with any run of so many words that stands in "
        "one of those texts too; of a text that is shorter, all of its words in a row count, and of one with fewer "
        "than five words only a row that is equal to it. Case and punctuation do not matter. `semantic`: rows whose "
        "TF-IDF vector has a cosine of at least `threshold` with that of one of those texts."
    ),
    parameters=(
        StepParameter("key", "row", "What is compared.", None, True, True),
        StepParameter("against", "column", "The texts with which nothing may be shared.", None, True),
        StepParameter("ngram", "constant", "How many words in a row make a hit.", INT, default=13),
        StepParameter("method", "constant", "`ngram` or `semantic`.", STR, default="ngram"),
        StepParameter("threshold", "constant", "From which cosine on a row goes, 0.85.", FLOAT),
    ),
    result=same_row,
    example="decontaminate(word, against=other.word)",
    source="Brown et al.: Language Models are Few-Shot Learners, 2020, appendix C",
    check=_check,
    work=_work,
)
