"""Single files of every encoding: whole, equal for equal rows, with a manifest beside them."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exporting import FACTS, everything, spec, write

from synthdsl.base.zstd import ZstdDecompressor
from synthdsl.dataset.vector import Coded, Constant
from synthdsl.export.manifest import manifest_text
from synthdsl.export.manifest_form import read_manifest
from synthdsl.export.problems import OutputError
from synthdsl.export.report import ModelFacts, RunFacts, created_from
from synthdsl.export.spec import OutputSpec
from synthdsl.types.terms import FLOAT, INT, STR, LiteralType, Type

N = 50
TYPES: dict[str, Type] = {"id": INT, "text": STR, "kind": LiteralType(("a", "b")), "score": FLOAT}
COLUMNS: dict[str, Any] = {
    "id": np.arange(N),
    "text": [f"Zeile {i}: é世" for i in range(N)],
    "kind": Coded(np.arange(N) % 2, ["a", "b"]),
    "score": np.arange(N) / 8,
}
ROWS = [{"id": i, "text": f"Zeile {i}: é世", "kind": "ab"[i % 2], "score": i / 8} for i in range(N)]
SUFFIXES = ["jsonl", "jsonl.gz", "jsonl.zst", "json", "csv", "parquet"]


def output(suffix: str) -> OutputSpec:
    return spec(f"out/t.{suffix}", "rows", TYPES)


def read(place: Path) -> list[Any]:
    raw = place.read_bytes()
    if place.suffix == ".zst":
        frame = ZstdDecompressor()
        raw = frame.decompress(raw)
        assert frame.eof and not frame.unused_data
    elif place.suffix == ".gz":
        raw = gzip.decompress(raw)
    elif place.suffix == ".json":
        found = json.loads(raw)
        assert isinstance(found, list)
        return found
    return [json.loads(line) for line in raw.decode().split("\n")[:-1]]


@pytest.mark.parametrize("suffix", SUFFIXES[:4])
def test_rows_come_back(tmp_path: Path, suffix: str) -> None:
    place, report = write(tmp_path, output(suffix), COLUMNS, N)
    assert read(place) == ROWS
    assert report.rows == N
    assert everything(tmp_path) == sorted(["out", "out/t.manifest.json", f"out/t.{suffix}"])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_rows_are_equal_bytes_however_they_were_batched(tmp_path: Path, suffix: str) -> None:
    found = set()
    for batch in (1, 7, 50):
        place, report = write(tmp_path / str(batch), output(suffix), COLUMNS, N, batch=batch)
        manifest = place.with_name("t.manifest.json").read_bytes()
        found.add((place.read_bytes(), manifest))
        assert report.files[0].sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
        assert report.files[0].bytes == place.stat().st_size
    assert len(found) == 1


def test_compressed_bytes_do_not_depend_on_batches_beyond_a_block(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    n = 60_000
    columns = {"id": rng.integers(0, 2**62, n)}
    for suffix in ("jsonl.gz", "jsonl.zst"):
        narrow = spec(f"t.{suffix}", "rows", {"id": INT})
        one, report = write(tmp_path / "1", narrow, columns, n, batch=n)
        many, _ = write(tmp_path / "2", narrow, columns, n, batch=999)
        assert report.bytes > 300_000
        assert one.read_bytes() == many.read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES[:4])
def test_no_rows(tmp_path: Path, suffix: str) -> None:
    place, report = write(tmp_path, output(suffix), {}, 0)
    assert read(place) == []
    assert (report.rows, report.files[0].rows) == (0, 0)


def test_a_second_run_replaces_file_and_manifest(tmp_path: Path) -> None:
    place, _ = write(tmp_path, output("jsonl"), COLUMNS, N)
    first = place.with_name("t.manifest.json").read_bytes()
    write(tmp_path, output("jsonl"), COLUMNS, 3)
    assert read(place) == ROWS[:3]
    assert place.with_name("t.manifest.json").read_bytes() != first
    assert len(everything(tmp_path)) == 3


def test_a_file_that_is_no_manifest_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/t.manifest.json").write_text('{"kind": "mine"}')
    with pytest.raises(OutputError) as caught:
        write(tmp_path, output("jsonl"), COLUMNS, N)
    assert caught.value.diagnostic.code == "E0705"
    assert everything(tmp_path) == ["out", "out/t.manifest.json"]


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "out/t.jsonl").mkdir(parents=True)
    with pytest.raises(OutputError) as caught:
        write(tmp_path, output("jsonl"), COLUMNS, N)
    assert caught.value.diagnostic.code == "E0806"


def test_the_manifest_says_what_stands_beside_it(tmp_path: Path) -> None:
    place, report = write(tmp_path, output("csv"), COLUMNS, N)
    manifest = read_manifest(place.with_name("t.manifest.json").read_bytes())
    assert manifest.spec.digest == FACTS.digest
    assert (manifest.seed, manifest.edition, manifest.params) == (42, 1, {"locale": "en_US", "rows": 10})
    assert manifest.created is None
    (one,) = manifest.outputs
    assert (one.path, one.dataset, one.format, one.rows, one.bytes) == ("out/t.csv", "tickets", "rows", N, report.bytes)
    assert [(c.name, c.type, c.doc) for c in one.columns] == [
        ("id", "int", "About id."),
        ("text", "str", "About text."),
        ("kind", '"a" | "b"', "About kind."),
        ("score", "float", "About score."),
    ]
    assert one.files[0].sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
    (dataset,) = manifest.datasets
    assert (dataset.tried, dataset.rules[0].redrawn) == (12, 2)
    assert dataset.expectations[0].measured == {"count()": 10}
    assert str(tmp_path) not in place.with_name("t.manifest.json").read_text()


def test_a_manifest_has_the_bytes_that_its_form_would_write(tmp_path: Path) -> None:
    place, report = write(tmp_path, output("jsonl"), COLUMNS, N)
    numbers = {"small": 1e-7, "large": 1e22, "whole": 1.0, "none": None, "text": 'é "\u2028', "list": [], "map": {}}
    facts = replace(FACTS, params=numbers, created="2025-01-01T00:00:00+00:00", libraries={"Faker": "1"})
    for text in (place.with_name("t.manifest.json").read_text(), manifest_text(facts, report, "ab")):
        assert text == read_manifest(text).model_dump_json(indent=2, exclude_none=True) + "\n"


def test_secrets_never_reach_the_manifest(tmp_path: Path) -> None:
    secret = "Zx81supersecretvalue"
    facts = replace(
        FACTS,
        params={"token": secret, "note": "use sk-" + secret, "max_tokens": 5},
        models=(
            ModelFacts(
                "gpt",
                "openai",
                "gpt-4o-mini",
                {
                    "api_key": secret,
                    "API_KEY": secret,
                    "base_url": f"https://me:{secret}@host:8080/v1?key={secret}",
                    "headers": {"Authorization": secret},
                    "extra": {"password": secret, "top_p": 0.5},
                    "max_tokens": 400,
                    "stop": ["\n", "hf_" + secret],
                },
            ),
        ),
    )
    _, report = write(tmp_path, output("jsonl"), COLUMNS, N)
    text = manifest_text(facts, report)
    assert secret not in text
    manifest = read_manifest(text)
    assert manifest.params == {"max_tokens": 5, "note": "use [masked]"}
    assert manifest.models[0].settings == {
        "base_url": "https://host:8080/v1",
        "extra": {"top_p": 0.5},
        "max_tokens": 400,
        "stop": ["\n", "[masked]"],
    }


def test_a_time_only_when_asked_for(tmp_path: Path) -> None:
    assert created_from({}) is None
    assert created_from({"SOURCE_DATE_EPOCH": "soon"}) is None
    moment = created_from({"SOURCE_DATE_EPOCH": "1735689600"})
    assert moment == "2025-01-01T00:00:00+00:00"
    _, report = write(tmp_path, output("jsonl"), COLUMNS, 1)
    facts = RunFacts("a.synth", "d", 1, 0, created=moment)
    assert read_manifest(manifest_text(facts, report)).created == moment


def test_constant_columns_fill_every_row(tmp_path: Path) -> None:
    place, _ = write(tmp_path, output("json"), {**COLUMNS, "text": Constant("x")}, 9, batch=2)
    assert [r["text"] for r in read(place)] == ["x"] * 9
