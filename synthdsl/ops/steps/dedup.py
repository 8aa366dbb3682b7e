"""`dedup`: rows that are not like an earlier one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from synthdsl.base.suggest import did_you_mean
from synthdsl.dataset.vector import Vector, to_list
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
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import FLOAT, INT, STR

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

METHODS = ("exact", "normalized", "minhash", "semantic")
DEFAULTS = {"minhash": 0.8, "semantic": 0.85}
MOST = 200_000
"""Rows that are compared each with each."""

MAX_NGRAM = 20
SHOWN = 3
LONG = 80

_APART = re.compile(r"[\W_]+")


def normalized(text: str) -> str:
    """The letters and digits of a text in one case and one Unicode form, words apart by one space."""
    return _APART.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _check(site: StepSite) -> Iterator[Problem]:
    key = site.given.get("key")
    method = site.constant("method", "exact")
    if method not in METHODS:
        notes = (*did_you_mean(str(method), METHODS), "There are: " + ", ".join(METHODS) + ".")
        yield Problem("E0309", f"There is no method '{method}' to find rows that are alike.", "method", notes)
        return
    if key is not None and method != "exact" and not is_text(without_null(key.type)):
        yield Problem("E0301", f"The method '{method}' compares texts.", "key", ("`exact` compares any values.",))
    for name, methods in (("threshold", ("minhash", "semantic")), ("ngram", ("minhash",))):
        if name in site.given and method not in methods:
            note = " and ".join(f"`{m}`" for m in methods) + f" {'has' if len(methods) == 1 else 'have'} one."
            yield Problem("E0309", f"The method '{method}' has no '{name}'.", name, (note,))
    threshold = site.constant("threshold", 1)
    if not 0 < threshold <= 1:
        yield Problem("E0309", f"A similarity lies between 0 and 1, this is {threshold:g}.", "threshold")
    ngram = site.constant("ngram", 1)
    if not 1 <= ngram <= MAX_NGRAM:
        yield Problem("E0309", f"The length of n-grams lies between 1 and {MAX_NGRAM}, this is {ngram}.", "ngram")


def _work(given: StepInput) -> Chosen:
    match given.constant("method"):
        case "minhash":
            gone = _alike(given)
        case "semantic":
            gone = _near(given)
        case method:
            gone = _equal(given, method == "normalized")
    return without(given, gone)


def without(given: StepInput, gone: dict[int, int]) -> Chosen:
    """All rows but these; gone: for each the earlier row that it is like."""
    import numpy as np

    kept = np.ones(given.rows, dtype=np.bool_)
    kept[list(gone)] = False
    if not gone:
        return Chosen(np.flatnonzero(kept))
    first = list(gone)[:SHOWN]
    shown = texts_at(given, np.array([*first, *(gone[at] for at in first)]))
    pairs = zip(shown[: len(first)], shown[len(first) :], strict=True)
    examples = tuple(f"{short(a)} (like: {short(b)})" for a, b in pairs)
    return Chosen(np.flatnonzero(kept), dropped=(Dropped("like an earlier one", len(gone), examples),))


def short(value: Any) -> str:
    """A value as it is shown in a report."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONG else text[: LONG - 3] + "..."


def texts_at(given: StepInput, rows: NDArray[Any]) -> list[Any]:
    """The values of the key in some rows."""
    return to_list(given.values_at("key", rows), len(rows))


def _equal(given: StepInput, normalize: bool) -> dict[int, int]:
    """Rows whose value, or normalised text, was there before: by hashes of 128 bits, 16 bytes for each value."""
    first: dict[bytes, int] = {}
    gone: dict[int, int] = {}
    start = 0
    for n, vector in given.values("key"):
        for at, name in enumerate(_names(vector, n, normalize), start):
            earlier = first.setdefault(name, at)
            if earlier != at:
                gone[at] = earlier
        start += n
    return gone


def _names(vector: Vector, n: int, normalize: bool) -> Iterator[bytes]:
    from synthdsl.ops.aggregates.tally import hash_of

    for value in to_list(vector, n):
        if isinstance(value, str):
            text = normalized(value) if normalize else value
            yield hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        else:
            yield b"#" + hash_of(value).to_bytes(8, "little")


def _alike(given: StepInput) -> dict[int, int]:
    return _with_equal(given, like(given, "key", _threshold(given), given.constant("ngram")))


def like(given: StepInput, name: str, threshold: float, ngram: int = 1) -> dict[int, int]:
    """For rows whose texts are alike, by n-grams of words, the earlier row that each is like."""
    from synthdsl.ops.steps.minhash import duplicates

    def texts(rows: NDArray[np.int64]) -> Sequence[str]:
        return ["" if v is None else v for v in to_list(given.values_at(name, rows), len(rows))]

    return duplicates(texts_of(given, name), given.rows, texts, threshold, ngram)


def _threshold(given: StepInput) -> float:
    threshold = given.constant("threshold")
    return DEFAULTS[given.constant("method")] if threshold is None else float(threshold)


def _near(given: StepInput) -> dict[int, int]:
    from synthdsl.ops.steps.vectors import apart, tf_idf

    few_enough(given)
    _, near = apart(tf_idf(texts_of(given, "key")), _threshold(given))
    return _with_equal(given, near)


def _with_equal(given: StepInput, near: dict[int, int]) -> dict[int, int]:
    """Texts without words are alike only where they are equal."""
    equal = {at: first for at, first in _equal(given, False).items() if at not in near}
    return dict(sorted({**equal, **near}.items()))


def few_enough(given: StepInput) -> None:
    """Stop where comparing each row with each would take too long."""
    if given.rows > MOST:
        message = f"'{given.name}' compares each row with each; {given.rows:,} rows are more than {MOST:,}."
        note = '`dedup(..., method="minhash")` or `sample(...)` before it leaves fewer.'
        raise given.no_value(message, "key", "E0817", note)


def texts_of(given: StepInput, name: str) -> Iterator[Sequence[str]]:
    """The texts of an argument, batch by batch; a null is an empty text."""
    for n, vector in given.values(name):
        yield ["" if v is None else v for v in to_list(vector, n)]


STEP = StepOperator(
    name="dedup",
    kind="step",
    doc=(
        "Keeps the first of rows that are alike. `exact`: equal values. `normalized`: texts that are equal but for "
        "case, punctuation and spaces. `minhash`: texts whose sets of n-grams of words have a Jaccard similarity of at "
        "least `threshold`; candidates are found by MinHash and verified exactly, so no row goes wrongly, and of pairs "
        "at the threshold 99% are found. N-grams of one word find texts whose words were changed here and there; for "
        "pages of text `ngram=3` and more. `semantic`: texts whose TF-IDF vectors have a cosine of at least "
        "`threshold`: rare words count for more than common ones, their order does not count. A row is compared with "
        "rows that stay, never with dropped ones."
    ),
    parameters=(
        StepParameter("key", "row", "What is compared.", None, True, True),
        StepParameter("method", "constant", "`exact`, `normalized`, `minhash` or `semantic`.", STR, default="exact"),
        StepParameter("threshold", "constant", "From which similarity on: 0.8, for `semantic` 0.85.", FLOAT),
        StepParameter("ngram", "constant", "How many words an n-gram has.", INT, default=1),
    ),
    result=same_row,
    example="dedup(word)",
    source="Broder: On the resemblance and containment of documents, 1997",
    check=_check,
    work=_work,
)
