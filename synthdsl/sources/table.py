"""All readers of sources: name, and the module under `synthdsl.sources.readers` that holds its `READER`.

One line a reader. Modules are loaded when a spec uses the name.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from synthdsl.sources.contract import Reader
from synthdsl.sources.steps import STEPS

TABLE: dict[str, str] = {
    "csv": "csv",
    "tsv": "tsv",
    "jsonl": "jsonl",
    "json": "json",
    "parquet": "parquet",
    "text": "text",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
    "hub": "hub",
}


@cache
def reader(name: str) -> Reader:
    """The reader of that name. Raises KeyError when there is none."""
    found = import_module(f"synthdsl.sources.readers.{TABLE[name]}").READER
    assert isinstance(found, Reader)
    return found


def signatures() -> dict[str, tuple[str, ...]]:
    """The signatures of all readers by name, and of all steps by name after `|> `."""
    made = {name: reader(name).signatures for name in TABLE}
    return made | {f"|> {name}": step.signatures for name, step in STEPS.items()}
