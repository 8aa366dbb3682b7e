"""What people write first: Faker and Jinja2 in a loop. Arguments: rows, output file."""

import json
import random
import sys
from datetime import datetime, timedelta

from faker import Faker
from jinja2 import Template

rows, path = int(sys.argv[1]), sys.argv[2]
rng = random.Random(0)
fake = Faker("en_US")
fake.seed_instance(0)
body = Template(
    "Hello, this is {{ name }}.\n"
    '{% if mood == "angry" %}I want this fixed today.{% else %}Could you help me, please?{% endif %}\n'
    "My {{ product }} has a problem: {{ fault }}."
)
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
        ticket = {
            "id": f"TCK-{i + 1:06d}",
            "customer": fake.name(),
            "email": fake.email(),
            "address": fake.address(),
            "age": age,
            "opened": (start + timedelta(seconds=rng.randrange(365 * 86400))).isoformat(),
            "product": product,
            "severity": severity,
            "priority": priority,
        }
        ticket["body"] = body.render(name=ticket["customer"], mood=mood, product=product, fault=fault)
        file.write(json.dumps(ticket) + "\n")
