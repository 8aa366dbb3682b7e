"""Near-duplicates: what is dropped is alike, what is alike is dropped, and the first stays."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.ops.steps.minhash import bands_for, duplicates
from synthdsl.ops.steps.shingles import shingles, word_hashes
from synthdsl.ops.steps.vectors import apart, cosine, nearest, projected, tf_idf
from synthdsl.pipeline import compile_spec, run

WORDS = [f"w{i}" for i in range(400)]


def changed(text: str, share: float, rng: random.Random) -> str:
    """The text with some of its words replaced."""
    return " ".join(rng.choice(WORDS) if rng.random() < share else w for w in text.split())


def corpus(n: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    texts = [" ".join(rng.choices(WORDS, k=30)) for _ in range(n)]
    return texts + [changed(rng.choice(texts), share, rng) for share in (0.0, 0.03, 0.1, 0.3) for _ in range(n // 8)]


def sets_of(texts: list[str], width: int) -> list[set[tuple[str, ...]]]:
    made = []
    for text in texts:
        words = text.split()
        runs = max(len(words) - width + 1, 1 if words else 0)
        made.append({tuple(words[i : i + width]) for i in range(runs)})
    return made


def plain(texts: list[str], threshold: float, width: int) -> dict[int, int]:
    """All rows against all that stay."""
    sets = sets_of(texts, width)
    kept: list[int] = []
    gone = {}
    for at, own in enumerate(sets):
        first = next((k for k in kept if len(own & sets[k]) >= threshold * len(own | sets[k])), None)
        if first is None:
            kept.append(at)
        else:
            gone[at] = first
    return gone


@pytest.mark.parametrize(("threshold", "width"), [(0.5, 1), (0.7, 1), (0.7, 3), (0.9, 2)])
def test_minhash_drops_what_comparing_all_pairs_drops(threshold: float, width: int) -> None:
    found_all, wanted_all = 0, 0
    for seed in range(3):
        texts = corpus(300, seed)
        pieces = (texts[i : i + 70] for i in range(0, len(texts), 70))

        def at(rows: np.ndarray, texts: list[str] = texts) -> list[str]:
            return [texts[i] for i in rows.tolist()]

        found = duplicates(pieces, len(texts), at, threshold, width)
        wanted = plain(texts, threshold, width)
        sets = sets_of(texts, width)
        for row, first in found.items():
            assert first < row
            assert first not in found
            assert len(sets[row] & sets[first]) >= threshold * len(sets[row] | sets[first])
        found_all += len(found.keys() & wanted.keys())
        wanted_all += len(wanted)
    assert found_all >= 0.97 * wanted_all > 0


def test_bands_find_pairs_at_the_threshold() -> None:
    for threshold in (0.3, 0.5, 0.7, 0.8, 0.9, 0.99):
        bands = bands_for(threshold)
        assert bands.count * bands.rows <= 128
        assert 1 - (1 - threshold**bands.rows) ** bands.count >= 0.99


@given(st.lists(st.text(alphabet="aB1 é-ß漢İ.\n", max_size=12), max_size=6))
def test_words_do_not_depend_on_the_texts_around(texts: list[str]) -> None:
    hashed, starts = word_hashes(texts)
    for at, text in enumerate(texts):
        alone, _ = word_hashes([text])
        assert hashed[starts[at] : starts[at + 1]].tolist() == alone.tolist()


def test_words_are_runs_of_letters_and_digits() -> None:
    hashed, starts = word_hashes(["One, two-3", "ONE  two 3.", "漢字 x", "字漢 x"])
    one, other, third, fourth = (hashed[a:b].tolist() for a, b in pairwise(starts.tolist()))
    assert len(one) == 3
    assert one == other
    assert third == [fourth[1], fourth[0], fourth[2]]
    assert len(set(third)) == 3


@given(st.lists(st.integers(0, 6), max_size=6), st.integers(1, 4))
def test_shingles_of_short_and_long_texts(sizes: list[int], width: int) -> None:
    texts = [" ".join(f"w{i}" for i in range(n)) for n in sizes]
    hashed, starts = shingles(texts, width)
    assert np.diff(starts).tolist() == [max(n - width + 1, min(n, 1)) for n in sizes]
    seen: dict[tuple[int, int], int] = {}
    for at, n in enumerate(sizes):
        for k, value in enumerate(hashed[starts[at] : starts[at + 1]].tolist()):
            assert seen.setdefault((k, min(width, n)), value) == value
    assert len(set(seen.values())) == len(seen)


def deduplicated(folder: Path, texts: list[str | None], arguments: str) -> tuple[list[str], list[int]]:
    (folder / "texts.jsonl").write_text("".join(json.dumps({"t": t}) + "\n" for t in texts))
    path = folder / "spec.synth"
    path.write_text(
        f'synth 1\nsource texts: {{ t: str? }} = jsonl("texts.jsonl")\n'
        f'dataset d = texts |> dedup(t{arguments})\noutput "out/d.jsonl" from d\n'
    )
    compiled = compile_spec(path)
    assert compiled.ok, compiled.diagnostics
    ran = run(compiled)
    lines = [json.loads(line)["t"] for line in (folder / "out/d.jsonl").read_text().splitlines()]
    return lines, [gone.rows for gone in ran.outcome.datasets[-1].steps[0].dropped]


def test_methods(tmp_path: Path) -> None:
    texts = ["A cat.", "a  CAT", "A cat.", None, "?!", "?!", "...", None, "A cat sat", "ﬁne", "FINE"]
    assert deduplicated(tmp_path, texts, "") == (
        ["A cat.", "a  CAT", None, "?!", "...", "A cat sat", "ﬁne", "FINE"],
        [3],
    )
    assert deduplicated(tmp_path, texts, ', method="normalized"') == (
        ["A cat.", None, "?!", "A cat sat", "ﬁne"],
        [6],
    )
    assert deduplicated(tmp_path, texts, ', method="minhash", threshold=0.6') == (
        ["A cat.", None, "?!", "...", "ﬁne", "FINE"],
        [5],
    )
    assert deduplicated(tmp_path, texts, ', method="semantic"')[0] == [
        "A cat.",
        None,
        "?!",
        "...",
        "A cat sat",
        "ﬁne",
        "FINE",
    ]


def test_vectors_find_what_comparing_all_pairs_finds() -> None:
    texts = [*corpus(200, 5), "", "?!"]
    sparse = tf_idf(iter([texts[:90], texts[90:]]))
    weights = [sparse.weighted(i) for i in range(len(texts))]
    assert all(abs(sum(w * w for w in ws.values()) - 1) < 1e-9 for ws in weights[:-2])
    kept: list[int] = []
    gone = {}
    for at, own in enumerate(weights):
        near = {k: value for k in kept if (value := cosine(own, weights[k])) >= 0.8}
        if near:
            gone[at] = near
        else:
            kept.append(at)
    taken, found = apart(sparse, 0.8)
    assert taken == kept
    assert found.keys() == gone.keys()
    assert all(first in gone[at] for at, first in found.items())
    assert apart(sparse, 0.8, most=7)[0] == kept[:7]
    for at, pairs in zip(range(5), nearest(sparse, range(5), range(len(texts)), 3), strict=True):
        others = sorted(((cosine(weights[at], w), -i) for i, w in enumerate(weights) if i != at), reverse=True)
        assert pairs == [(-i, value) for value, i in others[:3]]


def test_projections_multiply_exactly_in_any_order() -> None:
    made = projected(tf_idf(iter([corpus(100, 2)])), 0, 100)
    whole = made.astype(np.int64) @ made.T.astype(np.int64)
    assert np.abs(whole).max() < 2**24
    assert (made @ made.T == whole).all()
    assert (made[:, ::-1] @ made[:, ::-1].T == whole).all()


def test_decontamination(tmp_path: Path) -> None:
    known = [
        "The quick brown fox jumps over the lazy dog near the old river bank.",
        "Name a fruit",
        "one two three four five six",
    ]
    texts = [
        "It says: the QUICK brown fox, jumps over the lazy dog near the old river. So?",
        "The quick brown fox jumps over the lazy cat near the old river bank.",
        "name a fruit!",
        "Name a fruit and a tree.",
        "Count: one two three four five six seven.",
        "one two three four five",
    ]
    for name, lines in (("texts", texts), ("known", known)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps({"t": t}) + "\n" for t in lines))
    path = tmp_path / "spec.synth"

    def left(arguments: str) -> list[int]:
        path.write_text(
            'synth 1\nsource texts: { t: str } = jsonl("texts.jsonl")\n'
            'source known: { t: str } = jsonl("known.jsonl")\n'
            f'dataset d = texts |> decontaminate(t, against=known.t{arguments})\noutput "out/d.jsonl" from d\n'
        )
        compiled = compile_spec(path)
        assert compiled.ok, compiled.diagnostics
        run(compiled)
        lines = (tmp_path / "out/d.jsonl").read_text().splitlines()
        return [texts.index(json.loads(line)["t"]) for line in lines]

    assert left("") == [1, 3, 5]
    assert left(", ngram=8") == [3, 5]
    assert left(', method="semantic", threshold=0.9') == [0, 3, 4, 5]
