"""Reading templates: without Jinja where that is possible, places in the file, null safety, line breaks."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.base.span import Span
from synthdsl.model.expr import ColumnRef, FieldOf, LocalRef, Loop, Out, Text
from synthdsl.model.template import _simple, read_template
from synthdsl.model.template_pieces import read_pieces
from synthdsl.model.walk import walk
from synthdsl.syntax.ast import TemplateText
from synthdsl.types.terms import STR, OptionalType
from tests.model.template_cases import ROWS, TYPES, by_jinja
from tests.model.template_rig import covered, read, render, template_text, typer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no tags } }} %} #} { {",
        "{{ s }}",
        "a {{s}} b {{ one.name }}{{ i }}\n{{\n f\t}}",
        "{{ nome }} {{ one.nam }} {{ xs }} {{ maybe }}",
        "{{ s }} }} {{ t }}",
    ],
)
def test_simple_templates_mean_the_same_with_and_without_jinja(text: str) -> None:
    made, found = read(text, TYPES)
    again: list = []
    from synthdsl.model.template import _source

    pieces = read_pieces(_source(template_text(text)), typer(TYPES, {}, again))
    assert made.pieces == pieces
    assert [(d.code, d.message, d.span) for d in found] == [(d.code, d.message, d.span) for d in again]
    assert _simple(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "{{ s|upper }}",
        "{{- s }}",
        "{{ s -}}",
        "{{+ s }}",
        "{{ true }}",
        "{{ none }}",
        "{{ _x }}",
        "{{{ s }}}",
        "{{ a b }}",
        "{% if b %}{% endif %}",
        "{# c #}",
        "{{ s.0 }}",
        "{{ 1 }}",
        "{{ s",
        "{{ not }}",
        "{{ loop }}",
        "{{ \u00e9 }}",
    ],
)
def test_everything_else_is_read_by_jinja(text: str) -> None:
    assert _simple(text) is None


@given(st.text(alphabet="{} \n\tst.%#-one", max_size=30))
def test_what_is_read_without_jinja_renders_what_jinja_renders(text: str) -> None:
    if _simple(text) is None:
        return
    _, found = read(text, TYPES)
    if not found:
        assert render(text, TYPES, ROWS[0]) == by_jinja(text, ROWS[0])


def test_jinja_is_loaded_only_when_needed() -> None:
    code = (
        "import sys\n"
        "from tests.model.template_rig import read\n"
        "from synthdsl.types.terms import STR\n"
        "read('Dear {{ s }}, {{ s }}', {'s': STR})\n"
        "assert 'jinja2' not in sys.modules and 'numpy' not in sys.modules\n"
        "read('{{ s | upper }}', {'s': STR})\n"
        "assert 'jinja2' in sys.modules and 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_spans_follow_the_offsets_of_the_text() -> None:
    """A dedented text has gaps between its lines; a finding points at the characters of the file."""
    file = 'x = """\n    Dear {{ s }},\n    {{ nome | upper }}\n    """'
    start = file.index("Dear")
    text = "Dear {{ s }},\n{{ nome | upper }}"
    offsets = [*range(start, start + 14), *range(start + 18, start + 18 + 19)]
    found: list = []
    read_template(TemplateText(text, tuple(offsets), Span("f", 4, len(file))), typer(TYPES, {}, found))
    assert [file[d.span.start : d.span.end] for d in found] == ["nome"]


def test_line_breaks_of_any_kind_are_one_character() -> None:
    text = "a\r\nb {{ s }}\r{{ nome|upper }}\r\n"
    _, found = read(text, TYPES)
    assert [covered(text, d) for d in found] == ["nome"]
    assert render("a\r\nb\rc\n", {}, {}) == "a\nb\nc\n"
    assert render("a\r\n{% if b %}\r\nx\r\n{% endif %}\r\n", TYPES, ROWS[0]) == "a\nx\n"


def test_the_last_line_break_stays_and_tags_leave_no_empty_lines() -> None:
    assert render("a\n", TYPES, ROWS[0]) == "a\n"
    assert render("  {% if b %}\n  x\n  {% endif %}\n", TYPES, ROWS[0]) == "  x\n"


@pytest.mark.parametrize(
    "text",
    [
        "{% if maybe %}{{ maybe }}{% endif %}",
        "{% if maybe is not none %}{{ maybe }}{% endif %}",
        "{% if maybe != null %}{{ maybe }}{% endif %}",
        "{% if maybe is defined %}{{ maybe }}{% endif %}",
        "{% if maybe is none %}{% else %}{{ maybe }}{% endif %}",
        "{% if not maybe %}{% else %}{{ maybe }}{% endif %}",
        "{% if gone is none %}{% elif maybe %}{{ maybe }}{{ gone }}{% endif %}",
        "{% if b and maybe %}{{ maybe }}{% endif %}",
        "{% if maybe is none or b %}x{% else %}{{ maybe }}{% endif %}",
        "{% if who and who.age > 3 %}{{ who.name }}{% endif %}",
        "{{ maybe if maybe else 'x' }}{{ maybe or 'x' }}{{ maybe | default('x') }}",
        "{{ maybe ~ '' if maybe is not none else '' }}",
        "{% for x in xs if maybe %}{{ maybe }}{% endfor %}",
        "{% set m = maybe %}{% if m %}{{ m }}{% endif %}",
    ],
)
def test_a_guard_takes_null_away(text: str) -> None:
    _, found = read(text, TYPES)
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "{% if maybe %}{% endif %}{{ maybe }}",
        "{% if maybe %}{% else %}{{ maybe }}{% endif %}",
        "{% if b or maybe %}{{ maybe }}{% endif %}",
        "{% if not maybe %}{{ maybe }}{% endif %}",
        "{% set m = maybe %}{{ m }}",
        "{% if maybe %}{{ gone }}{% endif %}",
    ],
)
def test_where_there_is_no_guard_null_is_reported(text: str) -> None:
    _, found = read(text, TYPES)
    assert [d.code for d in found] == ["E0303"]


def test_a_default_is_for_null() -> None:
    """Null is what a column has where it was not made: the template sees it as not defined."""
    types = {"x": OptionalType(STR)}
    for text, with_null, with_text in [
        ("{{ x | default('d') }}", "d", ""),
        ("{{ x | default('d', true) }}", "d", "d"),
        ("{% if x is defined %}1{% else %}0{% endif %}", "0", "1"),
    ]:
        assert render(text, types, {"x": None}) == with_null
        assert render(text, types, {"x": ""}) == with_text


def test_functions_of_the_language_are_filters_too() -> None:
    text = "{{ day | format_date('%d.%m.%Y') }} {{ s | words }} {{ talk | transcript }}"
    assert render(text, TYPES, ROWS[0]) == "31.01.2025 5 user: Hi\nassistant: Hello!\nBye."


def test_loops_carry_what_is_used_of_loop() -> None:
    made, _ = read(
        "{% for x in xs %}{{ x }}{{ loop.index }}{% for y in ns %}{{ loop.last }}{% endfor %}{% endfor %}", TYPES
    )
    (loop,) = made.pieces
    assert isinstance(loop, Loop)
    assert loop.uses == ("index",)
    inner = next(p for p in loop.body if isinstance(p, Loop))
    assert inner.uses == ("last",)
    locals_ = {n.local for n in walk(made) if isinstance(n, LocalRef)}
    assert locals_ == {loop.local, f"{loop.local}.index", f"{inner.local}.last"}


def test_expressions_carry_their_places() -> None:
    text = "a {{ one.name | upper }}"
    made, _ = read(text, TYPES)
    spans = {
        type(n).__name__: text[n.span.start - 100 : n.span.end - 100] for n in walk(made) if not isinstance(n, Text)
    }
    assert spans == {"Apply": "one.name | upper", "FieldOf": "one.name", "ColumnRef": "one"}
    out = made.pieces[1]
    assert isinstance(out, Out)
    assert any(isinstance(n, ColumnRef | FieldOf) for n in walk(out.value))
