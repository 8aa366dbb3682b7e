r"""Strings: escapes, dedenting, and where each character came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthdsl.base.span import Source
from synthdsl.syntax import parse
from tests.syntax.samples import expression, read, statement

CASES = [
    (r'"a\"b\\c\/d\n\r\t"', 'a"b\\c/d\n\r\t'),
    (r'"\u00e9\ud83d\ude00"', "é😀"),
    (r'r"\b\d+\"x"', '\\b\\d+\\"x'),
    ('"""one line"""', "one line"),
    ('""""""', ""),
    ('"""\n"""', ""),
    ('"""\n\n"""', ""),
    ('"""\n\n\n"""', "\n"),
    ('"""\n  a\n    b\n\n  c\n  """', "a\n  b\n\nc"),
    ('"""\n  a\n  b"""', "a\nb"),
    ('"""a\n    b\n   c"""', "a\n b\nc"),
    ('"""\n\ta\n\t\tb\n"""', "a\n\tb"),
    ('"""\n  a  \n   \n  b\n"""', "a  \n\nb"),
    ('"""\r\n  a\r\n  b\r\n  """', "a\nb"),
    ('"""\n  say "hi" and ""\n  """', 'say "hi" and ""'),
    (r'"""a\nb\"""" ', 'a\nb"'),
    ('r"""\n  \\frac\n  """', "\\frac"),
]


@pytest.mark.parametrize(("text", "value"), CASES)
def test_value(text: str, value: str) -> None:
    assert expression(text).value == value


@pytest.mark.parametrize(("text", "value"), CASES)
def test_a_template_has_the_same_text_with_exact_offsets(text: str, value: str) -> None:
    source = f"synth 1\ndataset d of 3 {{\ntemplate x = {text}\n}}"
    template = statement(f"template x = {text}").text
    assert template.text == value
    assert len(template.offsets) == len(value) + 1
    assert list(template.offsets) == sorted(template.offsets)
    for char, offset in zip(value, template.offsets, strict=False):
        assert source[offset] == char or source[offset] == "\\"


def test_a_part_of_a_template_is_found_in_the_file() -> None:
    text = 'synth 1\ntemplate x = """\n    First \\u0041\n      {{ name }} and\n    """\n'
    module, _ = parse(Source("x", text))
    template = module.items[0].text  # type: ignore[union-attr]
    at = template.text.index("{{ name }}")
    span = template.part(at, at + len("{{ name }}"))
    assert text[span.start : span.end] == "{{ name }}"
    end = len(template.text)
    assert text[template.part(end, end).start] == "\n"


@given(st.lists(st.text(alphabet='ab {}%\n\t\\"é', max_size=8), max_size=6), st.integers(0, 4))
def test_offsets_point_at_their_characters(lines: list[str], margin: int) -> None:
    content = "\n".join(" " * margin + line.replace('"', "'").replace("\\", "/") for line in lines)
    text = f'synth 1\ntemplate x = """{content}"""\n'
    module, diagnostics = parse(Source("x", text))
    assert diagnostics == []
    template = module.items[0].text  # type: ignore[union-attr]
    assert "".join(text[offset] for offset in template.offsets[:-1]) == template.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [(r'"a\d"', r"\d"), (r'"\b"', r"\b"), (r'"\x41"', r"\x"), (r'"\u12"', r"\u"), (r'"\ud800"', r"\ud800"),
     (r'"""x\q"""', r"\q"), ('"""a\\\nb"""', "\\")],
)  # fmt: skip
def test_unknown_escapes(text: str, shown: str) -> None:
    prefix = "dataset d of 3 {\n  var x = "
    _, diagnostics = read(prefix + text + "\n}")
    assert [d.code for d in diagnostics] == ["E0107"]
    whole = "synth 1\n" + prefix + text
    assert whole[diagnostics[0].span.start : diagnostics[0].span.end].startswith(shown)


def test_a_plain_string_is_a_template_where_only_a_template_makes_sense() -> None:
    assert statement('template x = "{{ a }}"').text.text == "{{ a }}"
    assert statement('llm x = m { user t"{{ a }}" }').messages[0].text.text == "{{ a }}"
    assert statement('chat c turns 1 { user = m "x" }').parts[0].text.text == "x"
    assert type(expression('t"x"')).__name__ == "TemplateText"
