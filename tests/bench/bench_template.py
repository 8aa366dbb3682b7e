"""Rows a second of templates: generated code against a hand-written f-string and against Jinja, in one run.

Not collected by pytest: `python -m tests.bench.bench_template`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from synthdsl.model.rowcode import column_function
from synthdsl.types.terms import INT, STR, Field, ListType, LiteralType, RecordType, Type
from tests.model.template_cases import jinja
from tests.model.template_rig import read

ROWS = 100_000
ITEM = RecordType((Field("name", STR), Field("score", INT)))
TYPES: dict[str, Type] = {
    "name": STR,
    "product": LiteralType(("router", "sim")),
    "fault": STR,
    "age": INT,
    "tags": ListType(STR),
    "items": ListType(ITEM),
}


def columns(n: int) -> dict[str, list[Any]]:
    """Made-up columns of n rows."""
    return {
        "name": [f"Name {i % 977}" for i in range(n)],
        "product": ["router" if i % 3 else "sim" for i in range(n)],
        "fault": ["no signal" if i % 2 else "slow in the evening" for i in range(n)],
        "age": [18 + i % 70 for i in range(n)],
        "tags": [["a", "b", "c"][: i % 4] for i in range(n)],
        "items": [[{"name": "x", "score": i % 9}, {"name": "y", "score": 3}] for i in range(n)],
    }


def _simple(name: str, product: str, fault: str) -> str:
    return f"Hello, this is {name}.\nMy {product} has a problem: {fault}."


def _branches(name: str, product: str, age: int) -> str:
    end = "I want this fixed today." if product == "router" else "Could you help me?"
    return f"{name} ({age}): {end}"


def _loop(name: str, items: list[dict[str, Any]]) -> str:
    lines = "".join([f"{i}. {x['name']}: {x['score']}\n" for i, x in enumerate(items, 1)])
    return f"{name}\n{lines}"


CASES: list[tuple[str, str, Callable[..., str], list[str]]] = [
    (
        "simple",
        "Hello, this is {{ name }}.\nMy {{ product }} has a problem: {{ fault }}.",
        _simple,
        ["name", "product", "fault"],
    ),
    (
        "branches",
        "{{ name }} ({{ age }}): {% if product == 'router' %}I want this fixed today."
        "{% else %}Could you help me?{% endif %}",
        _branches,
        ["name", "product", "age"],
    ),
    (
        "loop",
        "{{ name }}\n{% for x in items %}\n{{ loop.index }}. {{ x.name }}: {{ x.score }}\n{% endfor %}\n",
        _loop,
        ["name", "items"],
    ),
    (
        "filters",
        "{{ name | upper }} {{ tags | join(', ') }} {{ fault | truncate(10, leeway=0) }}",
        lambda name, tags, fault: (
            f"{name.upper()} {', '.join(tags)} {fault if len(fault) <= 10 else fault[:7].rsplit(' ', 1)[0] + '...'}"
        ),
        ["name", "tags", "fault"],
    ),
]


def best(run: Callable[[], Any], times: int = 5) -> float:
    """The shortest of several runs, in seconds."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        found.append(time.perf_counter() - started)
    return min(found)


def main() -> None:
    """Print rows a second and ratios."""
    data = columns(ROWS)
    print(f"{'template':10} {'rows/s':>12} {'f-string':>12} {'jinja2':>12} {'of f-string':>12} {'x jinja2':>9}")
    for title, text, by_hand, names in CASES:
        made, found = read(text, TYPES)
        assert not found
        function = column_function(made, names)
        lists = [data[n] for n in names]
        template = jinja().from_string(text)
        few = ROWS // 20
        rows = [dict(zip(names, row, strict=True)) for row in zip(*[column[:few] for column in lists], strict=True)]
        assert function(*lists) == [by_hand(*row) for row in zip(*lists, strict=True)]
        assert function(*lists)[:few] == [template.render(row) for row in rows]
        ours = ROWS / best(lambda f=function, x=lists: f(*x))
        hand = ROWS / best(lambda f=by_hand, x=lists: [f(*row) for row in zip(*x, strict=True)])
        theirs = few / best(lambda t=template, r=rows: [t.render(row) for row in r])
        print(f"{title:10} {ours:12,.0f} {hand:12,.0f} {theirs:12,.0f} {ours / hand:12.2f} {ours / theirs:9.1f}")


if __name__ == "__main__":
    main()
