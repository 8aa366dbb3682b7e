"""Folders: shards, splits, card, manifest, and what may be replaced."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from exporting import FACTS, everything, spec, write

from synthdsl.dataset.vector import Coded
from synthdsl.export.card import card_text, size_category
from synthdsl.export.manifest_form import read_manifest
from synthdsl.export.ownership import foreign_folder
from synthdsl.export.problems import OutputError
from synthdsl.export.report import RunFacts
from synthdsl.export.shards import ShardSize
from synthdsl.export.spec import Encoded, OutputSpec, Part
from synthdsl.export.writer import open_output
from synthdsl.types.terms import INT, STR, LiteralType, Type

N = 40
KEYS: dict[str, Type] = {"id": INT, "text": STR}
ROW: dict[str, Type] = {**KEYS, "split": LiteralType(("train", "test"))}
COLUMNS: dict[str, Any] = {"id": np.arange(N), "text": [f"text {i}" for i in range(N)]}
SPLITS = Coded((np.arange(N) % 4 == 0).astype(np.int64), ["train", "test"])


def split_output(path: str = "out/set") -> OutputSpec:
    return spec(path, "rows", KEYS, ROW)


def ids(place: Path, pattern: str) -> list[int]:
    with duckdb.connect(":memory:") as connection:
        query = "SELECT id FROM read_parquet(?, file_row_number=true, filename=true) ORDER BY filename, file_row_number"
        return [row[0] for row in connection.execute(query, [str(place / "data" / pattern)]).fetchall()]


def test_one_set_of_shards_a_split(tmp_path: Path) -> None:
    place, report = write(tmp_path, split_output(), COLUMNS, N, splits=SPLITS, size=ShardSize(rows=12))
    assert everything(place) == [
        "README.md",
        "data",
        "data/test-00000-of-00001.parquet",
        "data/train-00000-of-00003.parquet",
        "data/train-00001-of-00003.parquet",
        "data/train-00002-of-00003.parquet",
        "manifest.json",
    ]
    assert ids(place, "test-*") == list(range(0, N, 4))
    assert ids(place, "train-*") == [i for i in range(N) if i % 4]
    assert [(f.split, f.path, f.rows) for f in report.files] == [
        ("test", "data/test-00000-of-00001.parquet", 10),
        ("train", "data/train-00000-of-00003.parquet", 12),
        ("train", "data/train-00001-of-00003.parquet", 12),
        ("train", "data/train-00002-of-00003.parquet", 6),
    ]
    assert everything(tmp_path / "out")[0] == "set"


def contents(folder: Path) -> dict[str, bytes]:
    return {p: (folder / p).read_bytes() for p in everything(folder) if (folder / p).is_file()}


@pytest.mark.parametrize("size", [ShardSize(rows=9), ShardSize(bytes=200), ShardSize(rows=10), ShardSize()])
def test_shards_do_not_depend_on_batches(tmp_path: Path, size: ShardSize) -> None:
    found = []
    for batch in (1, 6, N):
        place, report = write(tmp_path / str(batch), split_output(), COLUMNS, N, splits=SPLITS, size=size, batch=batch)
        assert report.rows == N
        assert ids(place, "train-*") == [i for i in range(N) if i % 4]
        found.append(contents(place))
    assert found[0] == found[1] == found[2]


def test_a_shard_that_is_exactly_full_leaves_no_empty_one(tmp_path: Path) -> None:
    place, _ = write(tmp_path, spec("out/set", "rows", KEYS), COLUMNS, N, size=ShardSize(rows=20))
    assert [p for p in everything(place) if p.startswith("data/")] == [
        "data/train-00000-of-00002.parquet",
        "data/train-00001-of-00002.parquet",
    ]


def test_no_rows_make_one_empty_shard(tmp_path: Path) -> None:
    for output in (split_output(), spec("out/plain/", "rows", KEYS)):
        place, report = write(tmp_path, output, {}, 0, splits=[])
        assert [(f.path, f.rows) for f in report.files] == [("data/train-00000-of-00001.parquet", 0)]
        assert ids(place, "*") == []


def test_too_many_splits_are_refused(tmp_path: Path) -> None:
    output = split_output()
    with open_output(output, tmp_path / "set") as writer, pytest.raises(OutputError) as caught:
        writer.append(Encoded(tuple(Part(f"s{i}", 1, b'{"id":1,"text":"x"}\n') for i in range(65))))
    assert caught.value.diagnostic.code == "E0806"
    assert "64 splits" in caught.value.diagnostic.message
    assert everything(tmp_path) == []


def test_the_manifest_lists_every_file_with_its_digest(tmp_path: Path) -> None:
    place, _ = write(tmp_path, split_output(), COLUMNS, N, splits=SPLITS, size=ShardSize(rows=12))
    manifest = read_manifest((place / "manifest.json").read_bytes())
    files = {f.path: f for f in manifest.outputs[0].files}
    assert set(files) == {p for p in everything(place) if p.endswith(".parquet")}
    for name, file in files.items():
        assert file.sha256 == hashlib.sha256((place / name).read_bytes()).hexdigest()
        assert file.bytes == (place / name).stat().st_size
    assert sum(f.rows for f in files.values()) == manifest.outputs[0].rows == N
    assert [f.split for f in files.values()] == ["train", "train", "train", "test"]


def test_the_card_says_what_is_in_it(tmp_path: Path) -> None:
    place, _ = write(tmp_path, split_output(), COLUMNS, N, splits=SPLITS)
    card = (place / "README.md").read_text()
    front = card.split("---\n")[1]
    assert 'pretty_name: "Tickets"\n' in front
    assert '- "synthetic"\n' in front
    assert 'size_categories:\n- "n<1K"\n' in front
    assert '  - split: "train"\n    path: "data/train-*"\n  - split: "test"\n    path: "data/test-*"\n' in front
    assert "Support tickets." in card
    assert "| id | `int` | About id. |" in card
    assert "| train | 30 | 1 |" in card
    assert "| tickets | 10 | 12 | 0 | adult: 2 redrawn |" in card
    assert "| tickets | enough | `count() >= 5` | yes |" in card


def test_text_from_a_spec_cannot_break_the_card(tmp_path: Path) -> None:
    _, report = write(tmp_path, split_output(), COLUMNS, N, splits=SPLITS)
    facts = RunFacts("a\n---\nb.synth", "d", 1, 0, title='x"\n---\nlicense: mit')
    card = card_text(facts, report)
    assert card.count("\n---\n") == 1
    assert 'pretty_name: "x\\"\\n---\\nlicense: mit"' in card


@pytest.mark.parametrize(("rows", "word"), [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M")])
def test_size_categories(rows: int, word: str) -> None:
    assert size_category(rows) == word


@pytest.mark.parametrize(
    ("format_name", "keys", "entry"),
    [
        (
            "alpaca",
            {"instruction": STR, "output": STR, "system": STR},
            {"formatting": "alpaca", "columns": {"prompt": "instruction", "response": "output", "system": "system"}},
        ),
        (
            "sharegpt",
            {"user": STR, "assistant": STR},
            {"formatting": "sharegpt", "columns": {"messages": "conversations"}},
        ),
    ],
)
def test_llama_factory_finds_the_dataset(
    tmp_path: Path, format_name: str, keys: dict[str, Type], entry: dict[str, Any]
) -> None:
    columns = {k: [f"{k} {i}" for i in range(N)] for k in keys}
    place, _ = write(tmp_path, spec("out/one", format_name, keys), columns, N)
    assert json.loads((place / "dataset_info.json").read_text()) == {"one": {"file_name": "data", **entry}}
    both = spec("out/two", format_name, keys, {**keys, "split": STR})
    place, _ = write(tmp_path, both, columns, N, splits=SPLITS, size=ShardSize(rows=20))
    info = json.loads((place / "dataset_info.json").read_text())
    assert {name: e["file_name"] for name, e in info.items()} == {
        "two_train_00000": "data/train-00000-of-00002.parquet",
        "two_train_00001": "data/train-00001-of-00002.parquet",
        "two_test": "data/test-00000-of-00001.parquet",
    }
    assert all((place / e["file_name"]).is_file() for e in info.values())


def test_a_folder_of_an_earlier_run_is_replaced_whole(tmp_path: Path) -> None:
    place, _ = write(tmp_path, split_output(), COLUMNS, N, splits=SPLITS, size=ShardSize(rows=5))
    assert len(everything(place)) > 8
    (place / ".DS_Store").write_text("")
    write(tmp_path, split_output(), COLUMNS, N, splits=["train"] * N)
    assert everything(place) == ["README.md", "data", "data/train-00000-of-00001.parquet", "manifest.json"]
    assert everything(tmp_path / "out")[0] == "set"
    assert len([p for p in everything(tmp_path / "out") if "partial" in p]) == 0


def test_a_folder_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    def refused() -> str:
        before = contents(tmp_path)
        with pytest.raises(OutputError) as caught:
            write(tmp_path, split_output("set"), COLUMNS, N, splits=SPLITS)
        assert caught.value.diagnostic.code == "E0705"
        assert contents(tmp_path) == before
        return caught.value.diagnostic.message

    place = tmp_path / "set"
    place.mkdir()
    write(tmp_path, split_output("set"), COLUMNS, N, splits=SPLITS)
    (place / "notes.txt").write_text("mine")
    assert "'notes.txt', which no run has written" in refused()
    (place / "notes.txt").unlink()
    card = (place / "README.md").read_text()
    (place / "README.md").write_text(card + "\nMy own words.\n")
    assert "'README.md' that was edited" in refused()
    (place / "README.md").write_text(card)
    assert foreign_folder(place) is None
    (place / "manifest.json").write_text("[]")
    assert "no run has written" in refused()


def test_a_file_or_link_in_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "set").write_text("x")
    assert foreign_folder(tmp_path / "set") == "is a file, not a folder"
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert foreign_folder(tmp_path / "link") == "is a symbolic link"
    assert foreign_folder(tmp_path / "nothing") is None
    assert foreign_folder(tmp_path / "there") is None
    assert FACTS.seed == 42
