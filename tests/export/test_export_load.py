"""What trainers do with the files: loaded by `datasets`, told apart and rendered as TRL and LLaMA-Factory do.

`datasets` takes seconds to load and warms a cache on disk, so one process outside of pytest loads everything once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exporting import spec, write
from jinja2.sandbox import ImmutableSandboxedEnvironment

from synthdsl.dataset.vector import Coded, Constant
from synthdsl.types.relations import optional
from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    JSON,
    MESSAGES,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    RecordType,
    Type,
)

pytestmark = pytest.mark.slow

N = 6
PROMPTS = [[{"role": "system", "content": "s"}, {"role": "user", "content": f"q{i}"}] for i in range(N)]
REPLIES = [[{"role": "assistant", "content": f"a{i}"}] for i in range(N)]
TALKS = [p + r for p, r in zip(PROMPTS, REPLIES, strict=True)]
TEXT = [f"Text {i}: é世, \"quoted\"\nand 'so on'" for i in range(N)]
SPLITS = Coded(np.array([0, 0, 1, 0, 1, 0]), ["train", "test"])
CALL = RecordType((Field("type", STR), Field("function", RecordType((Field("name", STR), Field("arguments", STR))))))
TOOL_MESSAGE = RecordType(
    (Field("role", STR), Field("content", optional(STR)), Field("tool_calls", optional(ListType(CALL))))
)
TOOL_TALKS = [
    [
        {"role": "user", "content": "Light on!", "tool_calls": None},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"type": "function", "function": {"name": "light", "arguments": '{"on": true}'}}],
        },
    ]
] * N

CASES: dict[str, tuple[str, dict[str, Type], dict[str, Any]]] = {
    "rows": (
        "rows",
        {"i": INT, "f": FLOAT, "b": BOOL, "t": STR, "o": optional(STR), "d": DATE, "ts": TIMESTAMP, "l": ListType(INT)},
        {
            "i": np.arange(N), "f": np.arange(N) / 4, "b": np.arange(N) % 2 == 0, "t": TEXT, "o": [None, *TEXT[1:]],
            "d": np.array(["2025-01-31"] * N, "datetime64[D]"),
            "ts": np.array(["2025-01-31T12:00:00"] * N, "datetime64[us]"), "l": [[1, 2]] * N,
        },
    ),
    "chat": ("chat", {"system": optional(STR), "user": STR, "assistant": STR},
             {"system": [None, "s"] * 3, "user": TEXT, "assistant": TEXT}),
    "chat_messages": ("chat", {"messages": MESSAGES}, {"messages": TALKS}),
    "prompt_completion": ("prompt_completion", {"prompt": STR, "completion": STR},
                          {"prompt": TEXT, "completion": TEXT}),
    "prompt_completion_talk": ("prompt_completion", {"prompt": STR, "completion": MESSAGES},
                               {"prompt": TEXT, "completion": REPLIES}),
    "preference": ("preference", {"prompt": STR, "chosen": STR, "rejected": STR},
                   {"prompt": TEXT, "chosen": TEXT, "rejected": Constant("no")}),
    "preference_talk": ("preference", {"prompt": MESSAGES, "chosen": STR, "rejected": STR},
                        {"prompt": PROMPTS, "chosen": TEXT, "rejected": Constant("no")}),
    "kto": ("kto", {"prompt": STR, "completion": STR, "label": BOOL},
            {"prompt": TEXT, "completion": TEXT, "label": np.arange(N) % 2 == 0}),
    "kto_talk": ("kto", {"prompt": MESSAGES, "completion": STR, "label": BOOL},
                 {"prompt": PROMPTS, "completion": TEXT, "label": np.arange(N) % 2 == 0}),
    "prompt_only": ("prompt_only", {"prompt": MESSAGES, "answer": INT}, {"prompt": PROMPTS, "answer": np.arange(N)}),
    "alpaca": ("alpaca", {"instruction": STR, "input": optional(STR), "output": STR},
               {"instruction": TEXT, "input": [None, "x"] * 3, "output": TEXT}),
    "sharegpt": ("sharegpt", {"conversations": MESSAGES}, {"conversations": TALKS}),
    "tools": ("tools", {"messages": ListType(TOOL_MESSAGE), "tools": JSON},
              {"messages": TOOL_TALKS, "tools": [[{"type": "function", "function": {"name": "light"}}]] * N}),
}  # fmt: skip

FLAT = ("prompt_completion", "preference", "kto", "alpaca")

LOADER = """
import json, sys, datasets
datasets.disable_progress_bars()
out = {}
for name, (how, path) in json.load(sys.stdin).items():
    if how == "folder":
        found = datasets.load_dataset(path)
    else:
        found = {"train": datasets.load_dataset(how, data_files=path, split="train")}
    out[name] = {
        s: {"columns": d.column_names, "features": str(d.features), "rows": d.to_list()} for s, d in found.items()
    }
