"""sqlite, duckdb, parquet: read only, one SELECT, bounded in time, and typed."""

from __future__ import annotations

import datetime
import sqlite3

import duckdb
import pyarrow
import pyarrow.parquet
import pytest

from synthdsl.sources import database
from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    JSON,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    OptionalType,
    RecordType,
)
from tests.sources.project import Project

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with `shop.sqlite` and `shop.duckdb`, of a table `items` each."""
    connection = sqlite3.connect(project.root / "shop.sqlite")
    connection.execute("CREATE TABLE items (id INTEGER, name TEXT, price REAL, sold, day TEXT)")
    connection.executemany(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?)",
        [(i, f"item {i}", i / 4, i % 2, "2024-01-31") for i in range(1, 6)],
    )
    connection.commit()
    connection.close()
    with duckdb.connect(str(project.root / "shop.duckdb")) as duck:
        duck.execute(
            "CREATE TABLE items AS SELECT i::INTEGER AS id, 'item ' || i AS name, i / 4 AS price, i % 2 = 1 AS sold, "
            "DATE '2024-01-31' AS day FROM range(1, 6) r(i)"
        )
    return project


QUERY = "SELECT id, name, price, sold, day FROM items WHERE id < 3 ORDER BY id"
ROWS = [
    {"id": i, "name": f"item {i}", "price": i / 4, "sold": i % 2 == 1, "day": datetime.date(2024, 1, 31)}
    for i in (1, 2)
]


@pytest.mark.parametrize("reader", ["sqlite", "duckdb"])
def test_rows_of_a_query(shop: Project, reader: str) -> None:
    call = shop.call(reader, f"shop.{reader}", query=QUERY + ";")
    assert shop.rows(call, id=INT, name=STR, price=FLOAT, sold=BOOL, day=DATE) == ROWS
    assert shop.rows(call, name=STR) == [{"name": "item 1"}, {"name": "item 2"}]


def test_inference(shop: Project) -> None:
    lite = shop.types(shop.call("sqlite", "shop.sqlite", query=QUERY))
    assert lite == {"id": INT, "name": STR, "price": FLOAT, "sold": INT, "day": STR}
    duck = shop.types(shop.call("duckdb", "shop.duckdb", query=QUERY))
    assert duck == {"id": INT, "name": STR, "price": FLOAT, "sold": BOOL, "day": DATE}


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM items",
        "INSERT INTO items VALUES (9, 'x', 1, 1, '')",
        "UPDATE items SET id = 0",
        "DROP TABLE items",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "ATTACH DATABASE 'other.db' AS o",
        "PRAGMA journal_mode=DELETE",
        "PRAGMA table_info(items)",
        "VACUUM INTO 'copy.db'",
        "SELECT load_extension('x')",
        "SELECT random()",
        "BEGIN",
        "WITH x AS (SELECT 1) DELETE FROM items",
    ],
)
def test_an_sqlite_query_only_reads(shop: Project, query: str) -> None:
    before = (shop.root / "shop.sqlite").read_bytes()
    found = shop.refused_alike(shop.call("sqlite", "shop.sqlite", query=query), id=INT)
    assert found.code == "E0610"
    assert (shop.root / "shop.sqlite").read_bytes() == before
    assert sorted(p.name for p in shop.root.iterdir()) == ["shop.duckdb", "shop.sqlite"]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM items",
        "CREATE TEMP TABLE t AS SELECT 1",
        "ATTACH 'other.db' AS o",
        "COPY items TO 'copy.csv'",
        "SET threads = 4",
        "INSTALL httpfs",
        "LOAD icu",
        "PRAGMA version",
        "EXPORT DATABASE 'copy'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('shop.sqlite')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT 1 AS id; SELECT 2 AS id",
        "SELECT 1 AS id) TO 'x.csv'; COPY (SELECT 1",
    ],
)
def test_a_duckdb_query_reads_its_database_alone(shop: Project, query: str) -> None:
    found = shop.refused_alike(shop.call("duckdb", "shop.duckdb", query=query), id=INT)
    assert found.code == "E0610"
    assert sorted(p.name for p in shop.root.iterdir()) == ["shop.duckdb", "shop.sqlite"]


@pytest.mark.parametrize(
    ("reader", "query", "message"),
    [
        ("sqlite", "SELECT nme FROM items", "The query failed: no such column: nme."),
        ("sqlite", "SELEC 1", 'The query failed: near "SELEC": syntax error.'),
        ("sqlite", "SELECT 1 AS id; SELECT 2", "The query failed: You can only execute one statement at a time."),
        ("sqlite", "SELECT id, name AS id FROM items", "The query gives two columns of one name: id, id."),
        ("duckdb", "SELECT nme FROM items", 'The query failed: Referenced column "nme" not found in FROM clause.'),
        ("duckdb", "SELEC 1", 'The query failed: syntax error at or near "SELEC".'),
        ("duckdb", "", "The query is empty."),
    ],
)
def test_queries_that_fail(shop: Project, reader: str, query: str, message: str) -> None:
    found = shop.refused_alike(shop.call(reader, f"shop.{reader}", query=query), id=INT)
    assert found.message == message


@pytest.mark.parametrize(
    ("reader", "query"),
    [
        ("sqlite", "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT max(id) AS id FROM n"),
        ("duckdb", "SELECT count(*) AS id FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range % 3"),
    ],
)
def test_a_query_without_end_is_stopped(
    shop: Project, reader: str, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "LOOK_SECONDS", 0.3)
    call = shop.call(reader, f"shop.{reader}", query=query, timeout=0.3)
    found = shop.refusal(call, id=INT)
    assert (found.code, found.message) == ("E0610", "The query did not end within 0.3 seconds.")
    # With declared columns a slow query is no mistake before the run; without, the columns cannot be known.
    assert shop.describe(call, id=INT)[1] == []
    assert [d.code for d in shop.describe(call)[1]] == ["E0610"]


@pytest.mark.parametrize("reader", ["sqlite", "duckdb"])
def test_files_that_are_no_database(shop: Project, reader: str) -> None:
    shop.write("broken.db", b"this is no database, whatever it is called" * 100)
    assert shop.refused_alike(shop.call(reader, "broken.db", query="SELECT 1 AS id"), id=INT).code == "E0602"
    data = (shop.root / f"shop.{reader}").read_bytes()
    shop.write(f"cut.{reader}", data[: len(data) // 2])
    assert shop.refusal(shop.call(reader, f"cut.{reader}", query="SELECT id FROM items"), id=INT).code in (
        "E0602",
        "E0610",
    )


def test_changes_not_written_back_are_not_overlooked(shop: Project) -> None:
    connection = sqlite3.connect(shop.root / "shop.sqlite")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("INSERT INTO items VALUES (9, 'new', 1, 1, '')")
    connection.commit()
    found = shop.refused_alike(shop.call("sqlite", "shop.sqlite", query="SELECT id FROM items"), id=INT)
    assert (found.code, found.message) == (
        "E0602",
        "'shop.sqlite' has changes that are not written back ('shop.sqlite-wal').",
    )
    connection.close()
    assert len(shop.rows(shop.call("sqlite", "shop.sqlite", query="SELECT id FROM items"), id=INT)) == 6


def test_values_that_do_not_fit(shop: Project) -> None:
    call = shop.call("sqlite", "shop.sqlite", query="SELECT name FROM items")
    assert shop.refused_alike(call, name=INT).message == (
        "shop.sqlite, row 1 of the query: column 'name': \"item 1\" is no int."
    )
    blob = shop.call("duckdb", "shop.duckdb", query="SELECT 'x'::BLOB AS b, 1 AS id")
    assert shop.refused_alike(blob, b=STR).message.startswith("The column 'b' holds blob")
    assert shop.rows(blob, id=INT) == [{"id": 1}]


PARQUET = (
    "SELECT i::BIGINT AS i, CASE WHEN i > 0 THEN 'x' || i END AS s, i / 2 AS f, i > 0 AS b, DATE '2024-01-31' AS d, "
    "TIMESTAMPTZ '2024-01-31 12:00:00+02' AS t, [i, NULL] AS l, {'a': i, 'n': {'b': 'y'}} AS r, "
    "1.25::DECIMAL(9,2) AS dec, MAP {'k': 1} AS m, TIME '10:00' AS tm, "
    "'9f0e1c9e-0000-4000-8000-000000000000'::UUID AS u, 'x'::BLOB AS blob FROM range(3) r(i)"
)


@pytest.fixture
def parquet(project: Project) -> Project:
    """A project with `t.parquet`."""
    duckdb.connect().execute(f"COPY ({PARQUET}) TO '{project.root}/t.parquet'").close()
    return project


def test_parquet(parquet: Project) -> None:
    call = parquet.call("parquet", "t.parquet")
    inner = RecordType((Field("b", OptionalType(STR)),))
    types = {
        "i": INT,
        "s": OptionalType(STR),
        "f": FLOAT,
        "b": BOOL,
        "d": DATE,
        "t": TIMESTAMP,
        "l": ListType(OptionalType(INT)),
        "r": RecordType((Field("a", OptionalType(INT)), Field("n", OptionalType(inner)))),
        "dec": FLOAT,
        "m": JSON,
        "tm": STR,
        "u": STR,
    }
    assert parquet.rows(call, **types)[1] == {
        "i": 1,
        "s": "x1",
        "f": 0.5,
        "b": True,
        "d": datetime.date(2024, 1, 31),
        "t": datetime.datetime(2024, 1, 31, 10),
        "l": [1, None],
        "r": {"a": 1, "n": {"b": "y"}},
        "dec": 1.25,
        "m": {"k": 1},
        "tm": "10:00:00",
        "u": "9f0e1c9e-0000-4000-8000-000000000000",
    }
    assert parquet.rows(call, s=OptionalType(STR))[0] == {"s": None}
    found = parquet.refused_alike(call, s=STR)
    assert found.message == "t.parquet, row 1: column 's': null is no str."
    assert parquet.refused_alike(call, ii=INT).code == "E0605"
    assert [d.code for d in parquet.describe(call)[1]] == ["E0606"]  # the bytes in `blob`


def test_inferred_parquet(parquet: Project) -> None:
    source = f"(SELECT * EXCLUDE blob FROM '{parquet.root}/t.parquet')"
    duckdb.connect().execute(f"COPY {source} TO '{parquet.root}/u.parquet'").close()
    types = parquet.types(parquet.call("parquet", "u.parquet"))
    assert (types["i"], types["s"], types["t"], types["m"]) == (INT, OptionalType(STR), TIMESTAMP, JSON)
    assert types["r"] == RecordType(
        (Field("a", OptionalType(INT)), Field("n", OptionalType(RecordType((Field("b", OptionalType(STR)),)))))
    )
    assert len(parquet.rows(parquet.call("parquet", "u.parquet"))) == 3


def test_broken_parquet(parquet: Project) -> None:
    data = (parquet.root / "t.parquet").read_bytes()
    for name, content in [("cut.parquet", data[:100]), ("no.parquet", b"a,b\n1,2\n"), ("empty.parquet", b"")]:
        parquet.write(name, content)
        assert parquet.refused_alike(parquet.call("parquet", name), i=INT).code == "E0602"
    parquet.write("a[1].parquet", data)
    assert parquet.refused_alike(parquet.call("parquet", "a[1].parquet"), i=INT).code == "E0602"
    (parquet.root / "it's.parquet").write_bytes(data)
    assert parquet.rows(parquet.call("parquet", "it's.parquet"), i=INT) == [{"i": 0}, {"i": 1}, {"i": 2}]


def test_parquet_written_by_others(project: Project) -> None:
    table = pyarrow.table({"id": [1, 2], "tags": [["a"], []], "who": [{"name": "Ada"}, None]})
    pyarrow.parquet.write_table(table, project.root / "t.parquet")
    call = project.call("parquet", "t.parquet")
    person = RecordType((Field("name", STR),))
    assert project.rows(call, id=INT, tags=ListType(STR), who=OptionalType(person)) == [
        {"id": 1, "tags": ["a"], "who": {"name": "Ada"}},
        {"id": 2, "tags": [], "who": None},
    ]
