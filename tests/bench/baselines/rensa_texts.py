"""Near-duplicates by hand with rensa, each text added where none before is like it: `rensa_texts.py FOLDER`."""

import json
import sys

import duckdb
from rensa import RMinHash, RMinHashDeduplicator

folder = sys.argv[1]
seen = RMinHashDeduplicator(0.7, 128, True)
cursor = duckdb.execute(f"SELECT text FROM '{folder}/texts.parquet'")
number = 0
with open(f"{folder}/hand.jsonl", "w") as out:
    while rows := cursor.fetchmany(10_000):
        for (text,) in rows:
            words = text.split()
            sketch = RMinHash(128, 42)
            sketch.update([" ".join(words[i : i + 3]) for i in range(len(words) - 2)])
            if seen.add(str(number), sketch):
                out.write(json.dumps({"text": text}) + "\n")
            number += 1
