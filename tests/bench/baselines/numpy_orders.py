"""What an expert writes by hand: the parent's columns whole in numpy, children in pieces. Arguments: parents, children, file."""

import csv
import sys

import numpy as np

parents, children, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rng = np.random.default_rng(0)
ids = np.array([f"C-{i:08d}" for i in range(1, parents + 1)], dtype=object)
scores = rng.uniform(0, 100, parents)
regions = rng.choice(np.array(["north", "south", "east"], dtype=object), parents, p=[3 / 6, 2 / 6, 1 / 6])
with open(path, "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["customer", "score", "region", "amount"])
    for begin in range(0, children, 16384):
        n = min(16384, children - begin)
        picked = rng.integers(0, parents, n)
        columns = ids[picked], scores[picked].tolist(), regions[picked], rng.uniform(1, 500, n).tolist()
        writer.writerows(zip(*columns, strict=True))
