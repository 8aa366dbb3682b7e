"""What an expert writes by hand: whole columns in numpy, names from Faker's lists, orjson. Arguments: rows, file."""

import sys

import numpy as np
import orjson
from faker.providers.address.en_US import Provider as Address
from faker.providers.person.en_US import Provider as Person

rows, path = int(sys.argv[1]), sys.argv[2]
rng = np.random.default_rng(0)
first_names, last_names = list(Person.first_names), list(Person.last_names)
first_weights = np.array(list(Person.first_names.values()), dtype=float)
last_weights = np.array(list(Person.last_names.values()), dtype=float)
streets = list(Address.street_suffixes)
states = list(Address.states_abbr)
faults = {
    "router": ["no signal", "keeps rebooting", "slow in the evening"],
    "tv box": ["black screen", "remote not pairing"],
}
with open(path, "wb") as file:
    for begin in range(0, rows, 16384):
        n = min(16384, rows - begin)
        product = rng.choice(["router", "tv box", "sim"], n, p=[0.5, 0.3, 0.2])
        severity = rng.choice(["low", "medium", "high"], n, p=[0.6, 0.3, 0.1])
        while (bad := (product == "sim") & (severity == "high")).any():
            product[bad] = rng.choice(["router", "tv box", "sim"], bad.sum(), p=[0.5, 0.3, 0.2])
            severity[bad] = rng.choice(["low", "medium", "high"], bad.sum(), p=[0.6, 0.3, 0.1])
        age = np.clip(rng.normal(41, 12, n), 18, 90).astype(int)
        tenure = rng.uniform(0, 20, n)
        while (bad := tenure > age - 18).any():
            age[bad] = np.clip(rng.normal(41, 12, bad.sum()), 18, 90).astype(int)
            tenure[bad] = rng.uniform(0, 20, bad.sum())
        angry = (severity == "high") & (rng.random(n) < 0.3)
        priority = np.where(severity == "high", np.where(tenure > 5, "P1", "P2"), "P3")
        first = rng.choice(len(first_names), n, p=first_weights / first_weights.sum())
        last = rng.choice(len(last_names), n, p=last_weights / last_weights.sum())
        other = rng.choice(len(last_names), n, p=last_weights / last_weights.sum())
        number = rng.integers(1, 99999, n)
        suffix, state, code = (
            rng.integers(0, len(streets), n),
            rng.integers(0, len(states), n),
            rng.integers(501, 99950, n),
        )
        opened = (
            np.datetime64("2025-01-01T00:00:00") + rng.integers(0, 365 * 86400, n).astype("timedelta64[s]")
        ).astype(str)
        pick = rng.random(n)
        lines = []
        for i in range(n):
            kind = str(product[i])
            known = faults.get(kind)
            fault = known[int(pick[i] * len(known))] if known else "not recognised"
            name = f"{first_names[first[i]]} {last_names[last[i]]}"
            ask = "I want this fixed today." if angry[i] else "Could you help me, please?"
            lines.append(
                orjson.dumps(
                    {
                        "id": f"TCK-{begin + i + 1:06d}",
                        "customer": name,
                        "email": f"{first_names[first[i]].lower()}{number[i]}@example.com",
                        "address": f"{number[i]} {last_names[other[i]]} {streets[suffix[i]]}\n{last_names[last[i]]}, {states[state[i]]} {code[i]:05d}",
                        "age": int(age[i]),
                        "opened": str(opened[i]),
                        "product": kind,
                        "severity": str(severity[i]),
                        "priority": str(priority[i]),
                        "body": f"Hello, this is {name}.\n{ask}\nMy {kind} has a problem: {fault}.",
                    },
                    option=orjson.OPT_APPEND_NEWLINE,
                )
            )
        file.write(b"".join(lines))