json.dump(out, sys.stdout, default=str)
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every case in every encoding, by `CASE.SUFFIX`, as `datasets` reads it: split, then columns and rows."""
    root = tmp_path_factory.mktemp("load")
    wanted: dict[str, tuple[str, str]] = {}
    for name, (format_name, types, columns) in CASES.items():
        for suffix in ("jsonl", "jsonl.gz", "jsonl.zst", "json", "parquet", *(["csv"] if name in FLAT else [])):
            place, _ = write(root, spec(f"{name}.{suffix}", format_name, types), columns, N)
            wanted[f"{name}.{suffix}"] = ({"parquet": "parquet", "csv": "csv"}.get(suffix, "json"), str(place))
        output = spec(f"{name}.folder/", format_name, types, {**types, "split": STR})
        place, _ = write(root, output, columns, N, splits=SPLITS)
        wanted[f"{name}.folder"] = ("folder", str(place))
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(root / "cache")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADER],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


COLUMNS = {
    "chat": ["messages"],
    "chat_messages": ["messages"],
    "prompt_completion": ["prompt", "completion"],
    "prompt_completion_talk": ["prompt", "completion"],
    "preference": ["prompt", "chosen", "rejected"],
    "preference_talk": ["prompt", "chosen", "rejected"],
    "kto": ["prompt", "completion", "label"],
    "kto_talk": ["prompt", "completion", "label"],
    "prompt_only": ["prompt", "answer"],
    "alpaca": ["instruction", "input", "output"],
    "sharegpt": ["conversations"],
    "tools": ["messages", "tools"],
    "rows": ["i", "f", "b", "t", "o", "d", "ts", "l"],
}
"""Exactly what trainers document; a column more or less makes them take the rows for another form."""


@pytest.mark.parametrize("name", CASES)
def test_every_encoding_has_exactly_the_columns_and_the_same_rows(loaded: dict[str, Any], name: str) -> None:
    whole = loaded[f"{name}.jsonl"]["train"]
    assert whole["columns"] == COLUMNS[name]
    assert len(whole["rows"]) == N
    for suffix in ("jsonl.gz", "jsonl.zst", "json"):
        assert loaded[f"{name}.{suffix}"]["train"]["rows"] == whole["rows"]
    parquet = loaded[f"{name}.parquet"]["train"]
    assert parquet["columns"] == COLUMNS[name]
    if name not in ("rows", "tools"):
        assert parquet["rows"] == whole["rows"]
    if name in FLAT and name != "alpaca":
        assert loaded[f"{name}.csv"]["train"]["rows"] == whole["rows"]


@pytest.mark.parametrize("name", CASES)
def test_folders_have_their_splits(loaded: dict[str, Any], name: str) -> None:
    folder = loaded[f"{name}.folder"]
    assert list(folder) == ["train", "test"]
    assert [len(folder[s]["rows"]) for s in ("train", "test")] == [4, 2]
    rows = loaded[f"{name}.parquet"]["train"]["rows"]
    assert folder["train"]["rows"] == [rows[i] for i in (0, 1, 3, 5)]
    assert folder["test"]["rows"] == [rows[i] for i in (2, 4)]


@pytest.mark.parametrize("name", CASES)
def test_empty_folders_are_empty_tables(tmp_path: Path, name: str) -> None:
    """`load_dataset` refuses any dataset without rows, so this reads the shard as Arrow does."""
    from pyarrow import parquet

    format_name, types, _ = CASES[name]
    place, _ = write(tmp_path, spec("empty/", format_name, types), {}, 0)
    table = parquet.read_table(place / "data" / "train-00000-of-00001.parquet")
    assert (table.num_rows, table.column_names) == (0, COLUMNS[name])


def test_parquet_keeps_types_that_json_has_not(loaded: dict[str, Any]) -> None:
    first = loaded["rows.parquet"]["train"]["rows"][0]
    assert first["d"] == "2025-01-31"
    assert first["ts"] == "2025-01-31 12:00:00"
    features = loaded["rows.parquet"]["train"]["features"]
    assert all(word in features for word in ("int64", "float64", "bool", "date32", "timestamp[us]"))


def conversational(row: dict[str, Any]) -> bool:
    """TRL's `is_conversational`, for every column instead of any one: they must agree."""
    parts = [row[k] for k in ("prompt", "chosen", "rejected", "completion", "messages") if k in row]
    kinds = {isinstance(p, list) and "role" in p[0] and "content" in p[0] for p in parts}
    assert len(kinds) == 1
    return kinds.pop()


