"""Templates render what Jinja renders: on a broad list of templates, and on templates made up by the hundred."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthdsl.model.rowcode import column_function, row_function
from synthdsl.ops.contract import Undefined
from tests.model.template_cases import ROWS, TEMPLATES, TYPES, by_jinja
from tests.model.template_rig import covered, read

CASES = (Path(__file__).parent / "templates.txt").read_text(encoding="utf-8").splitlines()
"""One template a line; in a line with `\\n`, those and `\\t` stand for the characters."""


def expected(text: str, row: dict[str, Any]) -> str | None:
    """What Jinja renders; None where it fails."""
    try:
        return by_jinja(text, row)
    except Exception:
        return None


@pytest.mark.parametrize("case", CASES)
def test_renders_what_jinja_renders(case: str) -> None:
    text = case.replace("\\n", "\n").replace("\\t", "\t") if "\\n" in case else case
    made, found = read(text, TYPES, TEMPLATES)
    assert not found, [(d.code, d.message, covered(text, d)) for d in found]
    function = row_function(made, list(TYPES))
    for row in ROWS:
        wanted = expected(text, row)
        assert wanted is not None
        assert function(*row.values()) == wanted
    columns = column_function(made, list(TYPES))
    assert columns(*[[row[n] for row in ROWS] for n in TYPES]) == [function(*row.values()) for row in ROWS]


class Writer:
    """Makes up the text of templates; most of them are well typed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names: list[tuple[str, str]] = [
            ("s", "text"), ("t", "text"), ("i", "int"), ("j", "int"), ("f", "float"), ("b", "bool"), ("c", "bool"),
            ("kind", "text"), ("xs", "texts"), ("ns", "ints"), ("one", "person"), ("people", "people"),
            ("maybe", "maybe"), ("gone", "maybe"),
        ]  # fmt: skip
        self.count = 0
        self.loops = 0

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def name(self, kind: str) -> str | None:
        known = [n for n, k in self.names if k == kind]
        return self.random.choice(known) if known else None

    def space(self) -> str:
        return self.pick("", " ", " ", "  ", "\n")

    def expr(self, kind: str, depth: int) -> str:
        if depth <= 0:
            leaf = {
                "text": ['"x"', "'it'", '""'],
                "int": ["1", "0", "12"],
                "float": ["0.5", "2.0"],
                "bool": ["true", "false"],
                "texts": ['["p", "q"]', "xs"],
                "ints": ["[1, 2]", "range(3)"],
                "person": ["one"],
                "people": ["people"],
                "maybe": ["maybe"],
            }[kind]
            return self.pick(*leaf, self.name(kind) or leaf[0], self.name(kind) or leaf[0])
        return getattr(self, f"_{kind}")(depth - 1)

    def _text(self, d: int) -> str:
        e = self.expr
        return self.pick(
            e("text", 0),
            f"{e('text', d)} ~ {e(self.pick('int', 'text', 'float', 'bool'), d)}",
            f"({e('text', d)} + {e('text', d)})",
            f"({e('text', d)}) | {self.pick('upper', 'lower', 'title', 'trim', 'capitalize', 'reverse')}",
            f"({e('text', d)} if {e('bool', d)} else {e('text', d)})",
            f"({e('text', d)} or {e('text', d)})",
            f"({e('maybe', 0)} or {e('text', d)})",
            f"{e('person', 0)}.name",
            f"({e('texts', d)}) | join({self.pick('', repr('-'))})",
            f"({e('ints', d)}) | join('+')",
            f"({e('text', d)})[{self.random.randint(-2, 2)}:{self.random.randint(0, 5)}]",
            f"({e(self.pick('int', 'float'), d)}) | string",
        )

    def _int(self, d: int) -> str:
        e = self.expr
        return self.pick(
            e("int", 0),
            f"({e('int', d)} {self.pick('+', '-', '*')} {e('int', d)})",
            f"({e(self.pick('text', 'texts', 'ints', 'people'), d)}) | length",
            f"({e('ints', d)}) | sum",
            f"{e('person', 0)}.age",
            f"({e('int', d)}) | abs",
            f"({e('int', d)} % {self.pick('3', '7')})",
            f"({e('int', d)} // {self.pick('2', '-5')})",
            f"({e('int', d)} if {e('bool', d)} else {e('int', d)})",
            self.pick("loop.index", "loop.length", "loop.revindex0") if self.loops else "i",
        )

    def _float(self, d: int) -> str:
        e = self.expr
        return self.pick(e("float", 0), f"({e('int', d)} / 4)", f"({e('float', d)} * {e('float', d)})",
                         f"({e('float', d)}) | round(2)")  # fmt: skip

    def _bool(self, d: int) -> str:
        e = self.expr
        kind = self.pick("int", "text", "float")
        return self.pick(
            e("bool", 0),
            f"({e(kind, d)} {self.pick('==', '!=', '<', '<=', '>', '>=')} {e(kind, d)})",
            f"({e('int', d)} < {e('int', d)} <= {e('int', d)})",
            f"({e('bool', d)} {self.pick('and', 'or')} {e('bool', d)})",
            f"not {e('bool', d)}",
            f"({e('text', d)} {self.pick('in', 'not in')} {e(self.pick('text', 'texts'), d)})",
            f"{e('maybe', 0)} is {self.pick('none', 'not none')}",
            f"{e('int', 0)} is {self.pick('odd', 'even', 'divisibleby 3')}",
            self.pick("loop.first", "loop.last") if self.loops else "b",
        )

    def _texts(self, d: int) -> str:
        e = self.expr
        return self.pick(
            e("texts", 0),
            f"[{e('text', d)}, {e('text', d)}]",
            f"({e('texts', d)} + {e('texts', d)})",
            f"({e('texts', d)}) | {self.pick('sort', 'unique', 'reverse')} | list",
            "people | map(attribute='name') | list",
            f"({e('texts', d)}) | map('upper') | list",
            f"({e('texts', d)})[{self.random.randint(-1, 2)}:]",
        )

    def _ints(self, d: int) -> str:
        e = self.expr
        return self.pick(e("ints", 0), f"[{e('int', d)}]", "people | map(attribute='age') | list",
                         f"({e('ints', d)}) | select('odd') | list",
                         f"range({self.random.randint(0, 4)}) | list")  # fmt: skip

    def _person(self, d: int) -> str:
        return "one"

    def _people(self, d: int) -> str:
        return self.pick("people", "people | selectattr('age', 'gt', 9) | list", "people | sort(attribute='name')")

    def _maybe(self, d: int) -> str:
        return self.expr("maybe", 0)

    def body(self, depth: int) -> str:
        known = len(self.names)
        out = "".join(self.piece(depth) for _ in range(self.random.randint(0, 4)))
        del self.names[known:]
        return out

    def tag(self, inner: str) -> str:
        return "{%" + self.pick("", "", "", "-", "+") + f" {inner} " + self.pick("", "", "", "-", "+") + "%}"

    def out(self, inner: str) -> str:
        return "{{" + self.pick("", "", "-") + f" {inner} " + self.pick("", "", "-") + "}}"

    def piece(self, depth: int) -> str:
        kind = self.pick("text", "text", "out", "out", "if", "for", "set", "comment")
        if kind == "text" or depth <= 0:
            return self.pick("a ", "\n", "  ", " b\n  ", "{ } % #\n", "\n\n", "\t", 'it\'s "q"')
        if kind == "out":
            return self.out(self.expr(self.pick("text", "int", "float", "bool"), self.random.randint(0, 3)))
        if kind == "comment":
            return "{#" + self.pick("", "-") + " c " + self.pick("", "-") + "#}" + self.space()
        if kind == "set":
            self.count += 1
            type_ = self.pick("text", "int", "texts")
            name = self.pick(f"v{self.count}", f"v{max(1, self.count - 1)}")
            made = self.tag(f"set {name} = {self.expr(type_, 2)}")
            self.names = [(n, k) for n, k in self.names if n != name] + [(name, type_)]
            return made
        if kind == "if":
            test = self.expr(self.pick("bool", "bool", "text", "int", "texts", "maybe"), 2)
            middle = (
                self.tag(f"elif {self.expr('bool', 1)}") + self.body(depth - 1) if self.random.random() < 0.3 else ""
            )
            last = self.tag("else") + self.body(depth - 1) if self.random.random() < 0.5 else ""
            return self.tag(f"if {test}") + self.body(depth - 1) + middle + last + self.tag("endif")
        type_ = self.pick("texts", "ints", "people")
        item = {"texts": "text", "ints": "int", "people": "person"}[type_]
        self.count += 1
        source, name = self.expr(type_, 1), f"x{self.count}"
        known = len(self.names)
        self.names.append((name, item))
        where = f" if {self._bool(1) if not self.loops else 'true'}" if self.random.random() < 0.3 else ""
        where = "" if "loop." in where else where
        self.loops += 1
        body = self.body(depth - 1)
        self.loops -= 1
        del self.names[known:]
        last = self.tag("else") + self.body(depth - 1) if self.random.random() < 0.3 else ""
        return self.tag(f"for {name} in {source}{where}") + body + last + self.tag("endfor")


