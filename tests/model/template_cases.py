"""A row to render templates for, its types, and Jinja itself as the oracle."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from synthdsl.types.terms import (
    BOOL,
    DATE,
    FLOAT,
    INT,
    MESSAGES,
    STR,
    TIMESTAMP,
    Field,
    ListType,
    LiteralType,
    OptionalType,
    RecordType,
    Type,
)
from tests.model.template_rig import declared

PERSON = RecordType((Field("name", STR), Field("age", INT), Field("tags", ListType(STR))))

TYPES: dict[str, Type] = {
    "s": STR,
    "t": STR,
    "i": INT,
    "j": INT,
    "f": FLOAT,
    "g": FLOAT,
    "b": BOOL,
    "c": BOOL,
    "day": DATE,
    "at": TIMESTAMP,
    "kind": LiteralType(("low", "high")),
    "xs": ListType(STR),
    "ns": ListType(INT),
    "fs": ListType(FLOAT),
    "none": ListType(STR),
    "one": PERSON,
    "people": ListType(PERSON),
    "maybe": OptionalType(STR),
    "gone": OptionalType(STR),
    "who": OptionalType(PERSON),
    "talk": MESSAGES,
}
"""The columns; `none` is a word of Jinja, so its column is never reached under that name."""

ROWS: list[dict[str, Any]] = [
    {
        "s": 'Hello, it\'s <b>"big"</b> & new',
        "t": "",
        "i": 7,
        "j": -3,
        "f": 2.5,
        "g": -0.125,
        "b": True,
        "c": False,
        "day": datetime.date(2025, 1, 31),
        "at": datetime.datetime(2025, 1, 31, 12, 30, 5),
        "kind": "high",
        "xs": ["b", "A", "c", "a"],
        "ns": [3, 1, 2],
        "fs": [0.5, 0.25],
        "none": [],
        "one": {"name": "Ann", "age": 41, "tags": ["x", "y"]},
        "people": [
            {"name": "Bo", "age": 9, "tags": []},
            {"name": "cy", "age": 70, "tags": ["q"]},
            {"name": "Al", "age": 9, "tags": ["r", "s"]},
        ],
        "maybe": "yes",
        "gone": None,
        "who": {"name": "Zoe", "age": 1, "tags": ["z"]},
        "talk": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!\nBye."}],
    },
    {
        "s": "two\nlines  and a very_long-word \u00e9\u4e16",
        "t": "  spaced  ",
        "i": 0,
        "j": 12,
        "f": 3.0,
        "g": 1e22,
        "b": False,
        "c": True,
        "day": datetime.date(1999, 12, 31),
        "at": datetime.datetime(1999, 12, 31),
        "kind": "low",
        "xs": [],
        "ns": [5],
        "fs": [],
        "none": [],
        "one": {"name": "", "age": 0, "tags": []},
        "people": [],
        "maybe": "",
        "gone": None,
        "who": None,
        "talk": [],
    },
]

TEMPLATES = {
    "greet": declared("greet", {"name": STR, "mood": STR}, "Hello {{ name }}{% if mood == 'angry' %}!{% endif %}"),
    "listed": declared("listed", {"items": ListType(STR)}, "{% for x in items %}- {{ x }}\n{% endfor %}"),
}
_BODIES = {
    "greet": ("name, mood", "Hello {{ name }}{% if mood == 'angry' %}!{% endif %}"),
    "listed": ("items", "{% for x in items %}- {{ x }}\n{% endfor %}"),
}


def tojson(value: Any, indent: int | None = None) -> str:
    """As in the chat templates of `transformers`; Jinja's own escapes what HTML gives a meaning."""
    return json.dumps(value, ensure_ascii=False, indent=indent)


def transcript(messages: list[dict[str, str]]) -> str:
    return "\n".join(f"{m['role']}: {m['content']}" for m in messages)


@cache
def jinja() -> ImmutableSandboxedEnvironment:
    """Jinja with the settings that the language promises."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["tojson"] = tojson
    environment.filters["transcript"] = transcript
    for name, (parameters, body) in _BODIES.items():
        template = environment.from_string(body)
        names = parameters.split(", ")

        def call(*args: Any, _template: Any = template, _names: Any = names, **kwargs: Any) -> str:
            return str(_template.render(**dict(zip(_names, args, strict=False)), **kwargs))

        environment.globals[name] = call
    return environment


def by_jinja(text: str, row: Mapping[str, Any]) -> str:
    """What Jinja renders."""
    return jinja().from_string(text).render(**row)
