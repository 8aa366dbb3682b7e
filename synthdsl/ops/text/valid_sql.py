"""`valid_sql`: whether a text is SQL."""

from __future__ import annotations

from functools import cache
from typing import Any

from synthdsl.ops.contract import Operator


def _scalar(text: str) -> bool:
    from duckdb import Error

    try:
        return bool(_parser().extract_statements(text))
    except (Error, TypeError, UnicodeError):
        return False


@cache
def _parser() -> Any:
    """Statements are only taken apart by it, never run; no file and no network is in its reach either way."""
    import duckdb

    locked: dict[str, Any] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "threads": "1",
    }
    return duckdb.connect(":memory:", config=locked)


OPERATOR = Operator(
    name="valid_sql",
    family="text",
    kind="function",
    signatures=("valid_sql(text: text) -> bool",),
    doc=(
        "Whether the text is one SQL statement or several, by the grammar of DuckDB, which is that of PostgreSQL with "
        "additions. Nothing is run, and tables and columns need not exist; `run_sql` runs a query."
    ),
    examples=(
        ('valid_sql("select name from people where age > 3")', True),
        ('valid_sql("selec name from people")', False),
        ('valid_sql("")', False),
    ),
    scalar=_scalar,
)
