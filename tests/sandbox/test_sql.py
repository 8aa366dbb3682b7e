"""Queries of others: what they give, and what they cannot do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from synthdsl.sandbox import sql
from synthdsl.sandbox.sql import run_query

DB = "create table t(n integer, name text); insert into t values (1, 'a'), (2, 'b'), (3, null);"


def test_a_query_gives_columns_and_rows() -> None:
    found = run_query(DB, "select n, name, n / 2.0 as half, x'00ff' as raw from t order by n desc limit 2")
    assert found["columns"] == ["n", "name", "half", "raw"]
    assert found["rows"] == [[3, None, 1.5, "00ff"], [2, "b", 1.0, "00ff"]]
    assert found["error"] is None


def test_each_query_has_a_database_of_its_own() -> None:
    assert run_query(DB, "select count(*) from t")["rows"] == [[3]]
    assert "no such table" in run_query("", "select count(*) from t")["error"]


REFUSED = [
    ("", "select", "incomplete input"),
    (DB, "select 1; select 2", "one statement"),
    (DB, "delete from t", "not authorized"),
    (DB, "drop table t", "not authorized"),
    (DB, "pragma user_version", "not authorized"),
    (DB, "attach 'x.db' as x", "not authorized"),
    ("attach '/tmp/x.db' as x;", "select 1", "the database: not authorized"),
    ("pragma journal_mode = wal;", "select 1", "the database: not authorized"),
    (DB, "select load_extension('x')", "not authorized"),
    (DB, "select random()", "not authorized"),
    (DB, "select readfile('/etc/passwd')", "no such function"),
    (DB, "select date('now')", "the clock"),
    (DB, "select current_timestamp", "the clock"),
    (DB, "select unixepoch()", "the clock"),
    (DB, "with recursive r(x) as (select 1 union all select x + 1 from r) select max(x) from r", "too many steps"),
    (
        DB,
        "with recursive r(x) as (select 1 union all select x + 1 from r limit 5000) select x from r",
        "more than 1000",
    ),
    (DB, "select zeroblob(1000000000)", "too big"),
    ("create table big(x); " + "insert into big select zeroblob(90000) from (select 1);" * 2, "select 1", None),
    (DB, "select " + "(" * 500 + "1" + ")" * 500, "parser stack overflow"),
    (DB, "", "no query"),
    ("\ud800", "select 1", "no text"),
]


@pytest.mark.parametrize(("db", "query", "reason"), REFUSED)
def test_what_a_query_may_not_do_is_said(db: str, query: str, reason: str | None) -> None:
    found = run_query(db, query)
    assert (found["error"] is None) if reason is None else (reason in (found["error"] or "")), found
    assert run_query(DB, "select 1")["rows"] == [[1]]


@pytest.mark.slow
def test_a_query_cannot_fill_the_memory() -> None:
    grow = "select 1, zeroblob(90000) union all select x + 1, zeroblob(90000) from r limit 400000"
    found = run_query(DB, f"with recursive r(x, t) as ({grow}) select count(*) from (select t from r order by t, x)")
    assert found["error"] is not None
    assert run_query(DB, "select 1")["rows"] == [[1]]


def test_nothing_is_written_and_nothing_of_the_environment_is_there(tmp_path: Path) -> None:
    target = tmp_path / "x.db"
    run_query(f"vacuum into '{target}';", "select 1")
    assert not target.exists()
    (child,) = [sql._process(os.getpid())._child]
    assert child is not None
    environment = Path(f"/proc/{child.pid}/environ")
    assert not environment.exists() or b"PATH" not in environment.read_bytes()


def test_another_process_takes_the_place_of_one_that_ended() -> None:
    run_query(DB, "select 1")
    child = sql._process(os.getpid())._child
    assert child is not None
    child.kill()
    child.wait()
    assert run_query(DB, "select 2")["rows"] == [[2]]


def test_the_same_query_gives_the_same(tmp_path: Path) -> None:
    def once() -> dict[str, Any]:
        return run_query(DB, "select group_concat(name), sum(n) from t")

    assert once() == once()
