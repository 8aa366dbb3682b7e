"""`run_sql`: what a query gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from synthdsl.ops.contract import CallSite, Operator, Problem
from synthdsl.types.relations import optional
from synthdsl.types.terms import JSON, STR, Field, ListType, RecordType, Type

RESULT = RecordType(
    (Field("columns", ListType(STR)), Field("rows", ListType(ListType(JSON))), Field("error", optional(STR)))
)


def _scalar(query: str, db: str) -> dict[str, Any]:
    from synthdsl.sandbox.sql import run_query

    return run_query(db, query)


def _result(site: CallSite, type_: Type) -> Type:
    return RESULT


def _possible(site: CallSite) -> Iterable[Problem]:
    from synthdsl.sandbox.sql import available

    if not available():
        message = "'run_sql' needs a machine that can bound what a process takes (Linux, macOS)."
        yield Problem("E0911", message, None, ("`valid_sql` tells whether a text is SQL, without running it.",))


OPERATOR = Operator(
    name="run_sql",
    family="text",
    kind="function",
    signatures=("run_sql(query: text, *, db: text) -> record",),
    doc=(
        "What a query gives over a database that the statements `db` make (SQLite, in memory, anew for each row): "
        "`columns`, `rows` as lists of values, and `error`, null where there is none. It runs in a process that has no "
        "files, no network, no environment, no clock and no chance, with bounded memory and 5 million steps; the query "
        "may only read, and gives at most 1,000 rows. A query that fails is data: `error` says why."
    ),
    examples=(
        (
            'run_sql("select n from t", db="create table t(n); insert into t values (7)")',
            {"columns": ["n"], "rows": [[7]], "error": None},
        ),
        ('run_sql("select n from nowhere", db="").error', "no such table: nowhere"),
        ('run_sql("drop table t", db="create table t(n)").error', "not authorized"),
    ),
    result=_result,
    check=_possible,
    scalar=_scalar,
    effects=True,
)
