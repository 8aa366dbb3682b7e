"""The same with Mimesis and an f-string. Arguments: rows, output file."""

import json
import random
import sys
from datetime import datetime, timedelta

from mimesis import Address, Person
from mimesis.locales import Locale

rows, path = int(sys.argv[1]), sys.argv[2]
rng = random.Random(0)
person, place = Person(Locale.EN, seed=0), Address(Locale.EN, seed=0)
start = datetime(2025, 1, 1)
with open(path, "w") as file:
    for i in range(rows):
        while True:
            product = rng.choices(["router", "tv box", "sim"], [5, 3, 2])[0]
            severity = rng.choices(["low", "medium", "high"], [60, 30, 10])[0]
            age = int(min(max(rng.gauss(41, 12), 18), 90))
            tenure = rng.uniform(0, 20)
            if tenure <= age - 18 and not (product == "sim" and severity == "high"):
                break
        mood = rng.choices(["angry", "calm"], [3, 7])[0] if severity == "high" else "calm"
        if product == "router":
            fault = rng.choice(["no signal", "keeps rebooting", "slow in the evening"])
        elif product == "tv box":
            fault = rng.choice(["black screen", "remote not pairing"])
        else:
            fault = "not recognised"
        priority = ("P1" if tenure > 5 else "P2") if severity == "high" else "P3"
        name = person.full_name()
        ask = "I want this fixed today." if mood == "angry" else "Could you help me, please?"
        ticket = {
            "id": f"TCK-{i + 1:06d}",
            "customer": name,
            "email": person.email(),
            "address": place.address(),
            "age": age,
            "opened": (start + timedelta(seconds=rng.randrange(365 * 86400))).isoformat(),
            "product": product,
            "severity": severity,
            "priority": priority,
            "body": f"Hello, this is {name}.\n{ask}\nMy {product} has a problem: {fault}.",
        }
        file.write(json.dumps(ticket) + "\n")
