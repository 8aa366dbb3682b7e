"""How the server answers: latency, faults, and answers as functions of the messages."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from tests.server.instance import instance

FAULTS = (
    "status",  # value: the HTTP status; headers: more headers; body: the text
    "cut",  # the connection breaks in the middle of the body
    "broken",  # a body that is half of a JSON text, as if it were whole
    "html",  # a page instead of JSON, with status 200
    "endless",  # a body that never ends
    "hang",  # no answer at all
    "drip",  # the body comes one byte at a time, `value` seconds apart
    "drop",  # the connection is closed without a byte
    "no_choices",
    "null",  # content is null
    "empty",  # content is ""
    "length",  # finish_reason length
    "filter",  # finish_reason content_filter
    "refusal",
    "no_bounds",  # 400 when a schema has bounds
    "no_schema",  # 400 when a response_format is sent
    "say",  # value: the content, whatever the schema
)


@dataclass
class Fault:
    """What goes wrong for calls whose messages match. times: how often for each distinct prompt; -1 for always.

    rate: for this share of all calls, by chance.
    """

    kind: str
    match: str = ""
    times: int = -1
    rate: float = 1.0
    value: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    seen: dict[bytes, int] = field(default_factory=dict, repr=False)


@dataclass
class Script:
    """latency: seconds; sigma: of its logarithm (0 for fixed). answers: (pattern, answer) by the last message; one that
    begins with `@MODEL ` is for that model. reasoning: told apart from each answer.

    steady: answers depend on the messages alone, whatever was asked before. limit: calls in a window of `window`
    seconds, 0 for any number; tells: in whose headers that is told.
    """

    latency: float = 0.0
    sigma: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    limit: int = 0
    window: float = 0.0
    tells: str = "openai"
    key: str = ""
    models: list[str] = field(default_factory=list)
    words: int = 20
    steady: bool = False
    reasoning: str = ""
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def delay(self) -> float:
        """Of the next call."""
        if not self.sigma or not self.latency:
            return self.latency
        return self.latency * self.chance.lognormvariate(0.0, self.sigma)

    def fault(self, prompt: str, digest: bytes) -> Fault | None:
        """What goes wrong with this call."""
        for fault in self.faults:
            if fault.match and not re.search(fault.match, prompt, re.DOTALL):
                continue
            if fault.rate < 1.0 and self.chance.random() >= fault.rate:
                continue
            if fault.times >= 0:
                seen = fault.seen.get(digest, 0)
                if seen >= fault.times:
                    continue
                fault.seen[digest] = seen + 1
            return fault
        return None

    def content(
        self,
        messages: list[dict[str, Any]],
        schema: dict[str, Any] | None,
        salt: bytes,
        model: str = "",
        tools: Sequence[Any] = (),
    ) -> str:
        """The answer, a function of the messages and the salt; `call:NAME JSON` for a call of a tool."""
        last = str(messages[-1]["content"]) if messages else ""
        for pattern, answer in self.answers:
            if pattern.startswith("@"):
                name, _, pattern = pattern[1:].partition(" ")
                if name != model:
                    continue
            found = re.search(pattern, last, re.DOTALL)
            if found:
                return found.expand(answer)
        seed = blake2b(repr(messages).encode() + salt, digest_size=8).digest()
        chance = random.Random(seed)
        if schema is not None:
            import orjson

            return orjson.dumps(instance(schema, chance)).decode()
        if tools:
            import orjson

            tool = chance.choice(list(tools))
            tool = tool.get("function", tool)
            arguments = instance(tool.get("parameters", tool.get("input_schema", {})), chance)
            return f"call:{tool['name']} {orjson.dumps(arguments).decode()}"
        return " ".join(f"word{chance.randrange(1000)}" for _ in range(self.words))


def script_of(settings: dict[str, Any]) -> Script:
    """The script that a control message describes."""
    faults = [Fault(**f) for f in settings.pop("faults", [])]
    answers = [(p, a) for p, a in settings.pop("answers", [])]
    return Script(faults=faults, answers=answers, **settings)
