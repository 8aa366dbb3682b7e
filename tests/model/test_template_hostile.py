"""Templates that mean harm: they are refused, or stop with a reason; they reach nothing and end soon."""

from __future__ import annotations

import time

import pytest

from synthdsl.model.rowcode import column_function, row_function
from synthdsl.ops.contract import Undefined
from synthdsl.types.terms import INT, STR, ListType, Type
from tests.model.template_cases import ROWS, TEMPLATES, TYPES
from tests.model.template_rig import covered, declared, read

pytestmark = pytest.mark.slow

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ s.__init__.__globals__ }}",
    "{{ one['__class__'] }}",
    "{{ one['__cl' ~ 'ass__'] }}",
    "{{ s | attr('__class__') }}",
    "{{ s | attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ people | map(attribute='__class__') | list | join }}",
    "{{ people | map(attribute='name.__class__') | join }}",
    "{{ people | sort(attribute='__class__') | length }}",
    "{{ people | selectattr('__class__') | list | length }}",
    "{{ people | sum(attribute='__len__') }}",
    "{{ '{0.__class__}'.format(s) }}",
    "{{ '%s' | format(s) }}",
    "{{ 'a%c' % 98 }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ namespace.__init__ }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ request.application }}",
    "{{ config }}",
    "{{ import('os') }}",
    "{{ eval('1') }}",
    "{{ open('/etc/passwd') }}",
    "{{ jinja.truncate(s) }}",
    "{{ caller() }}{{ super() }}",
    "{% import 'os' as os %}",
    "{% from 'os' import path %}",
    "{% include '/etc/passwd' %}",
    "{% set x = s.__class__ %}{{ x }}",
    "{% for k in one.keys() %}{{ k }}{% endfor %}",
    "{% for x in s.__class__.__mro__ %}{% endfor %}",
    "{{ xs.append('x') }}{{ xs.clear() }}",
    "{{ one.update({'name': 'x'}) }}",
    "{{ loop.__class__ }}",
    "{% for x in xs %}{{ loop.__class__ }}{{ loop._iterator }}{% endfor %}",
    "{{ greet.__globals__ }}",
    "{{ (greet)._template }}",
    "{{ range.__class__ }}",
    "{{ none.__class__ }}{{ true.__class__ }}{{ 1 .__class__ }}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_no_way_out(text: str) -> None:
    _, found = read(text, TYPES, TEMPLATES)
    assert found
    assert all(d.is_error and covered(text, d) for d in found)


def test_names_of_fields_reach_values_only() -> None:
    """A field of a record that is named like a method of Python's dict is that field."""
    from synthdsl.types.terms import Field, RecordType
    from tests.model.template_rig import render

    record = RecordType((Field("items", STR), Field("keys", STR), Field("get", STR)))
    row = {"r": {"items": "a", "keys": "b", "get": "c"}}
    assert render("{{ r.items }}{{ r.keys }}{{ r['get'] }}", {"r": record}, row) == "abc"


LARGE: list[tuple[str, dict[str, Type], list[object]]] = [
    ("{{ 'x' * n }}", {"n": INT}, [10**12]),
    ("{{ s * n }}", {"s": STR, "n": INT}, ["ab", 10**8]),
    ("{{ s | center(n) }}", {"s": STR, "n": INT}, ["ab", 10**10]),
    ("{{ s | indent(n, true) }}", {"s": STR, "n": INT}, ["ab", 10**10]),
    ("{{ s | replace('', s) }}", {"s": STR}, ["x" * 100_000]),
    ("{{ s | wordwrap(1, wrapstring=s) }}", {"s": STR}, ["ab " * 3_000]),
    ("{{ [1] | batch(n, 0) | length }}", {"n": INT}, [10**12]),
    ("{{ 2 ** n }}", {"n": INT}, [10**9]),
    ("{{ n ** n }}", {"n": INT}, [2**62]),
    ("{{ f ** n }}", {"f": INT, "n": INT}, [10**18, 18]),
    ("{{ n * n }}", {"n": INT}, [2**62]),
    ("{{ 1 / n }}{{ 1 // n }}", {"n": INT}, [0]),
    ("{{ 1 % n }}", {"n": INT}, [0]),
    ("{% for x in range(n) %}{% endfor %}", {"n": INT}, [10**9]),
    ("{% for x in range(0, 10, n) %}{% endfor %}", {"n": INT}, [0]),
    ("{% for x in xs %}{{ s }}{% endfor %}", {"xs": ListType(INT), "s": STR}, [list(range(2_000)), "y" * 10_000]),
    (
        "".join(f"{{% for {name} in xs %}}" for name in "abcd") + "{% endfor %}" * 4,
        {"xs": ListType(INT)},
        [list(range(1_000))],
    ),
    (
        "{% for a in xs %}{% for b in xs %}{% set q = a + b %}{{ q }}{% for c in xs %}" + "{% endfor %}" * 3,
        {"xs": ListType(INT)},
        [list(range(1_000))],
    ),
    ("{% set a = s %}" + "{% set a = a ~ a %}" * 40 + "{{ a | length }}", {"s": STR}, ["xx"]),
    ("{% set a = s %}" + "{% set a = a + a %}" * 40 + "{{ a }}", {"s": STR}, ["xx"]),
    ("{{ xs[5] }}", {"xs": ListType(INT)}, [[1]]),
    ("{{ xs | first }}", {"xs": ListType(INT)}, [[]]),
    ("{{ xs | max }}", {"xs": ListType(INT)}, [[]]),
    ("{{ s | round(400) }}{{ s | int }}", {"s": INT}, [5]),
    ("{{ s | int }}", {"s": STR}, ["9" * 30]),
    ("{{ s | truncate(2) }}", {"s": STR}, ["abcdefghijkl"]),
]


