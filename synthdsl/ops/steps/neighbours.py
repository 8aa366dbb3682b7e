"""`neighbours`: the rows that are nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synthdsl.dataset.vector import to_list
from synthdsl.dataset.views import READ_ROWS
from synthdsl.ops.contract import Problem
from synthdsl.ops.steps.contract import Chosen, StepInput, StepOperator, StepParameter, StepSite
from synthdsl.ops.steps.dedup import few_enough, texts_of
from synthdsl.types.relations import is_text, without_null
from synthdsl.types.terms import FLOAT, INT, STR, Field, ListType, RecordType

NEIGHBOURS = "neighbours"
MAX_K = 1_000
NEAR = RecordType((Field("text", STR), Field("similarity", FLOAT)))


def _result(site: StepSite) -> RecordType:
    k = site.constant("k", 1)
    near = ListType(NEAR, None, k if isinstance(k, int) and not isinstance(k, bool) else None)
    return RecordType((*(f for f in site.row.fields if f.name != NEIGHBOURS), Field(NEIGHBOURS, near)))


def _check(site: StepSite) -> Iterator[Problem]:
    key, of = site.given.get("key"), site.given.get("of")
    if key is not None and not is_text(without_null(key.type)):
        yield Problem("E0301", "'neighbours' compares texts.", "key")
    if of is not None and isinstance(of.type, ListType) and not is_text(without_null(of.type.item)):
        yield Problem("E0301", "'neighbours' compares texts.", "of")
    k = site.constant("k", 1)
    if not 1 <= k <= MAX_K:
        yield Problem("E0309", f"The number of neighbours lies between 1 and {MAX_K:,}, this is {k}.", "k")


def _work(given: StepInput) -> Chosen:
    import numpy as np

    from synthdsl.ops.steps.vectors import nearest, tf_idf

    few_enough(given)
    own = [t for texts in texts_of(given, "key") for t in texts]
    texts = own
    rows, among = range(len(own)), range(len(own))
    if given.has("of"):
        table, column = given.other("of")
        batches = table.batches(READ_ROWS, [column])
        texts = [t or "" for batch in batches for t in to_list(batch.columns[column], batch.n)]
        among = range(len(own), len(own) + len(texts))
        texts = own + texts

    def pieces() -> Iterator[Sequence[str]]:
        yield texts

    found = nearest(tf_idf(pieces()), rows, among, given.constant("k"))
    near = [[{"text": texts[at], "similarity": value} for at, value in pairs] for pairs in found]
    return Chosen(np.arange(given.rows, dtype=np.int64), {NEIGHBOURS: near})


STEP = StepOperator(
    name="neighbours",
    kind="step",
    doc=(
        "Gives each row, in the column `neighbours`, the `k` most similar texts of another dataset, or of the other "
        "rows, each with its similarity, the nearest first: `neighbours(question, k=3, of=real.question)`. Similarity "
        "is the cosine of TF-IDF vectors, from 0 to 1; texts without a common word are no neighbours, so there may be "
        "fewer."
    ),
    parameters=(
        StepParameter("key", "row", "What is compared.", None, True, True),
        StepParameter("k", "constant", "How many.", INT, default=1),
        StepParameter("of", "column", "Where they are looked for; among the rows themselves where it is not given."),
    ),
    result=_result,
    example="neighbours(word, k=2)",
    source="Salton, Buckley: Term-weighting approaches in automatic text retrieval, 1988",
    check=_check,
    bounds=lambda site, low, high: (low, high),
    work=_work,
)
