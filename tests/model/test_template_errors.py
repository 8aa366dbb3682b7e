"""What is wrong with a template: which code, and exactly which characters it is about."""

from __future__ import annotations

import pytest

from synthdsl.base.codes import CODES
from tests.model.template_cases import TEMPLATES, TYPES
from tests.model.template_rig import covered, read

BAD: list[tuple[str, str, str]] = [
    # syntax
    ("Dear {{ s", "E0401", "{{"),
    ("a {% if b", "E0401", "{%"),
    ("a {% if b %} c", "E0401", "if"),
    ("{% if b %}{% for x in xs %}{% endif %}", "E0401", "endif"),
    ("{% endif %}", "E0401", "endif"),
    ("{% else %}", "E0401", "else"),
    ("{% iff b %}{% endif %}", "E0401", "iff"),
    ("{{ s | }}", "E0401", "}}"),
    ("{{ s t }}", "E0401", "t"),
    ("{{ i = 3 }}", "E0401", "="),
    ("{% if i = 3 %}x{% endif %}", "E0401", "="),
    ("{{ }}", "E0401", "}}"),
    ("{% %}", "E0401", "%}"),
    ("x {# never closed", "E0401", "{#"),
    ("{% raw %} {{ s }}", "E0401", "{%"),
    ("{{ 'abc }}", "E0401", "'"),
    ("{{ s ) }}", "E0401", ")"),
    ("{{ (s] }}", "E0401", "]"),
    ("{{ s & t }}", "E0401", "&"),
    ("{{ s && t }}", "E0401", "&"),
    ("{{ s. }}", "E0401", "}}"),
    ("{% for x xs %}{% endfor %}", "E0401", "xs"),
    ("{% set 5 = 3 %}", "E0401", "5"),
    ("{{ i is odd is even }}", "E0401", "is"),
    ("{{ '\\x' }}", "E0401", "'\\x'"),
    ("{{ xs | join(', ' }}", "E0401", "}"),
    # what templates may not do
    ("{% macro m() %}{% endmacro %}", "E0402", "macro"),
    ("{% macro m(a) %}x", "E0402", "macro"),
    ("{% include 'x' %}", "E0402", "include"),
    ("{% extends 'x' %}", "E0402", "extends"),
    ("{% import 'x' as y %}", "E0402", "import"),
    ("{% block q %}{% endblock %}", "E0402", "block"),
    ("{% with q = 1 %}{% endwith %}", "E0402", "with"),
    ("{% filter upper %}x{% endfilter %}", "E0402", "filter"),
    ("{% autoescape true %}x{% endautoescape %}", "E0402", "autoescape"),
    ("{% call greet() %}x{% endcall %}", "E0402", "call"),
    ("{% do x %}", "E0402", "do"),
    ("{% for x in xs %}{% break %}{% endfor %}", "E0402", "break"),
    ("{% set q %}x{% endset %}", "E0402", "q"),
    ("{% set q, r = xs %}", "E0402", "q, r"),
    ("{% set _q = 1 %}", "E0402", "_q"),
    ("{% set loop = 1 %}", "E0402", "loop"),
    ("{% for a, z in people %}{{ a }}{{ z }}{% endfor %}", "E0402", "a, z"),
    ("{% for p in people recursive %}{% endfor %}", "E0402", "for"),
    ("{% for _x in xs %}{% endfor %}", "E0402", "_x"),
    ("{{ s.__class__ }}", "E0402", "__class__"),
    ("{{ one['__class__'] }}", "E0402", "'__class__'"),
    ("{{ one | attr('name') }}", "E0403", "attr"),
    ("{{ _private }}", "E0402", "_private"),
    ("{{ s.upper() }}", "E0402", "upper"),
    ("{{ xs.append('q') }}", "E0402", "append"),
    ("{{ (greet)('a')('b') }}", "E0402", "(greet)('a')"),
    ("{{ greet(*xs) }}", "E0402", "xs"),
    ("{{ {'a': 1} }}", "E0402", "{'a': 1}"),
    ("{{ xs[::2] | join }}", "E0402", "2"),
    ("{{ 'a' if b }}", "E0402", "'a' if b"),
    ("{{ '%s' % s }}", "E0402", "'%s' % s"),
    ("{{ namespace(a=1) }}", "E0402", "namespace"),
    ("{{ cycler('a', 'b') }}", "E0402", "cycler"),
    ("{% for x in xs %}{{ loop }}{% endfor %}", "E0402", "loop"),
    ("{% for x in xs %}{{ loop.depth }}{% endfor %}", "E0402", "depth"),
    ("{% for x in xs %}{{ loop.changed(x) }}{% endfor %}", "E0402", "changed"),
    ("{% if b %}{% set q = 1 %}{% endif %}{{ q }}", "E0402", "q"),
    # filters and tests
    ("{{ s | uper }}", "E0403", "uper"),
    ("{{ s | upper | nothing | lower }}", "E0403", "nothing"),
    ("{{ s | urlize }}", "E0403", "urlize"),
    ("{{ s | format(1) }}", "E0403", "format"),
    ("{{ xs | random }}", "E0403", "random"),
    ("{{ xs | map('uper') | join }}", "E0403", "'uper'"),
    ("{% if s is oddly %}x{% endif %}", "E0403", "oddly"),
    ("{% if s is not oddly %}x{% endif %}", "E0403", "oddly"),
    # types
    ("{{ xs }}", "E0404", "xs"),
    ("a {{ one }} b", "E0404", "one"),
    ("{{ talk }}", "E0404", "talk"),
    ("{{ people | map(attribute='tags') | join }}", "E0404", "join"),
    ("{{ none }}", "E0404", "none"),
    ("{{ s, t }}", "E0404", "s, t"),
    ("{% for c in s %}{{ c }}{% endfor %}", "E0404", "s"),
    ("{% for c in one %}{{ c }}{% endfor %}", "E0404", "one"),
    ("{% for c in i %}{{ c }}{% endfor %}", "E0404", "i"),
    ("{{ s | first | join }}{{ one | join }}", "E0404", "one"),
    ("{{ i + s }}", "E0404", "i + s"),
    ("{{ people | sort | length }}", "E0404", "sort"),
    ("{{ one[s] }}", "E0404", "s"),
    ("{{ maybe }}", "E0303", "maybe"),
    ("{{ maybe | upper }}", "E0303", "maybe"),
    ("{{ who.name }}", "E0303", "who"),
    ("{% for x in gone %}{% endfor %}", "E0303", "gone"),
    ("{% if maybe > s %}x{% endif %}", "E0303", "maybe"),
    ("{% if maybe is none %}{{ maybe }}{% endif %}", "E0303", "maybe"),
    ("{{ s + maybe }}", "E0303", "maybe"),
    ("{{ i | upper }}", "E0301", "i"),
    ("{{ s | round }}", "E0301", "s"),
    ("{{ s | truncate('x') }}", "E0301", "'x'"),
    ("{{ f | round(method='up') }}", "E0309", "'up'"),
    ("{{ one | upper }}", "E0301", "one"),
    ("{{ [1, 'a'] | join }}", "E0312", "'a'"),
    ("{{ s if b else i }}", "E0312", "s if b else i"),
    ("{{ s < i }}", "E0302", "s < i"),
    ("{{ kind == 'lwo' }}", "E0302", "kind == 'lwo'"),
    ("{{ xs - 1 }}", "E0302", "xs - 1"),
    # names
    ("{{ nome }}", "E0201", "nome"),
    ("{% if nome %}x{% endif %}", "E0201", "nome"),
    ("{{ one.nam }}", "E0206", "nam"),
    ("{{ one['nam'] }}", "E0206", "'nam'"),
    ("{% for p in people %}{{ p.nam }}{% endfor %}", "E0206", "nam"),
    ("{{ people | join(attribute='nam') }}", "E0206", "'nam'"),
    ("{{ s.name }}", "E0206", "name"),
    ("{% for x in xs %}{% endfor %}{{ x }}", "E0201", "x"),
    ("{{ loop.index }}", "E0201", "loop"),
    ("{{ greeet('a', 'b') }}", "E0204", "greeet"),
    ("{{ greet('a') }}", "E0208", "greet('a')"),
    ("{{ greet('a', 'b', 'c') }}", "E0209", "'c'"),
    ("{{ greet('a', 'b', tone='c') }}", "E0207", "'c'"),
    ("{{ s | truncate(1, true, '.', 0, 5) }}", "E0209", "truncate"),
    ("{{ s | truncate(size=3) }}", "E0207", "3"),
    ("{{ s | replace('a') }}", "E0208", "replace"),
    ("{{ s | upper(1) }}", "E0209", "upper"),
    # sizes
    ("{% for x in range(1000000000) %}{% endfor %}", "E0406", "range(1000000000)"),
    ("{{ 99999999999999999999 }}", "E0322", "99999999999999999999"),
    ("{{ " + "(" * 30 + "1" + ")" * 30 + " }}", "E0406", "("),
    ("{% if b %}" * 11 + "{% endif %}" * 11, "E0406", "if"),
]