@pytest.mark.parametrize(("text", "types", "values"), LARGE, ids=[t[:50] for t, _, _ in LARGE])
def test_what_is_too_large_stops_with_a_reason(text: str, types: dict[str, Type], values: list[object]) -> None:
    started = time.monotonic()
    made, found = read(text, types)
    if found:
        assert {d.code for d in found} <= {"E0309", "E0406"}
    else:
        with pytest.raises(Undefined) as reason:
            row_function(made, list(types))(*values)
        assert str(reason.value).endswith(".")
    assert time.monotonic() - started < 5


def test_templates_that_call_templates_cannot_double_without_end() -> None:
    levels = {"t0": declared("t0", {"a": STR}, "{{ a }}")}
    for i in range(1, 3):
        levels[f"t{i}"] = declared(f"t{i}", {"a": STR}, "{{ a ~ a }}")
    nested = "s"
    for i in range(30):
        nested = f"t{1 + i % 2}({nested})" if i % 3 else f"t1({nested} ~ {nested if i < 6 else repr('x')})"
    made, found = read("{{ " + nested + " }}", {"s": STR}, levels)
    if not found:
        with pytest.raises(Undefined):
            row_function(made, ["s"])("x" * 1_000)


DEEP = [
    "{{ " + "(" * 2_000 + "s" + ")" * 2_000 + " }}",
    "{{ " + "[" * 500 + "]" * 500 + " }}",
    "{{ " + "not " * 5_000 + "b }}",
    "{{ " + "-" * 5_000 + "i }}",
    "{{ s" + " | upper" * 3_000 + " }}",
    "{{ s" + ".a" * 3_000 + "|upper }}",
    "{{ s" + "[0]" * 3_000 + " }}",
    "{{ i" + " + 1" * 5_000 + " }}",
    "{{ i" + " ** 1" * 5_000 + " }}",
    "{{ b" + " and b" * 3_000 + " }}",
    "{{ 1" + " if b else 1" * 2_000 + " }}",
    "{% if b %}" * 3_000 + "{% endif %}" * 3_000,
    "{% for x in xs %}" * 300 + "{% endfor %}" * 300,
    "{% if b %}" * 3_000,
    "{{ i" + " < 1" * 3_000 + " }}",
    "{{" * 5_000,
    "{% raw %}" * 2_000,
    "{#" * 5_000,
    "x" * 1_000_001,
]


@pytest.mark.parametrize("text", DEEP, ids=[t[:20] + str(len(t)) for t in DEEP])
def test_deep_or_long_templates_are_refused_soon(text: str) -> None:
    started = time.monotonic()
    _, found = read(text, TYPES)
    assert found and {d.code for d in found} <= {"E0401", "E0406"}
    assert time.monotonic() - started < 5


LONG = [
    "{{ s" + " ~ s" * 2_000 + " }}",
    "{{ s }}" * 2_000,
    "{% if b %}x{% endif %}" * 500,
    "{% if i == 1 %}x" + "".join(f"{{% elif i == {n} %}}{n}" for n in range(2, 500)) + "{% endif %}",
    "{% set q = s %}" * 500 + "{{ q }}",
    "{% for x in xs %}{{ x }}{% endfor %}" * 300,
    "{# c #}" * 5_000,
    "plain " * 100_000,
]


@pytest.mark.parametrize("text", LONG, ids=[t[:20] for t in LONG])
def test_long_templates_are_no_trouble(text: str) -> None:
    from tests.model.template_cases import by_jinja

    made, found = read(text, TYPES)
    assert not found
    got = column_function(made, list(TYPES))(*[[row[n] for row in ROWS] for n in TYPES])
    if len(text) < 60_000:
        assert got == [by_jinja(text, row) for row in ROWS]
    else:
        assert len(got) == len(ROWS)


@pytest.mark.parametrize("depth", [6, 10])
def test_the_deepest_blocks_allowed_compile_and_run(depth: int) -> None:
    """`if` and `for` as deep as the reader allows, with everything that makes generated code nest."""
    from tests.model.template_cases import by_jinja

    text = "{% set q = s %}"
    for i in range(depth):
        text += "{% for x in ns %}" if i % 2 else "{% if b %}a{% elif i > 3 %}{% set q = q ~ i %}{% else %}"
    text += "{% set q = 'it' ~ (q if b else s if i > 1 else kind) %}{{ q }}{{ greet(q, 'angry') }}"
    for i in reversed(range(depth)):
        text += "{% else %}none{% endfor %}{{ q }}" if i % 2 else "{{ q }}{% endif %}"
    made, found = read(text, TYPES, TEMPLATES)
    assert not found, found
    rows = [{**row, "b": b, "i": i} for row in ROWS for b in (True, False) for i in (0, 9)]
    function = row_function(made, list(TYPES))
    assert [function(*row.values()) for row in rows] == [by_jinja(text, row) for row in rows]