TEMPLATE = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n"
    "{% if m['content'] is string %}{{ m['content'] }}{% endif %}"
    "{% for c in m['tool_calls'] or [] %}[{{ c['function']['name'] }} {{ c['function']['arguments'] }}]{% endfor %}"
    "<|im_end|>\n{% endfor %}{% if add %}<|im_start|>assistant\n{% endif %}"
)


@pytest.mark.parametrize("name", ["prompt_completion_talk", "preference_talk", "kto_talk"])
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_conversational_rows_render_as_trl_renders_them(loaded: dict[str, Any], name: str, suffix: str) -> None:
    """Prompt with a generation prompt is a prefix of prompt + answer: what TRL's `apply_chat_template` demands."""
    for i, row in enumerate(loaded[f"{name}.{suffix}"]["train"]["rows"]):
        assert conversational(row)
        assert row["prompt"][-1]["role"] == "user"
        prompt = TEMPLATE.render(messages=row["prompt"], add=True)
        for part in ("chosen", "rejected", "completion"):
            if part in row:
                assert [m["role"] for m in row[part]] == ["assistant"]
                whole = TEMPLATE.render(messages=row["prompt"] + row[part], add=False)
                assert whole.startswith(prompt)
        if name == "preference_talk":
            answer = TEMPLATE.render(messages=row["prompt"] + row["chosen"], add=False)[len(prompt) :]
            assert answer == f"{TEXT[i]}<|im_end|>\n"


@pytest.mark.parametrize("name", ["prompt_completion", "preference", "kto"])
def test_standard_rows_are_text_throughout(loaded: dict[str, Any], name: str) -> None:
    for row in loaded[f"{name}.jsonl"]["train"]["rows"]:
        assert not conversational(row)
        assert all(isinstance(v, str | bool) for v in row.values())


def test_labels_of_kto_are_booleans_in_every_encoding(loaded: dict[str, Any]) -> None:
    for suffix in ("jsonl", "parquet", "csv"):
        labels = [row["label"] for row in loaded[f"kto.{suffix}"]["train"]["rows"]]
        assert labels == [True, False] * 3
        assert all(isinstance(label, bool) for label in labels)


def test_an_absent_system_message_is_no_empty_one(loaded: dict[str, Any]) -> None:
    for suffix in ("jsonl", "parquet", "json"):
        roles = [[m["role"] for m in row["messages"]] for row in loaded[f"chat.{suffix}"]["train"]["rows"]]
        assert roles == [["user", "assistant"], ["system", "user", "assistant"]] * 3


def test_tools_render(loaded: dict[str, Any]) -> None:
    row = loaded["tools.jsonl"]["train"]["rows"][0]
    text = TEMPLATE.render(messages=row["messages"], add=False)
    assert '[light {"on": true}]' in text
    assert row["tools"][0]["function"]["name"] == "light"
    stored = loaded["tools.parquet"]["train"]["rows"][0]
    assert json.loads(stored["tools"]) == [{"type": "function", "function": {"name": "light"}}]
    assert TEMPLATE.render(messages=stored["messages"], add=False) == text


def test_llama_factory_reads_sharegpt(loaded: dict[str, Any]) -> None:
    """After a system turn, human and gpt take turns: what LLaMA-Factory's converter demands of each row."""
    for row in loaded["sharegpt.folder"]["train"]["rows"]:
        speakers = [turn["from"] for turn in row["conversations"]]
        assert speakers == ["system", "human", "gpt"]
    for row in loaded["alpaca.parquet"]["train"]["rows"]:
        assert all(isinstance(v, str) for v in row.values())