@pytest.mark.parametrize(("text", "code", "place"), BAD, ids=[t[:60] for t, _, _ in BAD])
def test_one_mistake_one_finding_at_its_place(text: str, code: str, place: str) -> None:
    _, found = read(text, TYPES, TEMPLATES)
    assert [(d.code, covered(text, d)) for d in found] == [(code, place)]
    finding = found[0]
    assert code in CODES
    assert finding.message.endswith((".", "?")) and finding.message.count(". ") == 0
    words = finding.message.lower().split()
    assert "you" not in words and "your" not in words


def test_all_kinds_of_findings_of_templates_are_covered() -> None:
    assert {code for _, code, _ in BAD} >= {"E0401", "E0402", "E0403", "E0404", "E0406"}


def test_several_mistakes_are_found_at_once() -> None:
    text = "{{ nome }} {{ xs }}\n{% for p in people %}{{ p.nam | uper }}{% endfor %}{{ one.age | upper }}"
    _, found = read(text, TYPES)
    assert [(d.code, covered(text, d)) for d in found] == [
        ("E0201", "nome"),
        ("E0404", "xs"),
        ("E0206", "nam"),
        ("E0403", "uper"),
        ("E0301", "one.age"),
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{{ s | uper }}", "Did you mean 'upper'?"),
        ("{{ one.nam }}", "Did you mean 'name'?"),
        ("{{ xs }}", '`{{ x | join(", ") }}`'),
        ("{{ talk }}", "`{{ x | transcript }}`"),
        ("{{ one }}", "`{{ x.name }}`"),
        ("{% iff b %}{% endif %}", "Did you mean 'if'?"),
        ("{% for x in xs %}{{ loop.indx }}{% endfor %}", "Did you mean 'index'?"),
        ("{{ kind == 'lwo' }}", "Did you mean 'low'?"),
        ("{{ maybe }}", "default"),
    ],
)
def test_the_way_out_is_in_the_notes(text: str, hint: str) -> None:
    _, found = read(text, TYPES)
    assert any(hint in note for note in found[0].notes), found[0].notes
