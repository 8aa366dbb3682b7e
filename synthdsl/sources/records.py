"""Rows that come as records, put into columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synthdsl.sources.contract import Block


def columns_of(records: Sequence[dict[str, Any]], names: Sequence[str] | None) -> Block:
    """The block of these records: the columns named, or all that any of them has; null where one lacks it."""
    if names is None:
        names = list(dict.fromkeys(name for record in records for name in record))
    return Block(len(records), {name: [record.get(name) for record in records] for name in names})


def columns_of_tuples(rows: Sequence[tuple[Any, ...]], all_names: Sequence[str], names: Sequence[str] | None) -> Block:
    """The block of rows as databases give them: a value for each of `all_names`, of which `names` are wanted."""
    columns = dict(zip(all_names, zip(*rows, strict=True), strict=True))
    return Block(len(rows), {name: columns[name] for name in (all_names if names is None else names)})
