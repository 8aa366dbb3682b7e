"""The data beside the samples and the examples are what the specs declare."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthdsl.sources.contract import SourceCall
from synthdsl.sources.describe import describe
from synthdsl.sources.load import load
from synthdsl.types.terms import FLOAT, INT, STR, Field, LiteralType, RecordType, Type

ROOT = Path(__file__).parents[2]
LEVEL = LiteralType(("school", "college"))
REGION = LiteralType(("Africa", "Americas", "Asia", "Europe", "Oceania"))


@pytest.mark.parametrize(
    ("folder", "call", "columns", "rows"),
    [
        ("tests/samples_data", SourceCall("jsonl", (("path", "topics.jsonl"),)), {"topic": STR, "level": LEVEL}, 12),
        ("tests/samples_data", SourceCall("jsonl", (("path", "benchmark.jsonl"),)), {"question": STR}, 8),
        ("tests/samples_data", SourceCall("jsonl", (("path", "seed_tasks.jsonl"),)), {"instruction": STR}, 12),
        ("tests/samples_data", SourceCall("jsonl", (("path", "real_qa.jsonl"),)), {"question": STR, "answer": STR}, 8),
        (
            "tests/samples_data",
            SourceCall("csv", (("path", "prompts.csv"), ("key", "id"))),
            {"id": STR, "prompt": STR},
            10,
        ),
        ("tests/samples_data", SourceCall("csv", (("path", "harms.csv"),)), {"category": STR, "weight": FLOAT}, 5),
        (
            "tests/samples_data",
            SourceCall("text", (("path", "docs/**/*.md"),), (("chunk", (("words", 300), ("overlap", 40))),)),
            {"document": STR, "text": STR, "chunk": INT},
            3,
        ),
        (
            "examples/geography",
            SourceCall("csv", (("path", "countries.csv"), ("key", "code"))),
            {
                "code": STR,
                "name": STR,
                "capital": STR,
                "region": REGION,
                "population": INT,
                "area_km2": FLOAT,
            },
            195,
        ),
    ],
    ids=lambda value: dict(value.arguments)["path"] if isinstance(value, SourceCall) else "",
)
def test_data_fit(folder: str, call: SourceCall, columns: dict[str, Type], rows: int, tmp_path: Path) -> None:
    row = RecordType(tuple(Field(name, type_) for name, type_ in columns.items()))
    assert describe(call, row, ROOT / folder) == (row, [])
    table = load(call, row, ROOT / folder, tmp_path)
    assert table.rows == rows
    assert len(set(table.keys().tolist())) == rows