def without_negative_zero(text: str) -> str:
    """The language has one zero: arithmetic gives 0.0 where Python gives -0.0."""
    return text.replace("-0.0", "0.0")


def agree(text: str) -> bool:
    """Whether the template is well typed; then it renders what Jinja renders, wherever Jinja renders anything."""
    made, found = read(text, TYPES, TEMPLATES)
    if found:
        return False
    function = row_function(made, list(TYPES))
    for row in ROWS:
        wanted = expected(text, row)
        try:
            got = function(*row.values())
        except Undefined:
            assert wanted is None, text
            continue
        assert wanted is None or without_negative_zero(got) == without_negative_zero(wanted), text
    return True


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**40))
def test_made_up_templates(seed: int) -> None:
    agree(Writer(seed).body(3))


@pytest.mark.slow
def test_many_made_up_templates() -> None:
    typed = sum(agree(Writer(seed).body(2 + seed % 3)) for seed in range(1_000))
    assert typed > 900


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=" \n\t{}%#-+abi\"'", max_size=40))
def test_white_space_and_half_tags(text: str) -> None:
    """Text around tags: what is stripped is stripped in the same way; what Jinja cannot read is reported."""
    whole = text + "{% if b %}" + text[::-1] + "{% endif %}" + text
    try:
        wanted = by_jinja(whole, ROWS[0])
    except Exception:
        wanted = None
    made, found = read(whole, TYPES)
    if wanted is None:
        return
    if not found:
        assert row_function(made, list(TYPES))(*ROWS[0].values()) == wanted
