"""Group, sort or join by hand in DuckDB: `duckdb_rows.py WORK FOLDER`."""

import sys

import duckdb

work, folder = sys.argv[1:]
rows, keys = f"'{folder}/rows.parquet'", f"'{folder}/keys.parquet'"
query = {
    "group": f"SELECT k, count(*) AS n, avg(x) AS middle, max(x) AS top FROM {rows} GROUP BY k",
    "sort": f"SELECT * FROM {rows} ORDER BY word, x",
    "join": f"SELECT r.*, b.town FROM {rows} r JOIN {keys} b ON r.k = b.k",
}[work]
duckdb.sql(f"COPY ({query}) TO '{folder}/hand.jsonl' (FORMAT json)")
