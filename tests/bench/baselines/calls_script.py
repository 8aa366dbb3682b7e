"""What a person writes by hand for three columns of calls: asyncio and aiohttp, 64 in flight, no store, no retries."""

import asyncio
import json
import random
import sys

import aiohttp


async def main(url: str, rows: int, place: str) -> None:
    gate = asyncio.Semaphore(64)
    chance = random.Random(1)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:

        async def ask(prompt: str) -> str:
            body = {"model": "x", "messages": [{"role": "user", "content": prompt}]}
            async with gate, session.post(url + "/chat/completions", json=body) as response:
                response.raise_for_status()
                return (await response.json())["choices"][0]["message"]["content"]

        async def row(topic: str) -> dict:
            one = await ask(f"Say {topic}.")
            two = await ask(f"More on {topic}: {one}")
            three = await ask(f"Judge {topic}: {one} {two}")
            return {"topic": topic, "one": one, "two": two, "three": three}

        topics = [chance.choice(["tea", "jam"]) for _ in range(rows)]
        made = await asyncio.gather(*map(row, topics))
    with open(place, "w") as file:
        for one in made:
            file.write(json.dumps(one) + "\n")


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
